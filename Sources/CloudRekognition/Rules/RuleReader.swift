import JSONValue

/// Reads a file of rules value by value and gathers what is wrong with it, each fault with its line.
struct RuleReader {
    private let document: JSONDocument
    private let path: String
    private let value: JSONValue
    /// Where the value stands, as a JSON Pointer.
    private let pointer: String
    private let gathered: Gathered

    /// What was found so far, shared by all readers of one file.
    private final class Gathered {
        var faults: [String] = []
    }

    init(_ document: JSONDocument, path: String) {
        self.init(document, path, document.value, "", Gathered())
    }

    private init(
        _ document: JSONDocument, _ path: String, _ value: JSONValue, _ pointer: String, _ gathered: Gathered
    ) {
        self.document = document
        self.path = path
        self.value = value
        self.pointer = pointer
        self.gathered = gathered
    }

    /// What is wrong so far.
    var faults: [String] { gathered.faults }

    /// Notes a fault of a member, or of the value itself.
    func fault(_ name: String?, _ what: String) {
        let place = name.map { "\(pointer)/\($0)" } ?? pointer
        let subject = name.map { "'\($0)'" } ?? (pointer.isEmpty ? "the file" : "this")
        gathered.faults.append("\(path):\(document.line(of: place)): \(subject) \(what).")
    }

    /// Notes whatever is no object, and members that nobody reads.
    func checkMembers(_ known: [String]) {
        guard let object = value.object else { return fault(nil, "must be an object, not a \(value.kind)") }
        for name in object.keys where !known.contains(name) {
            fault(name, "is not known; possible are \(known.joined(separator: ", "))")
        }
    }

    func text(_ name: String, required: Bool = false) -> String? {
        guard let value = member(name, required) else { return nil }
        if value.string == nil { fault(name, "must be a text, not a \(value.kind)") }
        return value.string
    }

    func number(_ name: String, _ range: ClosedRange<Double>, required: Bool = false) -> Double? {
        guard let value = member(name, required) else { return nil }
        guard let number = value.double, range.contains(number) else {
            fault(
                name,
                "must be a number from \(JSONValue(range.lowerBound).text()) to \(JSONValue(range.upperBound).text())")
            return nil
        }
        return number
    }

    func structure(_ name: String, required: Bool = false) -> RuleReader? {
        member(name, required).map { RuleReader(document, path, $0, "\(pointer)/\(name)", gathered) }
    }

    func elements(_ name: String, required: Bool = false) -> [RuleReader] {
        guard let value = member(name, required) else { return [] }
        guard let elements = value.array else {
            fault(name, "must be a list, not a \(value.kind)")
            return []
        }
        return elements.enumerated().map {
            RuleReader(document, path, $1, "\(pointer)/\(name)/\($0)", gathered)
        }
    }

    private func member(_ name: String, _ required: Bool) -> JSONValue? {
        guard let value = value[name], !value.isNull else {
            if required { fault(nil, "has no '\(name)'") }
            return nil
        }
        return value
    }
}
