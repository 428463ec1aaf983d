import CloudCore
import JSONValue

/// `Select`.
enum SelectedAttributes: String, Sendable, CaseIterable {
    case specific = "SPECIFIC_ATTRIBUTES"
    case count = "COUNT"
    case all = "ALL_ATTRIBUTES"
    case allProjected = "ALL_PROJECTED_ATTRIBUTES"
}

/// What Query and Scan have in common, read from a request in three steps: its own checks, its expressions, and then the
/// table that it is about.
struct PagedRead: Sendable {
    let tableName: String
    let indexName: String?
    let limit: Int?
    let capacity: CapacityReport
    let isConsistent: Bool
    var isForward = true
    private let select: SelectedAttributes?
    private let startKey: AttributeMap?
    private let legacyFilter: String
    private let isQuery: Bool

    private(set) var filter: Condition?
    private(set) var projection: Projection?
    private(set) var table: TableDefinition?
    private(set) var index: IndexDefinition?
    private(set) var start: ItemPage.Position?

    init(_ input: RequestInput, legacyFilter: String, isQuery: Bool) throws {
        var constraints = Constraints()
        tableName = try input.tableName(&constraints)
        indexName = try input.string("IndexName")
        if let indexName { constraints.checkName(indexName, at: "IndexName") }
        limit = try input.integer("Limit")
        if let limit, limit < 1 {
            constraints.violate("Limit", String(limit), "Member must have value greater than or equal to 1")
        }
        capacity = try input.choice("ReturnConsumedCapacity", CapacityReport.self, checking: &constraints) ?? .none
        select = try input.choice("Select", SelectedAttributes.self, checking: &constraints)
        isConsistent = try input.bool("ConsistentRead") ?? false
        try constraints.finish()
        do {
            startKey = try input.object("ExclusiveStartKey").map { try AttributeMap(wire: $0) }
        } catch let error as ServiceError where error.code == "ValidationException" {
            throw DynamoDBErrors.validation("The provided starting key is invalid: \(error.message)")
        }
        self.legacyFilter = legacyFilter
        self.isQuery = isQuery
    }

    mutating func readExpressions(
        _ input: RequestInput, _ cache: ExpressionCache, _ attributes: inout ExpressionAttributes
    ) throws {
        if let text = try input.string("FilterExpression") {
            filter = try cache.condition(text, kind: .filter).bound(to: &attributes)
        } else if let legacy = try input.object(legacyFilter) {
            filter = try LegacyCondition.filter(legacy, joinedBy: try input.string("ConditionalOperator"))
        }
        if let text = try input.string("ProjectionExpression") {
            projection = try cache.projection(text).bound(to: &attributes)
        } else {
            projection = try LegacyProjection.attributesToGet(input)
        }
        let named = input.has("ProjectionExpression") ? "ProjectionExpression" : "AttributesToGet"
        switch select {
        case .specific? where projection == nil:
            throw DynamoDBErrors.validation(
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
        case .count?, .all?, .allProjected?:
            guard projection == nil, let select else {
                throw DynamoDBErrors.validation(
                    "Cannot specify the \(named) when choosing to get \(Self.shown(select))")
            }
            guard select != .allProjected || indexName != nil else {
                throw DynamoDBErrors.validation(
                    "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
            }
        case .specific?, nil: break
        }
    }

    private static func shown(_ select: SelectedAttributes?) -> String {
        select == .count ? "only the Count" : select?.rawValue ?? ""
    }

    /// Whether the answer shows items, or only how many there are.
    var wantsItems: Bool { select != .count }

    /// Whether attributes that a local index does not hold are taken from the table.
    var fetchesFromTable: Bool {
        guard let index, index.isLocal, let table else { return false }
        if select == .all { return true }
        guard let projection, let held = index.projectedNames(in: table) else { return false }
        return projection.attributes.contains { name in !held.contains(where: name.hasSameBytes) }
    }

    /// The key that the read goes by.
    var key: KeySchema {
        get throws {
            guard let key = index?.key ?? table?.key else { throw DynamoDBErrors.resourceNotFound }
            return key
        }
    }

    /// Finds the table and the index, and checks the read against them.
    mutating func resolve(_ catalog: TableCatalog) throws {
        let table = try catalog.table(tableName)
        self.table = table
        if let indexName {
            guard let found = table.index(named: indexName) else { throw DynamoDBErrors.indexNotFound(indexName) }
            index = found
            try check(found, of: table)
        }
        if let filter, isQuery {
            let key = try key
            if let name = filter.attributeNames.first(where: key.contains) {
                throw DynamoDBErrors.validation(
                    "Filter Expression can only contain non-primary key attributes: Primary key attribute: \(name)")
            }
        }
        if let startKey { start = try position(startKey, in: table) }
    }

    private func check(_ index: IndexDefinition, of table: TableDefinition) throws {
        guard !index.isLocal else { return }
        guard !index.isFilling else { throw DynamoDBErrors.indexFilling(index.name) }
        guard !isConsistent else {
            throw DynamoDBErrors.validation("Consistent reads are not supported on global secondary indexes")
        }
        guard let held = index.projectedNames(in: table) else { return }
        if select == .all {
            throw DynamoDBErrors.invalidParameter(
                "Select type ALL_ATTRIBUTES is not supported for global secondary index \(index.name) because its "
                    + "projection type is not ALL")
        }
        let missing = (projection?.attributes ?? []).filter { name in !held.contains(where: name.hasSameBytes) }
        guard missing.isEmpty else {
            throw DynamoDBErrors.invalidParameter(
                "Global secondary index \(index.name) does not project [\(missing.joined(separator: ", "))]")
        }
    }

    /// The keys by which a page goes on behind an item: the table's, and the index's where one is read.
    func position(of item: AttributeMap, in table: TableDefinition) -> AttributeMap {
        var position = table.key.key(of: item)
        for (name, value) in index?.key.key(of: item) ?? AttributeMap() { position[name] = value }
        return position
    }

    private func position(_ key: AttributeMap, in table: TableDefinition) throws -> ItemPage.Position {
        let invalid = DynamoDBErrors.validation("The provided starting key is invalid")
        let names = Set((table.key.attributes + (index?.key.attributes ?? [])).map { ExactText($0.name) })
        guard key.count == names.count, names.allSatisfy({ key[$0.text] != nil }) else {
            throw isQuery || index != nil
                ? invalid
                : DynamoDBErrors.validation(
                    "The provided starting key is invalid: The provided key element does not match the schema")
        }
        guard let item = table.key.place(of: key), let place = (index?.key ?? table.key).place(of: key) else {
            throw DynamoDBErrors.validation(
                "The provided starting key is invalid: The provided key element does not match the schema")
        }
        return ItemPage.Position(place: place, item: item)
    }
}
