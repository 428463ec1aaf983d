import JSONValue

/// One write among many.
public enum DynamoDBBatchWrite: Sendable, Hashable {
    /// Stores an item in place of the one with its key.
    case put(Item)
    /// Deletes the item with this key.
    case delete(key: Item)

    fileprivate var json: JSONValue {
        switch self {
        case .put(let item): ["PutRequest": ["Item": JSONValue(item: item)]]
        case .delete(let key): ["DeleteRequest": ["Key": JSONValue(item: key)]]
        }
    }
}

extension DynamoDBClient {
    /// Reads many items by their keys, a hundred with each request; asks again for those that the service left out.
    ///
    /// - Returns: the items that there are, in no order.
    /// - Throws: ``AWSError`` with ``AWSError/Code/provisionedThroughputExceeded`` when the service goes on leaving some
    ///   out.
    public func batchGetItem(
        table: String, keys: [Item], consistent: Bool = false, projection: String? = nil, names: [String: String] = [:],
        options: CallOptions = .none
    ) async throws -> [Item] {
        var found: [Item] = []
        for start in stride(from: 0, to: keys.count, by: 100) {
            var request: JSONObject = [
                "Keys": .array(keys[start..<min(start + 100, keys.count)].map { JSONValue(item: $0) })
            ]
            if consistent { request["ConsistentRead"] = true }
            request.add("ProjectionExpression", projection)
            request.addExpressions(names: names, values: [:])
            try await untilProcessed(
                "BatchGetItem", [table: .object(request)], leftIn: "UnprocessedKeys", options
            ) { answer in
                found += try Self.items(answer["Responses"]?[table], "BatchGetItem")
            }
        }
        return found
    }

    /// Carries out many writes, 25 with each request; hands in again those that the service left out. They are not a
    /// transaction: when this throws, some may be done.
    ///
    /// - Throws: ``AWSError`` with ``AWSError/Code/provisionedThroughputExceeded`` when the service goes on leaving some
    ///   out.
    public func batchWriteItem(
        table: String, _ writes: [DynamoDBBatchWrite], options: CallOptions = .none
    ) async throws {
        for start in stride(from: 0, to: writes.count, by: 25) {
            let requests = JSONValue.array(writes[start..<min(start + 25, writes.count)].map(\.json))
            try await untilProcessed(
                "BatchWriteItem", [table: requests], leftIn: "UnprocessedItems", options
            ) { _ in }
        }
    }

    /// Calls until nothing is left over, with growing pauses; gives up after eight calls that leave something.
    private func untilProcessed(
        _ operation: String, _ requests: JSONObject, leftIn member: String, _ options: CallOptions,
        each: (JSONValue) throws -> Void
    ) async throws {
        var requests = requests
        for round in 1...8 {
            let answer = try await call(operation, ["RequestItems": .object(requests)], idempotent: true, options)
            try each(answer)
            guard let left = answer[member]?.object, !left.isEmpty else { return }
            requests = left
            guard round < 8 else { break }
            let delay = client.retryPolicy.delay(after: round, random: client.dependencies.random())
            try await client.pause(delay, options: options)
        }
        throw AWSError(
            service: AWSService.dynamoDB.name, code: .provisionedThroughputExceeded,
            message: "\(operation): the service left a part undone eight times", status: 200, isRetryable: true)
    }
}
