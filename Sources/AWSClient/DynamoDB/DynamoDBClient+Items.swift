import JSONValue

extension DynamoDBClient {
    /// Reads an item by its key; nil when there is none.
    ///
    /// - Parameters:
    ///   - consistent: whether the answer must reflect every write before it.
    ///   - projection: which attributes to give back; all unless given.
    ///   - names: what the `#placeholders` in the expression stand for.
    public func getItem(
        table: String, key: Item, consistent: Bool = false, projection: String? = nil, names: [String: String] = [:],
        options: CallOptions = .none
    ) async throws -> Item? {
        var body: JSONObject = ["TableName": .string(table), "Key": JSONValue(item: key)]
        if consistent { body["ConsistentRead"] = true }
        body.add("ProjectionExpression", projection)
        body.addExpressions(names: names, values: [:])
        return try Self.item(in: try await call("GetItem", body, idempotent: true, options), "Item", "GetItem")
    }

    /// Stores an item in place of the one with its key.
    ///
    /// - Parameters:
    ///   - condition: what must hold of the item that is there, such as `attribute_not_exists(#k)`.
    ///   - values: what the `:placeholders` in the expression stand for.
    ///   - returning: ``DynamoDBReturn/none`` or ``DynamoDBReturn/allOld``.
    ///   - returningConflict: whether the error of a condition that does not hold shall carry the item.
    /// - Returns: the old item, if it was asked for and there was one.
    @discardableResult
    public func putItem(
        table: String, item: Item, condition: String? = nil, names: [String: String] = [:], values: Item = [:],
        returning: DynamoDBReturn = .none, returningConflict: Bool = false, options: CallOptions = .none
    ) async throws -> Item? {
        var body: JSONObject = ["TableName": .string(table), "Item": JSONValue(item: item)]
        body.addWrite(condition: condition, names, values, returning, returningConflict)
        let isIdempotent = condition == nil && returning == .none
        return try Self.item(
            in: try await call("PutItem", body, idempotent: isIdempotent, options), "Attributes", "PutItem")
    }

    /// Changes attributes of an item, which comes into being if there is none.
    ///
    /// - Parameters:
    ///   - update: what to do, such as `SET #state = :done REMOVE reason`.
    ///   - condition: what must hold of the item that is there.
    ///   - returningConflict: whether the error of a condition that does not hold shall carry the item.
    /// - Returns: what `returning` asks for.
    @discardableResult
    public func updateItem(
        table: String, key: Item, update: String, condition: String? = nil, names: [String: String] = [:],
        values: Item = [:], returning: DynamoDBReturn = .none, returningConflict: Bool = false,
        options: CallOptions = .none
    ) async throws -> Item? {
        var body: JSONObject = ["TableName": .string(table), "Key": JSONValue(item: key)]
        body["UpdateExpression"] = .string(update)
        body.addWrite(condition: condition, names, values, returning, returningConflict)
        let isIdempotent =
            condition == nil && [.none, .allNew, .updatedNew].contains(returning) && Self.isIdempotent(update: update)
        return try Self.item(
            in: try await call("UpdateItem", body, idempotent: isIdempotent, options), "Attributes", "UpdateItem")
    }

    /// Whether an update may be carried out twice: one that counts or appends may not.
    static func isIdempotent(update: String) -> Bool {
        let text = update.lowercased()
        let words = text.split { $0.isWhitespace || ",(=".contains($0) }
        return !text.contains("+") && !text.contains("-") && !words.contains("add") && !words.contains("list_append")
    }

    /// Deletes an item. That there is none is no error.
    ///
    /// - Returns: the old item, if it was asked for and there was one.
    @discardableResult
    public func deleteItem(
        table: String, key: Item, condition: String? = nil, names: [String: String] = [:], values: Item = [:],
        returning: DynamoDBReturn = .none, returningConflict: Bool = false, options: CallOptions = .none
    ) async throws -> Item? {
        var body: JSONObject = ["TableName": .string(table), "Key": JSONValue(item: key)]
        body.addWrite(condition: condition, names, values, returning, returningConflict)
        let isIdempotent = condition == nil && returning == .none
        return try Self.item(
            in: try await call("DeleteItem", body, idempotent: isIdempotent, options), "Attributes", "DeleteItem")
    }

    static func item(in answer: JSONValue, _ member: String, _ operation: String) throws -> Item? {
        guard let json = answer[member], !json.isNull else { return nil }
        guard let item = Item(json: json) else { throw unreadable(operation) }
        return item
    }

    static func items(_ json: JSONValue?, _ operation: String) throws -> [Item] {
        guard let items = (json?.array ?? []).allMapped({ Item(json: $0) }) else { throw unreadable(operation) }
        return items
    }
}

extension JSONObject {
    fileprivate mutating func addWrite(
        condition: String?, _ names: [String: String], _ values: Item, _ returning: DynamoDBReturn,
        _ returningConflict: Bool
    ) {
        add("ConditionExpression", condition)
        addExpressions(names: names, values: values)
        if returning != .none { self["ReturnValues"] = .string(returning.rawValue) }
        if returningConflict { self["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD" }
    }
}
