import JSONValue

/// A value of an attribute, of one of DynamoDB's ten types.
enum AttributeValue: Sendable {
    case string(String)
    case number(DynamoDBNumber)
    case binary([UInt8])
    case bool(Bool)
    case null
    case list([AttributeValue])
    case map(AttributeMap)
    case stringSet([String])
    case numberSet([DynamoDBNumber])
    case binarySet([[UInt8]])
}

/// The types of attributes, by the names that the wire and `attribute_type` use.
enum AttributeType: String, Sendable, CaseIterable {
    case string = "S"
    case number = "N"
    case binary = "B"
    case bool = "BOOL"
    case null = "NULL"
    case list = "L"
    case map = "M"
    case stringSet = "SS"
    case numberSet = "NS"
    case binarySet = "BS"

    /// The name that messages about update expressions use.
    var longName: String {
        switch self {
        case .string: "STRING"
        case .number: "NUMBER"
        case .binary: "BINARY"
        case .bool: "BOOLEAN"
        case .null: "NULL"
        case .list: "LIST"
        case .map: "MAP"
        case .stringSet: "STRING_SET"
        case .numberSet: "NUMBER_SET"
        case .binarySet: "BINARY_SET"
        }
    }
}

extension AttributeValue {
    /// The value's type.
    var type: AttributeType {
        switch self {
        case .string: .string
        case .number: .number
        case .binary: .binary
        case .bool: .bool
        case .null: .null
        case .list: .list
        case .map: .map
        case .stringSet: .stringSet
        case .numberSet: .numberSet
        case .binarySet: .binarySet
        }
    }

    /// Bytes that the value counts for in an item, by DynamoDB's rules.
    var byteCount: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .number(let number): number.byteCount
        case .binary(let bytes): bytes.count
        case .bool, .null: 1
        case .list(let elements): elements.reduce(3) { $0 + $1.byteCount + 1 }
        case .map(let members): members.reduce(3) { $0 + $1.name.utf8.count + $1.value.byteCount + 1 }
        case .stringSet(let members): members.reduce(0) { $0 + $1.utf8.count }
        case .numberSet(let members): members.reduce(0) { $0 + $1.byteCount }
        case .binarySet(let members): members.reduce(0) { $0 + $1.count }
        }
    }
}

extension AttributeValue: Equatable {
    /// Equality as conditions see it: type and content, sets in whichever order, texts by their bytes.
    static func == (left: AttributeValue, right: AttributeValue) -> Bool {
        switch (left, right) {
        case (.string(let a), .string(let b)): a.hasSameBytes(as: b)
        case (.number(let a), .number(let b)): a == b
        case (.binary(let a), .binary(let b)): a == b
        case (.bool(let a), .bool(let b)): a == b
        case (.null, .null): true
        case (.list(let a), .list(let b)): a == b
        case (.map(let a), .map(let b)): a == b
        case (.stringSet(let a), .stringSet(let b)): Set(a.map { Array($0.utf8) }) == Set(b.map { Array($0.utf8) })
        case (.numberSet(let a), .numberSet(let b)): Set(a) == Set(b)
        case (.binarySet(let a), .binarySet(let b)): Set(a) == Set(b)
        default: false
        }
    }

    /// How two values of one ordered type (texts, numbers, bytes) compare: below zero, zero, above; nil for others.
    static func order(_ left: AttributeValue, _ right: AttributeValue) -> Int? {
        switch (left, right) {
        case (.string(let a), .string(let b)): ByteOrder.of(a, b)
        case (.number(let a), .number(let b)): a == b ? 0 : a < b ? -1 : 1
        case (.binary(let a), .binary(let b)): ByteOrder.of(a, b)
        default: nil
        }
    }
}
