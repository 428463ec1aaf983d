import CloudCore
import Digests
import Foundation
import GRDB
import JSONValue

/// TransactGetItems and TransactWriteItems.
extension DynamoDBService {
    /// How long a client token stands for its transaction.
    private static let tokenLifetime = Duration.seconds(600)
    /// Actions that a transaction may have.
    private static let actionLimit = 100
    /// Bytes that the items of a transaction may have together.
    private static let byteLimit = 4 * 1024 * 1024

    private func actions(_ input: RequestInput) throws -> [RequestInput] {
        var constraints = Constraints()
        let items = try input.inputs("TransactItems")
        constraints.require("TransactItems", items != nil)
        if let items, items.isEmpty {
            constraints.violate("TransactItems", "[]", "Member must have length greater than or equal to 1")
        }
        if let items, items.count > Self.actionLimit {
            constraints.violate(
                "TransactItems", "[\(items.map { JSONValue.object($0.members).text() }.joined(separator: ", "))]",
                "Member must have length less than or equal to \(Self.actionLimit)")
        }
        try constraints.finish()
        return items ?? []
    }

    // MARK: Reading

    func transactGetItems(_ input: RequestInput) throws -> [UInt8] {
        var constraints = Constraints()
        let report = try input.choice("ReturnConsumedCapacity", CapacityReport.self, checking: &constraints) ?? .none
        try constraints.finish()
        let gets = try actions(input).map { action in
            guard let get = try action.nested("Get") else { throw ItemWrite.missing("transactItems.1.member.get") }
            let name = try get.tableName()
            guard let members = try get.object("Key") else { throw ItemWrite.missing("transactItems.1.member.get.key") }
            let key = try AttributeMap(wire: members)
            var attributes = try ExpressionAttributes(get, expressions: [.projection])
            let projection = try get.string("ProjectionExpression").map {
                try expressions.projection($0).bound(to: &attributes)
            }
            try attributes.finish()
            let table = try catalog.table(name)
            return (table: table, place: try table.place(ofKey: key), projection: projection)
        }
        try refuseRepeated(gets.map { ($0.table, $0.place) })
        let items = try database.read { database in
            try gets.map { try ItemWriter(database: database, table: $0.table).find($0.place) }
        }
        guard items.reduce(0, { $0 + ($1?.size ?? 0) }) <= Self.byteLimit else {
            throw DynamoDBErrors.validation("Collection size of items in the transaction exceeds the limit of 4 MB")
        }
        var responses: [UInt8] = [UInt8(ascii: "[")]
        for (item, get) in zip(items, gets) {
            if responses.count > 1 { responses.append(UInt8(ascii: ",")) }
            var response = AnswerBody()
            if let item {
                if let projection = get.projection {
                    response.add("Item", projection.applied(to: try item.attributes()))
                } else {
                    response.add("Item", raw: item.bytes)
                }
            }
            responses.append(contentsOf: response.finished())
        }
        responses.append(UInt8(ascii: "]"))
        var answer = AnswerBody()
        answer.add("Responses", raw: responses)
        if report != .none {
            let counted = zip(gets, items).map { get, item in
                (
                    get.table.name,
                    ConsumedCapacity.read(bytes: item?.size ?? 0, isConsistent: true, isTransactional: true)
                )
            }
            answer.add("ConsumedCapacity", Self.capacities(counted, .read, report))
        }
        return answer.finished()
    }

    private static func capacities(
        _ counted: [(table: String, units: Double)], _ kind: ConsumedCapacity.Kind, _ report: CapacityReport
    ) -> JSONValue {
        var order: [String] = []
        var sums: [String: ConsumedCapacity] = [:]
        for (table, units) in counted {
            if sums[table] == nil { order.append(table) }
            sums[table, default: ConsumedCapacity(kind, isTransactional: true)].table += units
        }
        return .array(order.compactMap { sums[$0]?.json(report, tableName: $0) })
    }

    private func refuseRepeated(_ places: [(table: TableDefinition, place: ItemPlace)]) throws {
        var seen: [Int64: Set<ItemPlace>] = [:]
        for (table, place) in places {
            guard seen[table.number, default: []].insert(place).inserted else {
                throw DynamoDBErrors.validation("Transaction request cannot include multiple operations on one item")
            }
        }
    }

    // MARK: Writing

    func transactWriteItems(_ input: RequestInput) async throws -> [UInt8] {
        var constraints = Constraints()
        let report = try input.choice("ReturnConsumedCapacity", CapacityReport.self, checking: &constraints) ?? .none
        let collection =
            try input.choice("ReturnItemCollectionMetrics", CollectionReport.self, checking: &constraints) ?? .none
        let token = try input.string("ClientRequestToken")
        if let token, !(1...36).contains(token.utf8.count) {
            constraints.violate(
                "ClientRequestToken", token,
                "Member must have length \(token.isEmpty ? "greater" : "less") than or equal to \(token.isEmpty ? 1 : 36)"
            )
        }
        try constraints.finish()
        let writes = try actions(input).map(write)
        try refuseRepeated(writes.map { ($0.table, $0.place) })
        let size = writes.reduce(0) { sum, write in
            if case .put(let item) = write.action { sum + item.size } else { sum }
        }
        guard size <= Self.byteLimit else {
            throw DynamoDBErrors.validation("Collection size of items in the transaction exceeds the limit of 4 MB")
        }
        let digest = Digest.of(JSONValue.array(try input.list("TransactItems") ?? []).encoded(), .sha256)
        let now = clock.now
        return try await writeItems { [catalog, changeLog] database in
            var capacities: [(table: String, units: Double)] = []
            var metrics: JSONObject = [:]
            if let token, try Self.isRepeated(token, digest, now: now, database) {
                capacities = writes.map { ($0.table.name, ConsumedCapacity.read(bytes: 0, isConsistent: true) * 2) }
            } else {
                let outcomes = try Self.perform(writes, database, catalog: catalog, changeLog: changeLog)
                for (write, outcome) in zip(writes, outcomes) {
                    var capacity = ConsumedCapacity(.write, isTransactional: true)
                    capacity.add(written: outcome.old, outcome.new, outcome.changes)
                    capacities.append((write.table.name, capacity.table))
                    if collection == .size, let json = try ItemCollectionMetrics.json(of: write, database) {
                        metrics[write.table.name] = .array((metrics[write.table.name]?.array ?? []) + [json])
                    }
                }
            }
            var answer = AnswerBody()
            if report != .none { answer.add("ConsumedCapacity", Self.capacities(capacities, .write, report)) }
            if collection == .size { answer.add("ItemCollectionMetrics", .object(metrics)) }
            return answer.finished()
        }
    }

    private func write(_ action: RequestInput) throws -> ItemWrite {
        let kinds = ["ConditionCheck", "Put", "Delete", "Update"].filter(action.has)
        guard kinds.count == 1, let kind = kinds.first, let input = try action.nested(kind) else {
            throw DynamoDBErrors.validation(
                "TransactItems can only contain one of Check, Put, Update or Delete")
        }
        var constraints = Constraints()
        let name = try input.tableName(&constraints)
        let onFailure =
            try input.choice("ReturnValuesOnConditionCheckFailure", ReturnOnFailure.self, checking: &constraints)
        try constraints.finish()
        var write: ItemWrite
        switch kind {
        case "Put": write = try .put(input, self, tableName: name)
        case "Update": write = try .update(input, self, tableName: name)
        case "Delete": write = try .keyed(input, self, tableName: name, action: .delete)
        default:
            guard input.has("ConditionExpression") else {
                throw ItemWrite.missing("transactItems.1.member.conditionCheck.conditionExpression")
            }
            write = try .keyed(input, self, tableName: name, action: .check)
        }
        write.returnsOldOnFailure = onFailure == .allOld
        return write
    }

    /// Whether a token has been used, within its lifetime, for this very transaction.
    ///
    /// - Throws: ``ServiceError`` where it was used for another.
    private static func isRepeated(
        _ token: String, _ digest: [UInt8], now: Timestamp, _ database: Database
    ) throws -> Bool {
        try database.execute(sql: "DELETE FROM transactions WHERE expires <= ?", arguments: [now.milliseconds])
        if let row = try Row.fetchOne(
            database, sql: "SELECT digest FROM transactions WHERE token = ?", arguments: [token])
        {
            let earlier: Data = row[0]
            guard Array(earlier) == digest else {
                throw ServiceError(
                    "IdempotentParameterMismatchException",
                    "The provided client token is already in use with different parameters",
                    members: ["Message": "The provided client token is already in use with different parameters"])
            }
            return true
        }
        try database.execute(
            sql: "INSERT INTO transactions (token, digest, expires) VALUES (?, ?, ?)",
            arguments: [token, Data(digest), (now + tokenLifetime).milliseconds])
        return false
    }

    /// Makes all writes, or none: each that fails is a reason.
    private static func perform(
        _ writes: [ItemWrite], _ database: Database, catalog: TableCatalog, changeLog: (any ItemChangeLog)?
    ) throws -> [ItemWriteOutcome] {
        var outcomes: [ItemWriteOutcome] = []
        var reasons: [JSONValue] = []
        var codes: [String] = []
        for write in writes {
            let writer = ItemWriter(
                database: database, table: try catalog.current(write.table), changeLog: changeLog)
            do {
                outcomes.append(try writer.perform(write))
                codes.append("None")
                reasons.append(["Code": "None"])
            } catch let error as ServiceError {
                guard let code = cancellationCodes[error.code] else { throw error }
                var reason: JSONObject = ["Code": .string(code), "Message": .string(error.message)]
                if let item = error.members["Item"] { reason["Item"] = item }
                codes.append(code)
                reasons.append(.object(reason))
            }
        }
        guard codes.allSatisfy({ $0 == "None" }) else {
            let message =
                "Transaction cancelled, please refer cancellation reasons for specific reasons "
                + "[\(codes.joined(separator: ", "))]"
            throw ServiceError(
                "TransactionCanceledException", message,
                members: ["Message": .string(message), "CancellationReasons": .array(reasons)])
        }
        return outcomes
    }

    /// How the errors of single writes are called among the reasons for a cancellation.
    private static let cancellationCodes = [
        "ConditionalCheckFailedException": "ConditionalCheckFailed",
        "ValidationException": "ValidationError",
    ]
}
