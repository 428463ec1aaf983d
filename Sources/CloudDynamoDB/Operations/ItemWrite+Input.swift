import CloudCore
import JSONValue

/// How writes are read from requests, of their own or inside a transaction.
extension ItemWrite {
    /// PutItem's.
    static func put(_ input: RequestInput, _ service: DynamoDBService, tableName: String) throws -> ItemWrite {
        guard let members = try input.object("Item") else { throw missing("item") }
        let item = EncodedItem(try AttributeMap(wire: members))
        var attributes = try ExpressionAttributes(input, expressions: [.condition])
        let condition = try condition(input, service, &attributes)
        try attributes.finish()
        let table = try service.catalog.table(tableName)
        let place = try table.place(ofItem: item.attributes)
        guard item.size <= EncodedItem.sizeLimit else { throw DynamoDBErrors.itemTooLarge }
        return ItemWrite(
            table: table, key: table.key.key(of: item.attributes), place: place, action: .put(item),
            condition: condition)
    }

    /// DeleteItem's, and a transaction's ConditionCheck.
    static func keyed(
        _ input: RequestInput, _ service: DynamoDBService, tableName: String, action: Action
    ) throws -> ItemWrite {
        guard let members = try input.object("Key") else { throw missing("key") }
        let key = try AttributeMap(wire: members)
        var attributes = try ExpressionAttributes(input, expressions: [.condition])
        let condition = try condition(input, service, &attributes)
        try attributes.finish()
        let table = try service.catalog.table(tableName)
        return ItemWrite(
            table: table, key: key, place: try table.place(ofKey: key), action: action, condition: condition)
    }

    /// UpdateItem's.
    static func update(_ input: RequestInput, _ service: DynamoDBService, tableName: String) throws -> ItemWrite {
        guard let members = try input.object("Key") else { throw missing("key") }
        let key = try AttributeMap(wire: members)
        var attributes = try ExpressionAttributes(input, expressions: [.update, .condition])
        var update = Update()
        var createsItem = true
        if let text = try input.string("UpdateExpression") {
            update = try service.expressions.update(text).bound(to: &attributes)
        } else if let legacy = try input.object("AttributeUpdates") {
            (update, createsItem) = try LegacyUpdate.update(legacy)
        }
        let condition = try condition(input, service, &attributes)
        try attributes.finish()
        let table = try service.catalog.table(tableName)
        let place = try table.place(ofKey: key)
        for path in update.paths where table.key.contains(path.attribute) {
            throw DynamoDBErrors.invalidParameter(
                "Cannot update attribute \(path.attribute). This attribute is part of the key")
        }
        return ItemWrite(
            table: table, key: key, place: place, action: .update(update, createsItem: createsItem),
            condition: condition)
    }

    private static func condition(
        _ input: RequestInput, _ service: DynamoDBService, _ attributes: inout ExpressionAttributes
    ) throws -> Condition? {
        if let text = try input.string("ConditionExpression") {
            return try service.expressions.condition(text, kind: .condition).bound(to: &attributes)
        }
        guard let expected = try input.object("Expected") else { return nil }
        return try LegacyCondition.expected(expected, joinedBy: try input.string("ConditionalOperator"))
    }

    static func missing(_ member: String) -> ServiceError {
        DynamoDBErrors.validation(
            "1 validation error detected: Value null at '\(member)' failed to satisfy constraint: "
                + "Member must not be null")
    }
}
