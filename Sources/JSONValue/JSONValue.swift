/// Any JSON value (RFC 8259), kept exactly: numbers keep their digits, objects keep the order of their members.
///
/// For places where the shape of a document is not known in advance, or must come back as it was written: events that
/// are passed on, DynamoDB numbers of 38 digits, templates. Where a shape is known, use `Codable`.
public enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// A number, by the text that it was written with.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// The text of a string value.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A number that is whole and fits, however it is written (`3`, `3.0`, `3e2`).
    public var int: Int? {
        guard case .number(let text) = self else { return nil }
        if let whole = Int(text) { return whole }
        guard let real = Double(text) else { return nil }
        return Int(exactly: real)
    }

    /// A number, as near as a `Double` comes to it.
    public var double: Double? {
        if case .number(let text) = self { Double(text) } else { nil }
    }

    /// The digits of a number, as written.
    public var numberText: String? {
        if case .number(let text) = self { text } else { nil }
    }

    /// The value of `true` or `false`.
    public var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The elements of an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members of an object.
    public var object: JSONObject? {
        if case .object(let members) = self { members } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// What kind of value this is, in a word for error messages: `string`, `number`, `object`, …
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// A member of an object; nil where this is no object or has no such member.
    public subscript(key: String) -> JSONValue? { object?[key] }

    /// An element of an array; nil where this is no array or the index lies outside.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .number(String(value)) }
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object, its members in the order written.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements))
    }
    /// A whole number.
    public init(_ value: Int) { self = .number(String(value)) }
    /// A whole number of 64 bits.
    public init(_ value: Int64) { self = .number(String(value)) }
    /// A real number; what JSON cannot say (infinities, not-a-number) becomes `null`.
    public init(_ value: Double) {
        if let whole = Int(exactly: value), abs(whole) < 1 << 53 {
            self = .number(String(whole))
        } else {
            self = value.isFinite ? .number(value.description) : .null
        }
    }
}
