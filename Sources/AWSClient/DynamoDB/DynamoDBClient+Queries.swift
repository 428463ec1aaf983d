import JSONValue

/// What to look for in a table: with a condition on the key a query, without one a scan of everything.
public struct DynamoDBSelection: Sendable, Hashable {
    /// The table.
    public var table: String
    /// An index of the table.
    public var index: String?
    /// Which partition, and which part of it: `userId = :u AND begins_with(#k, :p)`. Nil scans.
    public var keyCondition: String?
    /// What else must hold of an item to be given back.
    public var filter: String?
    /// Which attributes to give back; all unless given.
    public var projection: String?
    /// What the `#placeholders` stand for.
    public var names: [String: String]
    /// What the `:placeholders` stand for.
    public var values: Item
    /// Whether from the last key to the first; for queries.
    public var isDescending: Bool
    /// Whether the answer must reflect every write before it.
    public var isConsistent: Bool
    /// How many items to look at for a page; what the filter drops counts.
    public var pageLimit: Int?
    /// Which share of the table to scan, of how many: for scans by several tasks.
    public var segment: (number: Int, of: Int)? {
        get { segmentNumber.flatMap { number in segmentCount.map { (number, $0) } } }
        set { (segmentNumber, segmentCount) = (newValue?.number, newValue?.of) }
    }
    private var segmentNumber: Int?
    private var segmentCount: Int?

    /// A selection; without a condition on the key, everything.
    public init(
        table: String, index: String? = nil, keyCondition: String? = nil, filter: String? = nil,
        projection: String? = nil, names: [String: String] = [:], values: Item = [:], isDescending: Bool = false,
        isConsistent: Bool = false, pageLimit: Int? = nil
    ) {
        self.table = table
        self.index = index
        self.keyCondition = keyCondition
        self.filter = filter
        self.projection = projection
        self.names = names
        self.values = values
        self.isDescending = isDescending
        self.isConsistent = isConsistent
        self.pageLimit = pageLimit
    }

    fileprivate var body: JSONObject {
        var body: JSONObject = ["TableName": .string(table)]
        body.add("IndexName", index)
        body.add("KeyConditionExpression", keyCondition)
        body.add("FilterExpression", filter)
        body.add("ProjectionExpression", projection)
        body.addExpressions(names: names, values: values)
        if isDescending { body["ScanIndexForward"] = false }
        if isConsistent { body["ConsistentRead"] = true }
        if let pageLimit { body["Limit"] = JSONValue(pageLimit) }
        if let segment {
            body["Segment"] = JSONValue(segment.number)
            body["TotalSegments"] = JSONValue(segment.of)
        }
        return body
    }
}

/// A page of what was found.
public struct DynamoDBPage: Sendable, Hashable {
    /// The items.
    public var items: [Item]
    /// How many there are; the only answer when just counting.
    public var count: Int
    /// How many were looked at before the filter.
    public var scannedCount: Int
    /// Where the next page starts; nil at the end.
    public var lastEvaluatedKey: Item?
}

extension DynamoDBClient {
    /// A page of what a selection finds.
    ///
    /// - Parameters:
    ///   - startKey: the ``DynamoDBPage/lastEvaluatedKey`` of the page before.
    ///   - countOnly: whether to count the items instead of giving them back.
    public func page(
        _ selection: DynamoDBSelection, startKey: Item? = nil, countOnly: Bool = false, options: CallOptions = .none
    ) async throws -> DynamoDBPage {
        var body = selection.body
        if let startKey { body["ExclusiveStartKey"] = JSONValue(item: startKey) }
        if countOnly { body["Select"] = "COUNT" }
        let operation = selection.keyCondition == nil ? "Scan" : "Query"
        let answer = try await call(operation, body, idempotent: true, options)
        let items = try Self.items(answer["Items"], operation)
        return DynamoDBPage(
            items: items, count: answer["Count"]?.int ?? items.count, scannedCount: answer["ScannedCount"]?.int ?? 0,
            lastEvaluatedKey: try Self.item(in: answer, "LastEvaluatedKey", operation))
    }

    /// Everything that a selection finds, page after page as it is asked for.
    public func items(_ selection: DynamoDBSelection, options: CallOptions = .none) -> Paged<Item> {
        Paged { mark in
            let page = try await page(selection, startKey: mark as? Item, options: options)
            return (page.items, page.lastEvaluatedKey)
        }
    }

    /// A page of the items of one partition.
    public func query(
        table: String, index: String? = nil, keyCondition: String, filter: String? = nil, projection: String? = nil,
        names: [String: String] = [:], values: Item = [:], descending: Bool = false, consistent: Bool = false,
        limit: Int? = nil, startKey: Item? = nil, options: CallOptions = .none
    ) async throws -> DynamoDBPage {
        let selection = DynamoDBSelection(
            table: table, index: index, keyCondition: keyCondition, filter: filter, projection: projection,
            names: names, values: values, isDescending: descending, isConsistent: consistent, pageLimit: limit)
        return try await page(selection, startKey: startKey, options: options)
    }

    /// A page of the items of a table.
    public func scan(
        table: String, index: String? = nil, filter: String? = nil, projection: String? = nil,
        names: [String: String] = [:], values: Item = [:], consistent: Bool = false, limit: Int? = nil,
        startKey: Item? = nil, options: CallOptions = .none
    ) async throws -> DynamoDBPage {
        let selection = DynamoDBSelection(
            table: table, index: index, filter: filter, projection: projection, names: names, values: values,
            isConsistent: consistent, pageLimit: limit)
        return try await page(selection, startKey: startKey, options: options)
    }
}
