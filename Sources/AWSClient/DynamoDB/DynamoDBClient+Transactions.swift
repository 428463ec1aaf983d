import JSONValue

/// One action of a transaction that writes.
public struct DynamoDBTransactWrite: Sendable, Hashable {
    fileprivate let json: JSONValue

    private init(
        _ action: String, _ body: JSONObject, condition: String?, names: [String: String], values: Item,
        returningConflict: Bool
    ) {
        var body = body
        body.add("ConditionExpression", condition)
        body.addExpressions(names: names, values: values)
        if returningConflict { body["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD" }
        json = .object([action: .object(body)])
    }

    /// Stores an item in place of the one with its key.
    public static func put(
        table: String, item: Item, condition: String? = nil, names: [String: String] = [:], values: Item = [:],
        returningConflict: Bool = false
    ) -> DynamoDBTransactWrite {
        DynamoDBTransactWrite(
            "Put", ["TableName": .string(table), "Item": JSONValue(item: item)], condition: condition, names: names,
            values: values, returningConflict: returningConflict)
    }

    /// Changes attributes of an item.
    public static func update(
        table: String, key: Item, update: String, condition: String? = nil, names: [String: String] = [:],
        values: Item = [:], returningConflict: Bool = false
    ) -> DynamoDBTransactWrite {
        DynamoDBTransactWrite(
            "Update",
            ["TableName": .string(table), "Key": JSONValue(item: key), "UpdateExpression": .string(update)],
            condition: condition, names: names, values: values, returningConflict: returningConflict)
    }

    /// Deletes an item.
    public static func delete(
        table: String, key: Item, condition: String? = nil, names: [String: String] = [:], values: Item = [:],
        returningConflict: Bool = false
    ) -> DynamoDBTransactWrite {
        DynamoDBTransactWrite(
            "Delete", ["TableName": .string(table), "Key": JSONValue(item: key)], condition: condition, names: names,
            values: values, returningConflict: returningConflict)
    }

    /// Changes nothing, but lets the transaction go through only if the condition holds.
    public static func check(
        table: String, key: Item, condition: String, names: [String: String] = [:], values: Item = [:],
        returningConflict: Bool = false
    ) -> DynamoDBTransactWrite {
        DynamoDBTransactWrite(
            "ConditionCheck", ["TableName": .string(table), "Key": JSONValue(item: key)], condition: condition,
            names: names, values: values, returningConflict: returningConflict)
    }
}

/// One item that a transaction reads.
public struct DynamoDBTransactGet: Sendable, Hashable {
    fileprivate let json: JSONValue

    /// An item by its key.
    public init(table: String, key: Item, projection: String? = nil, names: [String: String] = [:]) {
        var body: JSONObject = ["TableName": .string(table), "Key": JSONValue(item: key)]
        body.add("ProjectionExpression", projection)
        body.addExpressions(names: names, values: [:])
        json = ["Get": .object(body)]
    }
}

extension DynamoDBClient {
    /// Carries out up to 100 writes, all or none. Every attempt carries the same token, so that it happens once.
    ///
    /// - Throws: ``AWSError`` with ``AWSError/Code/transactionCanceled``; its ``AWSError/cancellationReasons`` stand in
    ///   the order of the actions.
    public func transactWriteItems(_ writes: [DynamoDBTransactWrite], options: CallOptions = .none) async throws {
        let body: JSONObject = [
            "TransactItems": .array(writes.map(\.json)),
            "ClientRequestToken": .string(client.dependencies.identifier()),
        ]
        _ = try await call("TransactWriteItems", body, idempotent: true, options)
    }

    /// Reads up to 100 items as they are at one moment.
    ///
    /// - Returns: the items in the order of the keys; nil where there is none.
    public func transactGetItems(_ gets: [DynamoDBTransactGet], options: CallOptions = .none) async throws -> [Item?] {
        let answer = try await call(
            "TransactGetItems", ["TransactItems": .array(gets.map(\.json))], idempotent: true, options)
        let responses = answer["Responses"]?.array ?? []
        guard responses.count == gets.count else { throw Self.unreadable("TransactGetItems") }
        return try responses.map { try Self.item(in: $0, "Item", "TransactGetItems") }
    }

    /// What the service says of a table: its state, keys, indexes and counts, as in the service's model.
    ///
    /// - Throws: ``AWSError`` with ``AWSError/Code/resourceNotFound``.
    public func describeTable(_ table: String, options: CallOptions = .none) async throws -> JSONValue {
        let answer = try await call("DescribeTable", ["TableName": .string(table)], idempotent: true, options)
        guard let description = answer["Table"] else { throw Self.unreadable("DescribeTable") }
        return description
    }
}
