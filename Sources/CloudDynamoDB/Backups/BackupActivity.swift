import Synchronization

/// The backups that are being made and the tables that are being restored just now.
///
/// In memory alone: what was under way when the process ended is neither continued nor seen again.
final class BackupActivity: Sendable {
    /// Operations of each kind that may be under way at once in an account.
    static let limit = 50

    private struct State {
        var creating: [String: BackupRecord] = [:]
        /// By the name of the table that comes into being.
        var restoring: [String: (table: TableDefinition, backup: String)] = [:]
        var deleting: Set<String> = []
    }

    private let state = Mutex(State())

    /// - Throws: ``ServiceError``: another backup of the table is being made, or too many are.
    func beginBackup(_ backup: BackupRecord) throws {
        try state.withLock { state in
            if state.creating.values.contains(where: { $0.table.name == backup.table.name }) {
                throw DynamoDBErrors.backupInUse("A backup of the table is being created: \(backup.table.name)")
            }
            guard state.creating.count < Self.limit else { throw DynamoDBErrors.tooManyBackupOperations }
            state.creating[backup.arn] = backup
        }
    }

    func endBackup(_ arn: String) { _ = state.withLock { $0.creating.removeValue(forKey: arn) } }

    /// - Throws: ``ServiceError``: the name is taken, the backup is going, or too many tables are being restored.
    func beginRestore(of table: TableDefinition, from backup: String) throws {
        try state.withLock { state in
            guard state.restoring[table.name] == nil else { throw DynamoDBErrors.tableInUse(table.name) }
            guard !state.deleting.contains(backup) else {
                throw DynamoDBErrors.backupInUse("Backup is being deleted: \(backup)")
            }
            guard state.restoring.count < Self.limit else { throw DynamoDBErrors.tooManyBackupOperations }
            state.restoring[table.name] = (table, backup)
        }
    }

    func endRestore(of table: String) { _ = state.withLock { $0.restoring.removeValue(forKey: table) } }

    /// - Throws: ``ServiceError``: a table is being restored from the backup, or it is going already.
    func beginDeletion(_ arn: String) throws {
        try state.withLock { state in
            if state.restoring.values.contains(where: { $0.backup == arn }) {
                throw DynamoDBErrors.backupInUse("Backup is being used to restore a table: \(arn)")
            }
            guard state.deleting.insert(arn).inserted else {
                throw DynamoDBErrors.backupInUse("Backup is being deleted: \(arn)")
            }
        }
    }

    func endDeletion(_ arn: String) { _ = state.withLock { $0.deleting.remove(arn) } }

    /// A backup that is being made.
    func creating(_ arn: String) -> BackupRecord? { state.withLock { $0.creating[arn] } }

    /// All backups that are being made.
    var creating: [BackupRecord] { state.withLock { Array($0.creating.values) } }

    /// A table that is being restored.
    func restoring(_ name: String) -> TableDefinition? { state.withLock { $0.restoring[name]?.table } }

    /// The names of the tables that are being restored.
    var restoringNames: [String] { state.withLock { Array($0.restoring.keys) } }
}
