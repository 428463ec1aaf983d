/// An item as it is stored: its bytes go into answers as they are.
struct StoredItem: Sendable {
    /// The row, which an item keeps for as long as it lives.
    var row: Int64
    /// Bytes that it counts for, by DynamoDB's rules.
    var size: Int
    /// The attributes as JSON, as on the wire.
    var bytes: [UInt8]

    func attributes() throws -> AttributeMap { try AttributeMap(stored: bytes) }
}

/// An item that is ready to be stored: encoded and measured before the write transaction, which many wait for.
struct EncodedItem: Sendable {
    /// Bytes that an item may count for.
    static let sizeLimit = 400 * 1024

    var attributes: AttributeMap
    var bytes: [UInt8]
    var size: Int

    init(_ attributes: AttributeMap) {
        self.attributes = attributes
        bytes = attributes.wireBytes
        size = attributes.itemByteCount
    }
}
