import AWSClient

extension AttributeValue {
    /// Bytes that DynamoDB counts for the value.
    ///
    /// Source: DynamoDB Developer Guide, "DynamoDB item sizes and formats". Of a number, the most that it can count.
    var storedSize: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .number(let digits): Self.size(ofNumber: digits)
        case .binary(let bytes): bytes.count
        case .bool, .null: 1
        case .list(let elements): elements.reduce(3) { $0 + 1 + $1.storedSize }
        case .map(let entries): entries.storedSize + 3 + entries.count
        case .stringSet(let members): members.reduce(0) { $0 + $1.utf8.count }
        case .numberSet(let members): members.reduce(0) { $0 + Self.size(ofNumber: $1) }
        case .binarySet(let members): members.reduce(0) { $0 + $1.count }
        }
    }

    private static func size(ofNumber digits: String) -> Int { min(21, (digits.utf8.count + 1) / 2 + 2) }
}

extension Item {
    /// Bytes that DynamoDB counts for the attributes, names included.
    var storedSize: Int { reduce(0) { $0 + $1.key.utf8.count + $1.value.storedSize } }
}
