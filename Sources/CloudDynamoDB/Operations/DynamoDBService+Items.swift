import CloudCore
import GRDB
import JSONValue

/// GetItem, PutItem, UpdateItem, DeleteItem.
extension DynamoDBService {
    func getItem(_ input: RequestInput) throws -> [UInt8] {
        var constraints = Constraints()
        let name = try input.tableName(&constraints)
        let report = try input.choice("ReturnConsumedCapacity", CapacityReport.self, checking: &constraints) ?? .none
        try constraints.finish()
        try input.refuseMixing(["AttributesToGet"], with: [.projection])
        guard let members = try input.object("Key") else { throw ItemWrite.missing("key") }
        let key = try AttributeMap(wire: members)
        let projection = try projection(input)
        let isConsistent = try input.bool("ConsistentRead") ?? false
        let table = try catalog.table(name)
        let place = try table.place(ofKey: key)
        let item = try database.read { try ItemWriter(database: $0, table: table).find(place) }
        var answer = AnswerBody(reservingCapacity: (item?.bytes.count ?? 0) + 64)
        if let item {
            if let projection {
                answer.add("Item", projection.applied(to: try item.attributes()))
            } else {
                answer.add("Item", raw: item.bytes)
            }
        }
        if report != .none {
            var capacity = ConsumedCapacity(.read)
            capacity.add(ConsumedCapacity.read(bytes: item?.size ?? 0, isConsistent: isConsistent), to: nil)
            answer.add("ConsumedCapacity", capacity.json(report, tableName: name))
        }
        return answer.finished()
    }

    /// The projection of a read; nil for all attributes.
    private func projection(_ input: RequestInput) throws -> Projection? {
        var attributes = try ExpressionAttributes(input, expressions: [.projection])
        var projection = try LegacyProjection.attributesToGet(input)
        if let text = try input.string("ProjectionExpression") {
            projection = try expressions.projection(text).bound(to: &attributes)
        }
        try attributes.finish()
        return projection
    }

    func putItem(_ input: RequestInput) async throws -> [UInt8] {
        let options = try WriteOptions(input, allowing: [.none, .allOld])
        try input.refuseMixing(["Expected"], with: [.condition])
        return try await write(try .put(input, self, tableName: options.tableName), options)
    }

    func deleteItem(_ input: RequestInput) async throws -> [UInt8] {
        let options = try WriteOptions(input, allowing: [.none, .allOld])
        try input.refuseMixing(["Expected"], with: [.condition])
        return try await write(try .keyed(input, self, tableName: options.tableName, action: .delete), options)
    }

    func updateItem(_ input: RequestInput) async throws -> [UInt8] {
        let options = try WriteOptions(input, allowing: Set(ReturnValues.allCases))
        try input.refuseMixing(["AttributeUpdates", "Expected"], with: [.update, .condition])
        return try await write(try .update(input, self, tableName: options.tableName), options)
    }

    private func write(_ write: ItemWrite, _ options: WriteOptions) async throws -> [UInt8] {
        var write = write
        write.returnsOldOnFailure = options.onFailure == .allOld
        let ready = write
        return try await writeItems { [catalog, changeLog] database in
            let table = try catalog.current(ready.table)
            let writer = ItemWriter(database: database, table: table, changeLog: changeLog)
            let outcome = try writer.perform(ready)
            return try options.answer(to: ready, outcome, database)
        }
    }

    /// Runs a write of items, and afterwards sees to what expires.
    func writeItems<Value: Sendable>(
        _ change: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        let value = try await database.write(change)
        expiry.itemsChanged()
        return value
    }
}

/// What the single-item writes can be asked to answer.
struct WriteOptions: Sendable {
    var tableName: String
    var returnValues: ReturnValues
    var capacity: CapacityReport
    var collection: CollectionReport
    var onFailure: ReturnOnFailure

    init(_ input: RequestInput, allowing allowed: Set<ReturnValues>) throws {
        var constraints = Constraints()
        tableName = try input.tableName(&constraints)
        capacity = try input.choice("ReturnConsumedCapacity", CapacityReport.self, checking: &constraints) ?? .none
        collection =
            try input.choice("ReturnItemCollectionMetrics", CollectionReport.self, checking: &constraints) ?? .none
        returnValues = try input.choice("ReturnValues", ReturnValues.self, checking: &constraints) ?? .none
        onFailure =
            try input.choice("ReturnValuesOnConditionCheckFailure", ReturnOnFailure.self, checking: &constraints)
            ?? .none
        try constraints.finish()
        guard allowed.contains(returnValues) else {
            throw DynamoDBErrors.validation("Return values set to invalid value")
        }
    }

    func answer(to write: ItemWrite, _ outcome: ItemWriteOutcome, _ database: Database) throws -> [UInt8] {
        var answer = AnswerBody()
        try addAttributes(to: &answer, write, outcome)
        if capacity != .none {
            var units = ConsumedCapacity(.write)
            units.add(written: outcome.old, outcome.new, outcome.changes)
            answer.add("ConsumedCapacity", units.json(capacity, tableName: tableName))
        }
        if collection == .size {
            answer.add("ItemCollectionMetrics", try ItemCollectionMetrics.json(of: write, database))
        }
        return answer.finished()
    }

    private func addAttributes(
        to answer: inout AnswerBody, _ write: ItemWrite, _ outcome: ItemWriteOutcome
    ) throws {
        switch returnValues {
        case .none: break
        case .allOld: if let old = outcome.old { answer.add("Attributes", raw: old.bytes) }
        case .allNew: if let new = outcome.new { answer.add("Attributes", raw: new.bytes) }
        case .updatedOld, .updatedNew:
            guard case .update(let update, _) = write.action else { return }
            let item = returnValues == .updatedNew ? outcome.new?.attributes : try outcome.old?.attributes()
            let shown = item.map { Projection(paths: update.paths).applied(to: $0) }
            if let shown, !shown.isEmpty { answer.add("Attributes", shown) }
        }
    }
}

/// The size of all items that share a partition key, which tables with local indexes limit to 10 GB.
enum ItemCollectionMetrics {
    /// The shape on the wire; nil for tables without local indexes.
    static func json(of write: ItemWrite, _ database: Database) throws -> JSONValue? {
        guard !write.table.localIndexes.isEmpty, let value = write.key[write.table.key.hash.name] else { return nil }
        let bytes =
            try database.first(
                "SELECT COALESCE(SUM(size), 0) FROM items WHERE table_number = ? AND hash_key = ?",
                .integer(write.table.number), .bytes(write.place.partition)
            ) { $0.integer(0) } ?? 0
        let lower = Double(bytes / 1_073_741_824)
        let key = AttributeMap([(write.table.key.hash.name, value)])
        return [
            "ItemCollectionKey": try JSONValue(parsing: key.wireBytes),
            "SizeEstimateRangeGB": [JSONValue(lower), JSONValue(lower + 1)],
        ]
    }
}

extension RequestInput {
    /// Refuses legacy parameters beside expressions.
    func refuseMixing(_ legacy: [String], with expressions: [ExpressionKind]) throws {
        let legacy = (legacy + ["ConditionalOperator"]).filter(has)
        guard !legacy.isEmpty else { return }
        let used = expressions.map(\.rawValue).filter(has)
        guard used.isEmpty else {
            throw DynamoDBErrors.validation(
                "Can not use both expression and non-expression parameters in the same request: "
                    + "Non-expression parameters: {\(legacy.joined(separator: ", "))} "
                    + "Expression parameters: {\(used.joined(separator: ", "))}")
        }
    }
}
