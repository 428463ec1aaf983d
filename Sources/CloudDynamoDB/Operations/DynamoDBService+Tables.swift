import CloudCore
import GRDB
import JSONValue

/// CreateTable, DescribeTable, ListTables, DeleteTable.
extension DynamoDBService {
    func createTable(_ input: RequestInput) async throws -> [UInt8] {
        let table = try TableDefinition(creating: input, now: clock.now, identifiers: identifiers)
        let created = try await changeTables { [catalog, activity] database in
            guard catalog.find(table.name) == nil, activity.restoring(table.name) == nil else {
                throw DynamoDBErrors.tableExists(table.name)
            }
            let created = try TableWriter(database: database).insert(table)
            catalog.put(created)
            return created
        }
        // The table is there already; as in DynamoDB, only DescribeTable says so.
        let description = created.description(
            identity: identity, status: "CREATING", sizes: [:], creating: Set(created.indexes.map(\.name)))
        return JSONValue.object(["TableDescription": .object(description)]).encoded()
    }

    func describeTable(_ input: RequestInput) throws -> [UInt8] {
        let name = try input.tableName()
        if catalog.find(name) == nil, let coming = activity.restoring(name) {
            let description = coming.description(
                identity: identity, status: "CREATING", sizes: [:], creating: Set(coming.indexes.map(\.name)))
            return JSONValue.object(["Table": .object(description)]).encoded()
        }
        guard let table = catalog.find(name) else { throw DynamoDBErrors.tableNotFound(name) }
        let sizes = try database.read { try TableWriter.sizes(of: table, $0) }
        let description = table.description(identity: identity, status: table.status, sizes: sizes)
        return JSONValue.object(["Table": .object(description)]).encoded()
    }

    func deleteTable(_ input: RequestInput) async throws -> [UInt8] {
        let name = try input.tableName()
        let (table, sizes) = try await changeTables { [catalog] database in
            let table = try self.changeable(name)
            guard !table.isDeletionProtected else {
                throw DynamoDBErrors.validation(
                    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
                        + "protection first.")
            }
            guard !table.indexes.contains(where: \.isFilling) else { throw DynamoDBErrors.tableUpdating(name) }
            let sizes = try TableWriter.sizes(of: table, database)
            try TableWriter(database: database).retire(table)
            catalog.remove(name)
            return (table, sizes)
        }
        expiry.itemsChanged()
        // What cannot be removed now, the next start removes.
        try? await abandon(table.number)
        var description = table.description(identity: identity, status: "DELETING", sizes: sizes)
        for member in ["AttributeDefinitions", "KeySchema", "CreationDateTime"] { description[member] = nil }
        return JSONValue.object(["TableDescription": .object(description)]).encoded()
    }

    func listTables(_ input: RequestInput) throws -> [UInt8] {
        var constraints = Constraints()
        let start = try input.string("ExclusiveStartTableName")
        let limit = try input.integer("Limit") ?? 100
        if limit < 1 {
            constraints.violate("Limit", String(limit), "Member must have value greater than or equal to 1")
        } else if limit > 100 {
            constraints.violate("Limit", String(limit), "Member must have value less than or equal to 100")
        }
        if let start { _ = try RequestInput.checkTableName(start, &constraints, path: "exclusiveStartTableName") }
        try constraints.finish()
        let all = Set(catalog.names).union(activity.restoringNames).sorted()
        let names = all.filter { name in start.map { name > $0 } ?? true }
        var answer: JSONObject = ["TableNames": .array(names.prefix(limit).map { .string($0) })]
        if names.count > limit { answer["LastEvaluatedTableName"] = .string(names[limit - 1]) }
        return JSONValue.object(answer).encoded()
    }

    /// The table that a table operation is about.
    func existingTable(_ input: RequestInput) throws -> TableDefinition {
        let name = try input.tableName()
        guard let table = catalog.find(name) else { throw DynamoDBErrors.tableNotFound(name) }
        return table
    }

    /// The table that a change is about, inside the change's transaction.
    ///
    /// - Throws: ``ServiceError`` where there is none, or a restore is still filling it.
    func changeable(_ name: String) throws -> TableDefinition {
        guard let table = catalog.find(name) else {
            throw activity.restoring(name) == nil
                ? DynamoDBErrors.tableNotFound(name) : DynamoDBErrors.tableComing(name)
        }
        return table
    }

    /// Runs a change of tables. Where its transaction does not come to pass, the catalog is what the store says.
    func changeTables<Value: Sendable>(
        _ change: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await database.write(change)
        } catch let error as ServiceError {
            throw error
        } catch {
            // Behind the changes that are queued already; it reads only, which a full disk does not hinder.
            try? await database.write { [catalog] in try catalog.reload($0) }
            throw error
        }
    }
}
