import CloudCore
import GRDB
import JSONValue

/// A write of one item, checked and ready: what PutItem, UpdateItem, DeleteItem, batches and transactions have in common.
struct ItemWrite: Sendable {
    enum Action: Sendable {
        case put(EncodedItem)
        /// - Parameter createsItem: whether an item that is not there comes to be.
        case update(Update, createsItem: Bool)
        case delete
        /// Nothing but the condition.
        case check
    }

    var table: TableDefinition
    var key: AttributeMap
    var place: ItemPlace
    var action: Action
    var condition: Condition?
    /// Whether the item is shown where the condition fails.
    var returnsOldOnFailure = false
}

/// What a write did.
struct ItemWriteOutcome: Sendable {
    var old: StoredItem?
    var new: EncodedItem?
    var changes: [IndexChange]
}

extension ItemWriter {
    /// Makes a write inside this transaction.
    ///
    /// - Throws: ``ServiceError``: `ConditionalCheckFailedException`, or `ValidationException` where an update does not
    ///   fit the item.
    func perform(_ write: ItemWrite) throws -> ItemWriteOutcome {
        let old = try find(write.place)
        var before: AttributeMap?
        if let condition = write.condition {
            before = try old?.attributes()
            guard condition.holds(for: before ?? AttributeMap()) else {
                let item = write.returnsOldOnFailure ? try old.map { try JSONValue(parsing: $0.bytes) } : nil
                throw DynamoDBErrors.conditionFailed(item: item)
            }
        }
        switch write.action {
        case .put(let item):
            return ItemWriteOutcome(old: old, new: item, changes: try replace(old, with: item, at: write.place))
        case .delete:
            return ItemWriteOutcome(old: old, new: nil, changes: try replace(old, with: nil, at: write.place))
        case .check: return ItemWriteOutcome(old: old, new: nil, changes: [])
        case .update(let update, let createsItem):
            guard old != nil || createsItem else { return ItemWriteOutcome(old: nil, new: nil, changes: []) }
            let base = try before ?? old?.attributes() ?? write.key
            let item = EncodedItem(try update.applied(to: base))
            guard item.size <= EncodedItem.sizeLimit else {
                throw DynamoDBErrors.validation("Item size to update has exceeded the maximum allowed size")
            }
            try item.checkNesting()
            try table.checkIndexKeys(of: item.attributes)
            return ItemWriteOutcome(old: old, new: item, changes: try replace(old, with: item, at: write.place))
        }
    }
}

extension EncodedItem {
    /// Refuses what an update has nested too deeply: each of its values may have been within the limit.
    fileprivate func checkNesting() throws {
        guard attributes.values.allSatisfy({ $0.isNested(within: AttributeValue.nestingLimit) }) else {
            throw DynamoDBErrors.validation("Nesting Levels have exceeded supported limits")
        }
    }
}

extension AttributeValue {
    fileprivate func isNested(within limit: Int) -> Bool {
        switch self {
        case .list(let elements): limit > 0 && elements.allSatisfy { $0.isNested(within: limit - 1) }
        case .map(let members): limit > 0 && members.values.allSatisfy { $0.isNested(within: limit - 1) }
        default: true
        }
    }
}
