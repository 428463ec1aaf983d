import Digests
import JSONValue

/// The attributes of an item by their names.
public typealias Item = [String: AttributeValue]

/// A value in DynamoDB. Numbers are kept as the text that they were written with: up to 38 digits, exactly.
public enum AttributeValue: Sendable, Hashable {
    /// `S`
    case string(String)
    /// `N`
    case number(String)
    /// `B`
    case binary([UInt8])
    /// `BOOL`
    case bool(Bool)
    /// `NULL`
    case null
    /// `L`
    case list([AttributeValue])
    /// `M`
    case map(Item)
    /// `SS`
    case stringSet([String])
    /// `NS`
    case numberSet([String])
    /// `BS`
    case binarySet([[UInt8]])
}

extension AttributeValue {
    /// A whole number.
    public static func number(_ value: Int) -> AttributeValue { .number(String(value)) }
    /// A whole number of 64 bits.
    public static func number(_ value: Int64) -> AttributeValue { .number(String(value)) }
    /// A real number; DynamoDB takes neither infinities nor not-a-number, which become null.
    public static func number(_ value: Double) -> AttributeValue {
        value.isFinite ? .number(value.description) : .null
    }

    /// The text of a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The digits of a number.
    public var numberText: String? {
        if case .number(let text) = self { text } else { nil }
    }

    /// A number that is whole and fits.
    public var int: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }

    /// A number, as near as a `Double` comes to it.
    public var double: Double? {
        if case .number(let text) = self { Double(text) } else { nil }
    }

    /// The bytes of a binary value.
    public var binary: [UInt8]? {
        if case .binary(let bytes) = self { bytes } else { nil }
    }

    /// A truth value.
    public var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The elements of a list.
    public var list: [AttributeValue]? {
        if case .list(let elements) = self { elements } else { nil }
    }

    /// The entries of a map.
    public var map: Item? {
        if case .map(let entries) = self { entries } else { nil }
    }

    /// The members of a set of strings.
    public var stringSet: [String]? {
        if case .stringSet(let members) = self { members } else { nil }
    }

    /// The members of a set of numbers, in digits.
    public var numberSet: [String]? {
        if case .numberSet(let members) = self { members } else { nil }
    }

    /// Whether this is null.
    public var isNull: Bool { self == .null }

    /// An entry of a map; nil where this is no map or has no such entry.
    public subscript(name: String) -> AttributeValue? { map?[name] }
}

extension AttributeValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A number.
    public init(integerLiteral value: Int) { self = .number(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Null.
    public init(nilLiteral: ()) { self = .null }
    /// A list.
    public init(arrayLiteral elements: AttributeValue...) { self = .list(elements) }
    /// A map; of entries with the same name, the last counts.
    public init(dictionaryLiteral elements: (String, AttributeValue)...) {
        self = .map(Dictionary(elements) { $1 })
    }
}

// MARK: - On the wire

extension AttributeValue {
    /// The value in DynamoDB's JSON: `{"S": "text"}`.
    public var json: JSONValue {
        switch self {
        case .string(let text): ["S": .string(text)]
        case .number(let text): ["N": .string(text)]
        case .binary(let bytes): ["B": .string(Base64.encode(bytes))]
        case .bool(let flag): ["BOOL": .bool(flag)]
        case .null: ["NULL": true]
        case .list(let elements): ["L": .array(elements.map(\.json))]
        case .map(let entries): ["M": JSONValue(item: entries)]
        case .stringSet(let members): ["SS": .array(members.map { .string($0) })]
        case .numberSet(let members): ["NS": .array(members.map { .string($0) })]
        case .binarySet(let members): ["BS": .array(members.map { .string(Base64.encode($0)) })]
        }
    }

    /// Reads a value from DynamoDB's JSON; nil for anything that is none.
    public init?(json: JSONValue) {
        guard let object = json.object, object.count == 1, let (type, value) = object.first(where: { _ in true }) else {
            return nil
        }
        switch (type, value) {
        case ("S", .string(let text)): self = .string(text)
        case ("N", .string(let text)): self = .number(text)
        case ("B", .string(let text)):
            guard let bytes = Base64.decode(text) else { return nil }
            self = .binary(bytes)
        case ("BOOL", .bool(let flag)): self = .bool(flag)
        case ("NULL", _): self = .null
        case ("L", .array(let elements)):
            guard let values = elements.allMapped({ AttributeValue(json: $0) }) else { return nil }
            self = .list(values)
        case ("M", .object):
            guard let item = Item(json: value) else { return nil }
            self = .map(item)
        case ("SS", .array(let members)):
            guard let texts = members.allMapped(\.string) else { return nil }
            self = .stringSet(texts)
        case ("NS", .array(let members)):
            guard let texts = members.allMapped(\.string) else { return nil }
            self = .numberSet(texts)
        case ("BS", .array(let members)):
            guard let values = members.allMapped({ $0.string.flatMap { Base64.decode($0) } }) else { return nil }
            self = .binarySet(values)
        default: return nil
        }
    }
}

extension [String: AttributeValue] {
    /// Reads an item from DynamoDB's JSON; nil for anything that is none.
    public init?(json: JSONValue) {
        guard let object = json.object else { return nil }
        self.init(minimumCapacity: object.count)
        for (name, value) in object {
            guard let attribute = AttributeValue(json: value) else { return nil }
            self[name] = attribute
        }
    }
}

extension JSONValue {
    /// An item in DynamoDB's JSON, its attributes in the order of their names, so that equal items read the same.
    public init(item: Item) {
        self = .object(JSONObject(item.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }))
    }
}

extension Array {
    /// Every element transformed; nil if one cannot be.
    func allMapped<Result>(_ transform: (Element) -> Result?) -> [Result]? {
        var results: [Result] = []
        results.reserveCapacity(count)
        for element in self {
            guard let result = transform(element) else { return nil }
            results.append(result)
        }
        return results
    }
}
