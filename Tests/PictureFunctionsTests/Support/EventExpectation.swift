import Digests
import JSONValue

/// What `Events/NAME.expected.json` says, as `Events/README.md` describes it.
struct EventExpectation: Sendable {
    var function: String
    var needs: [String]
    var answer: JSONValue
    var captures: [String: String]

    init?(_ json: JSONValue) {
        guard let object = json.object, let function = object["function"]?.string, let answer = object["answer"],
            Set(object.keys).isSubset(of: ["function", "needs", "answer", "capture"])
        else { return nil }
        self.function = function
        self.answer = answer
        needs = (object["needs"]?.array ?? []).compactMap(\.string)
        captures = [:]
        for (name, pointer) in object["capture"]?.object ?? [:] { captures[name] = pointer.string }
    }

    /// Where an output does not match; nil where it does.
    func mismatch(_ output: JSONValue) -> String? { Self.mismatch(Self.undone(output), answer, "") }

    /// The values to keep from an output.
    func captured(_ output: JSONValue) -> [String: String] {
        let output = Self.undone(output)
        return captures.compactMapValues { pointer in
            pointer.split(separator: "/").reduce(JSONValue?.some(output)) { $0?[String($1)] }?.string
        }
    }

    /// An HTTP answer with its body as the value that it stands for.
    private static func undone(_ output: JSONValue) -> JSONValue {
        guard var object = output.object, object.contains("statusCode"), let text = object["body"]?.string else {
            return output
        }
        let type =
            (object["headers"]?.object ?? [:]).first { $0.key.lowercased() == "content-type" }?.value.string ?? ""
        if object["isBase64Encoded"]?.bool != true, type.hasPrefix("application/json"),
            let value = try? JSONValue(parsing: text)
        {
            object["body"] = value
        }
        return .object(object)
    }

    private static func mismatch(_ found: JSONValue?, _ wanted: JSONValue, _ path: String) -> String? {
        guard let found else { return "\(path) is missing" }
        if wanted == "*" { return nil }
        if let choices = wanted["$oneOf"]?.array {
            return choices.contains { mismatch(found, $0, path) == nil } ? nil : "\(path) is \(found.text())"
        }
        if let element = wanted["$contains"] {
            let isThere = (found.array ?? []).contains { mismatch($0, element, path) == nil }
            return isThere ? nil : "\(path) does not contain it"
        }
        if let digest = wanted["$sha256"]?.string {
            let bytes = Base64.decode(found.string ?? "") ?? []
            return Hex.encode(Digest.of(bytes, .sha256)) == digest ? nil : "\(path) is of other bytes"
        }
        switch wanted {
        case .object(let members):
            for (name, value) in members {
                let member = path == "/headers" ? header(found, name) : found[name]
                if let mismatch = mismatch(member, value, "\(path)/\(name)") { return mismatch }
            }
            return nil
        case .array(let elements):
            guard found.array?.count == elements.count else { return "\(path) is \(found.text())" }
            for (index, element) in elements.enumerated() {
                if let mismatch = mismatch(found[index], element, "\(path)/\(index)") { return mismatch }
            }
            return nil
        case .number:
            return found.double == wanted.double ? nil : "\(path) is \(found.text())"
        default:
            return found == wanted ? nil : "\(path) is \(found.text())"
        }
    }

    private static func header(_ headers: JSONValue, _ name: String) -> JSONValue? {
        headers.object?.first { $0.key.lowercased() == name.lowercased() }?.value
    }
}

/// The events of the repository with their expectations.
struct EventCatalogue: Sendable {
    var events: [String: JSONValue] = [:]
    var expectations: [String: EventExpectation] = [:]

    init() throws {
        for file in try Repository.files(in: "Events") where file.hasSuffix(".json") {
            let json = try Repository.json("Events/\(file)")
            if file.hasSuffix(".expected.json") {
                expectations[String(file.dropLast(".expected.json".count))] = EventExpectation(json)
            } else {
                events[String(file.dropLast(".json".count))] = json
            }
        }
    }

    /// All events in the order in which they run: by name, each behind those that it needs.
    var order: [String] {
        var order: [String] = []
        func add(_ name: String, _ path: [String]) {
            guard !order.contains(name), !path.contains(name) else { return }
            for need in expectations[name]?.needs ?? [] { add(need, path + [name]) }
            order.append(name)
        }
        for name in events.keys.sorted() { add(name, []) }
        return order
    }

    /// Whether an event needs another, directly or not.
    func needs(_ name: String, _ other: String, _ path: [String] = []) -> Bool {
        guard !path.contains(name) else { return false }
        return (expectations[name]?.needs ?? []).contains { $0 == other || needs($0, other, path + [name]) }
    }

    /// An event with its placeholders filled in.
    static func fill(_ value: JSONValue, _ captured: [String: String]) -> JSONValue {
        switch value {
        case .string(let text):
            var text = text
            for (name, value) in captured { text = text.replacing("${\(name)}", with: value) }
            return .string(text)
        case .array(let elements): return .array(elements.map { fill($0, captured) })
        case .object(let members): return .object(JSONObject(members.map { ($0.key, fill($0.value, captured)) }))
        default: return value
        }
    }
}
