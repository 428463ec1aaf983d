import CloudCore
import JSONValue

/// The checks of keys, of items as they are put and of keys as they are asked for.
extension TableDefinition {
    private static let hashLimit = 2048
    private static let rangeLimit = 1024

    /// The place that a request's `Key` names.
    ///
    /// - Throws: ``ServiceError``.
    func place(ofKey key: AttributeMap) throws -> ItemPlace {
        guard key.count == self.key.attributes.count else { throw DynamoDBErrors.keyMismatch }
        for attribute in self.key.attributes where key[attribute.name]?.type != attribute.type {
            throw DynamoDBErrors.keyMismatch
        }
        return try place(checking: key)
    }

    /// The place of an item that is put.
    ///
    /// - Throws: ``ServiceError``.
    func place(ofItem item: AttributeMap) throws -> ItemPlace {
        for attribute in key.attributes {
            guard let value = item[attribute.name] else {
                throw DynamoDBErrors.invalidParameter("Missing the key \(attribute.name) in the item")
            }
            guard value.type == attribute.type else {
                throw DynamoDBErrors.invalidParameter(
                    "Type mismatch for key \(attribute.name) expected: \(attribute.type.rawValue) "
                        + "actual: \(value.type.rawValue)")
            }
        }
        let place = try place(checking: item)
        try checkIndexKeys(of: item)
        return place
    }

    private func place(checking item: AttributeMap) throws -> ItemPlace {
        for attribute in key.attributes {
            if let kind = item[attribute.name]?.emptyKind {
                throw DynamoDBErrors.validation(
                    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
                        + "an empty \(kind) value. Key: \(attribute.name)")
            }
        }
        guard let place = key.place(of: item) else { throw DynamoDBErrors.keyMismatch }
        guard place.partition.count - 4 <= Self.hashLimit else {
            throw DynamoDBErrors.invalidParameter(
                "Size of hashkey has exceeded the maximum size limit of\(Self.hashLimit) bytes")
        }
        guard place.sort.count <= Self.rangeLimit else {
            throw DynamoDBErrors.invalidParameter(
                "Aggregated size of all range keys has exceeded the size limit of \(Self.rangeLimit) bytes")
        }
        return place
    }

    /// Attributes that an index sorts by must have its types, where an item has them at all.
    func checkIndexKeys(of item: AttributeMap) throws {
        for index in indexes {
            for attribute in index.key.attributes {
                guard let value = item[attribute.name] else { continue }
                guard value.type == attribute.type else {
                    throw DynamoDBErrors.invalidParameter(
                        "Type mismatch for Index Key \(attribute.name) Expected: \(attribute.type.rawValue) "
                            + "Actual: \(value.type.rawValue) IndexName: \(index.name)")
                }
                if let kind = value.emptyKind {
                    throw DynamoDBErrors.validation(
                        "One or more parameter values are not valid. A value specified for a secondary index key is "
                            + "not supported. The AttributeValue for a key attribute cannot contain an empty \(kind) "
                            + "value. IndexName: \(index.name), IndexKey: \(attribute.name)")
                }
            }
        }
    }
}

extension AttributeValue {
    /// `string` or `binary` where the value is an empty one, which no key may be.
    fileprivate var emptyKind: String? {
        switch self {
        case .string(let text) where text.isEmpty: "string"
        case .binary(let bytes) where bytes.isEmpty: "binary"
        default: nil
        }
    }
}
