import CloudCore
import Digests
import JSONValue

/// An attribute that a key is made of. Only texts, numbers and bytes can be.
struct KeyAttribute: Sendable, Equatable {
    var name: String
    var type: AttributeType

    /// Whether it is the attribute of this name.
    func isNamed(_ name: String) -> Bool { self.name.hasSameBytes(as: name) }

    static func == (left: KeyAttribute, right: KeyAttribute) -> Bool {
        left.isNamed(right.name) && left.type == right.type
    }

    /// The bytes by which the value is found and sorted.
    func bytes(of value: AttributeValue) -> [UInt8]? {
        switch (type, value) {
        case (.string, .string(let text)): Array(text.utf8)
        case (.number, .number(let number)): number.keyBytes
        case (.binary, .binary(let bytes)): bytes
        default: nil
        }
    }
}

/// The key of a table or of an index.
struct KeySchema: Sendable, Equatable {
    /// The partition key.
    var hash: KeyAttribute
    /// The sort key, where there is one.
    var range: KeyAttribute?

    /// The attributes, the partition key first.
    var attributes: [KeyAttribute] { range.map { [hash, $0] } ?? [hash] }

    func contains(_ name: String) -> Bool { hash.isNamed(name) || range?.isNamed(name) == true }

    /// The key's attributes of an item, in order.
    func key(of item: AttributeMap) -> AttributeMap {
        AttributeMap(attributes.compactMap { attribute in item[attribute.name].map { (attribute.name, $0) } })
    }

    /// Where an item with this key stands; nil where it lacks an attribute or has one of another type.
    func place(of item: AttributeMap) -> ItemPlace? {
        guard let value = item[hash.name], let hashBytes = hash.bytes(of: value) else { return nil }
        var sort: [UInt8] = []
        if let range {
            guard let value = item[range.name], let bytes = range.bytes(of: value) else { return nil }
            sort = bytes
        }
        return ItemPlace(partition: ItemPlace.partition(for: hashBytes), sort: sort)
    }

    /// The shape on the wire.
    var json: JSONValue {
        .array(
            zip(attributes, ["HASH", "RANGE"]).map { attribute, role in
                ["AttributeName": .string(attribute.name), "KeyType": .string(role)]
            })
    }
}

/// Where an item stands in a table or an index: bytes that sort as the keys do.
struct ItemPlace: Sendable, Hashable {
    /// Four bytes of a hash, then the partition key: partitions stand in the order of their hashes, as in DynamoDB, so
    /// that a segment of a parallel scan is a range.
    var partition: [UInt8]
    /// The sort key; empty where there is none.
    var sort: [UInt8]

    static func partition(for key: [UInt8]) -> [UInt8] {
        // FNV-1a, with the bits mixed once more: its upper ones alone are not spread evenly.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
        var bytes = withUnsafeBytes(of: UInt32(truncatingIfNeeded: hash >> 32).bigEndian) { Array($0) }
        bytes.reserveCapacity(4 + key.count)
        bytes.append(contentsOf: key)
        return bytes
    }

    /// Which segment of a parallel scan a partition falls into.
    static func segment(of partition: [UInt8], total: Int) -> Int {
        let hash = partition.prefix(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int((hash * UInt64(total)) >> 32)
    }

    /// The first four bytes of a segment's first partition; nil behind the last segment.
    static func start(ofSegment segment: Int, total: Int) -> [UInt8]? {
        guard segment < total else { return nil }
        let hash = ((UInt64(segment) << 32) + UInt64(total) - 1) / UInt64(total)
        return withUnsafeBytes(of: UInt32(truncatingIfNeeded: hash).bigEndian) { Array($0) }
    }
}
