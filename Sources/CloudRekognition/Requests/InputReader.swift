import CloudCore
import Digests
import JSONValue

/// Reads an operation's input member by member, and gathers what is wrong with it, so that all of it is said at once.
struct InputReader {
    private let members: JSONObject
    private let path: String
    private let findings: Findings

    /// What was found so far, shared by the readers of one input.
    private final class Findings {
        var violations: [Violation] = []
    }

    /// A reader of a whole input.
    init(_ input: JSONObject) { self.init(input, "", Findings()) }

    private init(_ members: JSONObject, _ path: String, _ findings: Findings) {
        self.members = members
        self.path = path
        self.findings = findings
    }

    /// Throws what is wrong, if anything is.
    func check() throws(ServiceError) {
        let violations = findings.violations
        guard !violations.isEmpty else { return }
        let count = "\(violations.count) validation error\(violations.count == 1 ? "" : "s") detected"
        throw ServiceError(
            "ValidationException", "\(count): \(violations.map(\.description).joined(separator: "; "))")
    }

    func note(_ constraint: Constraint, at name: String, _ value: String? = nil) {
        findings.violations.append(Violation(value: value, path: place(name), constraint: constraint))
    }

    /// A structure; nil where it is absent.
    func structure(_ name: String) throws(ServiceError) -> InputReader? {
        guard let value = value(name) else { return nil }
        guard let object = value.object else { throw Self.wrongKind(value, "Structure") }
        return InputReader(object, place(name), findings)
    }

    /// A structure that must be there.
    func requiredStructure(_ name: String) throws(ServiceError) -> InputReader? {
        let structure = try structure(name)
        if structure == nil { note(.notNull, at: name) }
        return structure
    }

    /// The structures of a list; empty where it is absent.
    func structures(_ name: String, longest: Int) throws(ServiceError) -> [InputReader] {
        var structures: [InputReader] = []
        for (index, element) in try elements(name, longest: longest).enumerated() {
            guard let object = element.object else { throw Self.wrongKind(element, "Structure") }
            structures.append(InputReader(object, "\(place(name)).\(index + 1).member", findings))
        }
        return structures
    }

    /// The texts of a list; empty where it is absent.
    func texts(
        _ name: String, longest: Int, each: [(Constraint, (String) -> Bool)]
    ) throws(ServiceError) -> [String] {
        var texts: [String] = []
        for element in try elements(name, longest: longest) {
            guard let text = element.string else { throw Self.wrongKind(element, "String") }
            texts.append(text)
        }
        for (constraint, holds) in each where !texts.allSatisfy(holds) {
            note(.each(constraint), at: name, "[\(texts.joined(separator: ", "))]")
        }
        return texts
    }

    /// A text; nil where it is absent.
    func text(
        _ name: String, lengths: ClosedRange<Int>, pattern: (text: String, matches: (UInt8) -> Bool)? = nil
    ) throws(ServiceError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else { throw Self.wrongKind(value, "String") }
        let length = text.unicodeScalars.count
        let shown = length > 200 ? nil : text
        if length < lengths.lowerBound { note(.shortest(lengths.lowerBound), at: name, shown) }
        if length > lengths.upperBound { note(.longest(lengths.upperBound), at: name, shown) }
        if let pattern, !text.utf8.allSatisfy(pattern.matches) { note(.pattern(pattern.text), at: name, shown) }
        return text
    }

    /// Bytes in base64; nil where they are absent.
    func blob(_ name: String, lengths: ClosedRange<Int>) throws(ServiceError) -> [UInt8]? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else { throw Self.wrongKind(value, "Blob") }
        guard let bytes = Base64.decode(text) else {
            throw ServiceError("SerializationException", "The value at '\(place(name))' is not valid base64.")
        }
        if bytes.count < lengths.lowerBound { note(.shortest(lengths.lowerBound), at: name) }
        if bytes.count > lengths.upperBound { note(.longest(lengths.upperBound), at: name) }
        return bytes
    }

    /// A whole number; nil where it is absent.
    func integer(_ name: String, from least: Int = 0, to most: Int? = nil) throws(ServiceError) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.double else { throw Self.wrongKind(value, "Integer") }
        if number < Double(least) { note(.least(Double(least)), at: name, value.numberText) }
        if let most, number > Double(most) { note(.most(Double(most)), at: name, value.numberText) }
        // Rekognition's numbers have 32 bits; what comes with a fraction loses it, as in the service's own reader.
        guard abs(number) <= Double(Int32.max) else { throw Self.wrongKind(value, "Integer") }
        return Int(number)
    }

    /// A real number; nil where it is absent.
    func real(_ name: String, from least: Double? = nil, to most: Double? = nil) throws(ServiceError) -> Double? {
        guard let value = value(name) else { return nil }
        guard let number = value.double, number.isFinite else { throw Self.wrongKind(value, "Float") }
        if let least, number < least { note(.least(least), at: name, value.numberText) }
        if let most, number > most { note(.most(most), at: name, value.numberText) }
        return number
    }

    private func elements(_ name: String, longest: Int) throws(ServiceError) -> [JSONValue] {
        guard let value = value(name) else { return [] }
        guard let elements = value.array else { throw Self.wrongKind(value, "List") }
        if elements.count > longest { note(.longest(longest), at: name) }
        return Array(elements.prefix(longest))
    }

    /// A member; nil where it is absent or null.
    private func value(_ name: String) -> JSONValue? {
        guard let value = members[name], !value.isNull else { return nil }
        return value
    }

    /// As AWS's validation writes paths: names begin in lower case.
    private func place(_ name: String) -> String {
        let own = name.prefix(1).lowercased() + name.dropFirst()
        return path.isEmpty ? own : "\(path).\(own)"
    }

    private static func wrongKind(_ value: JSONValue, _ wanted: String) -> ServiceError {
        ServiceError(
            "SerializationException", "\(value.kind.uppercased())_VALUE can not be converted to a \(wanted)")
    }
}
