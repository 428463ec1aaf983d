import JSONValue

/// A value of the template after all that refers elsewhere has been worked out, and where it was written.
///
/// Its place stays with it when it moves: a value that came from `Globals` or out of an `Fn::If` still points at the
/// line on which it stands.
struct LocatedValue {
    enum Content {
        case null
        case bool(Bool)
        case number(String)
        case string(String)
        case list([LocatedValue])
        case map([(key: String, value: LocatedValue)])
        /// `AWS::NoValue`: as if it had not been written.
        case absent
        /// Could not be worked out, which has been reported; whoever meets it keeps silent.
        case invalid
    }

    var content: Content
    /// JSON Pointer.
    var path: String

    static func invalid(_ path: String) -> LocatedValue { LocatedValue(content: .invalid, path: path) }

    static func string(_ text: String, _ path: String) -> LocatedValue {
        LocatedValue(content: .string(text), path: path)
    }

    static func emptyMap(_ path: String) -> LocatedValue { LocatedValue(content: .map([]), path: path) }

    var isInvalid: Bool { if case .invalid = content { true } else { false } }

    var isAbsent: Bool { if case .absent = content { true } else { false } }

    /// What it is, in a word for messages.
    var kind: String {
        switch content {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .list: "a list"
        case .map: "an object"
        case .absent, .invalid: "nothing"
        }
    }

    /// A scalar as text. CloudFormation takes numbers and booleans where text is wanted, and text for both.
    var text: String? {
        switch content {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .list, .map, .absent, .invalid: nil
        }
    }

    var int: Int? {
        switch content {
        case .number(let text): JSONValue.number(text).int
        case .string(let text): Int(text)
        default: nil
        }
    }

    var bool: Bool? {
        switch content {
        case .bool(let flag): flag
        case .string(let text): ["true": true, "false": false][text.lowercased()]
        default: nil
        }
    }

    var list: [LocatedValue]? { if case .list(let elements) = content { elements } else { nil } }

    var map: [(key: String, value: LocatedValue)]? { if case .map(let members) = content { members } else { nil } }

    subscript(key: String) -> LocatedValue? { map?.first { $0.key == key }?.value }

    /// The value as JSON, for what is kept as it is.
    var json: JSONValue {
        switch content {
        case .null, .absent, .invalid: .null
        case .bool(let flag): .bool(flag)
        case .number(let text): .number(text)
        case .string(let text): .string(text)
        case .list(let elements): .array(elements.map(\.json))
        case .map(let members): .object(JSONObject(members.map { ($0.key, $0.value.json) }))
        }
    }
}

extension String {
    /// This JSON Pointer with one step more.
    func appending(step key: String) -> String {
        guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return self + "/" + key
        }
        return self + "/" + key.replacing("~", with: "~0").replacing("/", with: "~1")
    }

    /// A few of these, for a sentence: `'a', 'b' and 3 others`.
    static func enumerating(_ names: some Collection<String>, limit: Int = 8) -> String {
        let shown = names.prefix(limit).map { "'\($0)'" }
        let rest = names.count - shown.count
        if rest > 0 { return shown.joined(separator: ", ") + " and \(rest) others" }
        guard let last = shown.last, shown.count > 1 else { return shown.first ?? "none" }
        return shown.dropLast().joined(separator: ", ") + " and " + last
    }
}
