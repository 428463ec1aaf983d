import CloudCore
import Dispatch
import GRDB
import JSONValue

/// Copies tables into files.
///
/// A copy reads in one transaction of a reader: it sees the table as it was at one instant, and no writer waits for it.
/// It has a thread of its own, so that it keeps none of those that requests run on.
struct BackupCopying: Sendable {
    private let queue = DispatchQueue(label: "darkroom.dynamodb.backups")
    let database: StoreDatabase
    let folder: BackupFolder

    /// Copies a table as it is at the moment at which the copy begins.
    ///
    /// - Returns: the record with the definition, the size and the checksum of what was copied.
    func copy(_ backup: BackupRecord) async throws -> BackupRecord {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try copyNow(backup) }) }
        }
    }

    private func copyNow(_ backup: BackupRecord) throws -> BackupRecord {
        let writer = try folder.writer(backup.identifier)
        do {
            var record = backup
            (record.table, record.size) = try database.read { database in
                let table = try Self.table(backup.table.name, database)
                let statement = try PreparedStatement(
                    database, "SELECT item FROM items WHERE table_number = ? ORDER BY hash_key, sort_key")
                defer { statement.reset() }
                try statement.bind(1, table.number)
                while try statement.step() { try statement.withBytes(0) { try writer.append($0) } }
                return (table, try TableWriter.sizes(of: table, database)[0] ?? StoredSize())
            }
            record.checksum = try writer.finish()
            return record
        } catch {
            writer.discard()
            throw error
        }
    }

    /// The table as this transaction sees it.
    private static func table(_ name: String, _ database: Database) throws -> TableDefinition {
        let row = try Row.fetchOne(
            database, sql: "SELECT number, definition FROM tables WHERE name = ?", arguments: [name])
        guard let row else { throw DynamoDBErrors.tableMissingForBackup(name) }
        let (number, text): (Int64, String) = (row[0], row[1])
        guard let table = TableDefinition(number: number, name: name, storedForm: try JSONValue(parsing: text)) else {
            throw DynamoDBErrors.internalFailure
        }
        return table
    }
}
