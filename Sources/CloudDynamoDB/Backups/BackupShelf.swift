import GRDB
import JSONValue

/// The records of backups in the store. They outlive their tables.
enum BackupShelf {
    static func insert(_ backup: BackupRecord, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO backups (arn, table_name, record) VALUES (?, ?, ?)",
            arguments: [backup.arn, backup.table.name, backup.storedForm.text()])
    }

    static func delete(_ arn: String, _ database: Database) throws {
        try database.execute(sql: "DELETE FROM backups WHERE arn = ?", arguments: [arn])
    }

    static func find(_ arn: String, _ database: Database) throws -> BackupRecord? {
        try String.fetchOne(database, sql: "SELECT record FROM backups WHERE arn = ?", arguments: [arn])
            .map { try record(arn, $0) }
    }

    /// All backups, or those of a table, in the order of their ARNs: by table, then by time.
    static func all(ofTable name: String?, _ database: Database) throws -> [BackupRecord] {
        try Row.fetchAll(
            database, sql: "SELECT arn, record FROM backups WHERE ? IS NULL OR table_name = ? ORDER BY arn",
            arguments: [name, name]
        ).map { try record($0[0], $0[1]) }
    }

    private static func record(_ arn: String, _ text: String) throws -> BackupRecord {
        guard let record = BackupRecord(arn: arn, storedForm: try JSONValue(parsing: text)) else {
            throw DynamoDBErrors.internalFailure
        }
        return record
    }
}
