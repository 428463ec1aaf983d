import Digests
import JSONValue

/// Compares what a function gave back with what was expected.
///
/// The language is that of the expectation files: `"*"` matches anything that is there, an object matches one with at least
/// its members, `{"$oneOf": […]}`, `{"$contains": …}` and `{"$sha256": "…"}` say more.
public struct AnswerMatch: Sendable {
    /// A place where the answer is another than expected.
    public struct Difference: Sendable, Equatable, CustomStringConvertible {
        /// Where, as a JSON Pointer.
        public var pointer: String
        /// What was expected, and what was there.
        public var message: String

        /// Place and message.
        public var description: String { "\(pointer.isEmpty ? "the answer" : pointer): \(message)" }
    }

    private let body: [UInt8]?
    private(set) var differences: [Difference] = []

    /// Where a function's output differs from what is expected; nowhere if it matches.
    public static func differences(expected: JSONValue, payload: [UInt8]) -> [Difference] {
        let output = FunctionOutput(payload)
        var match = AnswerMatch(body: output.body)
        match.compare(expected, output.value, at: "")
        return match.differences
    }

    private init(body: [UInt8]?) { self.body = body }

    private mutating func compare(_ expected: JSONValue, _ actual: JSONValue?, at pointer: String) {
        guard let actual else { return note(pointer, "\(Self.shown(expected)) expected, nothing there") }
        switch expected {
        case "*": return
        case .object(let members):
            if members.count == 1, let (name, value) = members.first(where: { _ in true }), name.hasPrefix("$") {
                return compare(matcher: name, value, actual, at: pointer)
            }
            compare(members: members, actual, at: pointer)
        case .array(let elements):
            guard case .array(let there) = actual, there.count == elements.count else {
                return note(pointer, "\(elements.count) elements expected, \(Self.shown(actual)) there")
            }
            for (index, pair) in zip(elements, there).enumerated() {
                compare(pair.0, pair.1, at: "\(pointer)/\(index)")
            }
        case .number:
            guard expected.double == actual.double, actual.double != nil else {
                return differs(expected, actual, pointer)
            }
        case .null, .bool, .string: if expected != actual { differs(expected, actual, pointer) }
        }
    }

    private mutating func compare(members: JSONObject, _ actual: JSONValue, at pointer: String) {
        guard case .object(let there) = actual else {
            return note(pointer, "an object expected, \(Self.shown(actual)) there")
        }
        for (name, value) in members {
            // The names of header fields have no case.
            let found =
                pointer == "/headers"
                ? there.first { $0.key.lowercased() == name.lowercased() }?.value : there[name]
            compare(value, found, at: "\(pointer)/\(name)")
        }
    }

    private mutating func compare(matcher: String, _ value: JSONValue, _ actual: JSONValue, at pointer: String) {
        switch (matcher, value) {
        case ("$oneOf", .array(let choices)):
            if !choices.contains(where: { matches($0, actual, at: pointer) }) {
                note(pointer, "one of \(Self.shown(value)) expected, \(Self.shown(actual)) there")
            }
        case ("$contains", _):
            if !(actual.array ?? []).contains(where: { matches(value, $0, at: pointer) }) {
                note(pointer, "an element \(Self.shown(value)) expected, \(Self.shown(actual)) there")
            }
        case ("$sha256", .string(let digits)):
            let bytes = pointer == "/body" ? body : actual.string.map { Array($0.utf8) }
            let found = bytes.map { Hex.encode(Digest.of($0, .sha256)) }
            if found != digits.lowercased() {
                note(pointer, "contents with SHA-256 \(digits) expected, \(found ?? "none") there")
            }
        default: note(pointer, "the expectation has an unknown matcher \(matcher)")
        }
    }

    private func matches(_ expected: JSONValue, _ actual: JSONValue, at pointer: String) -> Bool {
        var match = AnswerMatch(body: body)
        match.compare(expected, actual, at: pointer)
        return match.differences.isEmpty
    }

    private mutating func differs(_ expected: JSONValue, _ actual: JSONValue, _ pointer: String) {
        note(pointer, "\(Self.shown(expected)) expected, \(Self.shown(actual)) there")
    }

    private mutating func note(_ pointer: String, _ message: String) {
        differences.append(Difference(pointer: pointer, message: message))
    }

    private static func shown(_ value: JSONValue) -> String {
        let text = value.text()
        return text.count > 160 ? text.prefix(160) + "…" : text
    }
}
