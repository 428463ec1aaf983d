import CloudCore
import GRDB
import JSONValue

/// RestoreTableFromBackup.
///
/// The items are written in many small transactions under a number that no table has yet; the last one makes the table.
/// So the table is there with everything or not at all, and other writers wait for none of it long.
extension DynamoDBService {
    func restoreTableFromBackup(_ input: RequestInput) async throws -> [UInt8] {
        var constraints = Constraints()
        let target = try input.string("TargetTableName")
        constraints.require("TargetTableName", target != nil)
        if let target { constraints.checkName(target, at: "TargetTableName") }
        let arn = try input.backupARN(&constraints)
        let overrides = try RestoreOverrides(input, &constraints)
        try constraints.finish()
        guard let target else { throw DynamoDBErrors.internalFailure }
        let (backup, status) = try findBackup(arn)
        guard status == .available else { throw DynamoDBErrors.backupInUse("Backup is being created: \(arn)") }
        guard catalog.find(target) == nil else { throw DynamoDBErrors.restoreTargetExists(target) }
        let table = try overrides.table(
            named: target, from: backup, now: clock.now, identifiers: identifiers, identity: identity)
        try activity.beginRestore(of: table, from: arn)
        defer { activity.endRestore(of: target) }
        // A name that CreateTable took in between is seen here: it looks for restores before it takes one.
        guard catalog.find(target) == nil else { throw DynamoDBErrors.restoreTargetExists(target) }
        let reserved = try await database.write { try TableWriter(database: $0).reserve(table) }
        do {
            try await fill(reserved, from: backup)
            try await changeTables { [catalog] database in
                guard catalog.find(target) == nil else { throw DynamoDBErrors.restoreTargetExists(target) }
                try TableWriter(database: database).publish(reserved)
                catalog.put(reserved)
            }
        } catch {
            // What cannot be removed now, the next start removes.
            try? await abandon(reserved.number)
            throw error
        }
        // The table is there already; as in DynamoDB, only DescribeTable says so.
        let description = reserved.description(
            identity: identity, status: "CREATING", sizes: [:], creating: Set(reserved.indexes.map(\.name)))
        return JSONValue.object(["TableDescription": .object(description)]).encoded()
    }

    private func fill(_ table: TableDefinition, from backup: BackupRecord) async throws {
        let reader = try BackupFileReader(backup, in: copying.folder)
        while let batch = try reader.next() {
            // Read and measured before the transaction, which others wait for.
            let items = try batch.map { bytes in
                let attributes = try AttributeMap(stored: bytes)
                guard let place = table.key.place(of: attributes) else {
                    throw BackupFileFault(
                        path: copying.folder.path(of: backup.identifier), reason: "an item has no key")
                }
                return (place: place, item: EncodedItem(attributes))
            }
            try await database.write { database in
                let writer = ItemWriter(database: database, table: table)
                for (place, item) in items { try writer.replace(nil, with: item, at: place) }
            }
        }
    }

    /// Removes what a broken restore or a deletion left, some at a time.
    func abandon(_ number: Int64) async throws {
        while try await database.write({ try TableWriter(database: $0).abandon(number, limit: 500) }) {}
    }

    /// Removes what restores and deletions of a process that ended left; before anything is served.
    static func abandonUnfinished(_ database: StoreDatabase) throws {
        for number in try database.read({ try TableWriter.unfinished($0) }) {
            while try database.writeNow({ try TableWriter(database: $0).abandon(number, limit: 5000) }) {}
        }
    }
}
