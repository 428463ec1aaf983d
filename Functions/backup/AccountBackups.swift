import AWSClient
import JSONValue
import LambdaRuntime
import Pictures

/// The backups of the tables of accounts and of profiles.
struct AccountBackups: Sendable {
    let service: PictureService
    let settings: BackupSettings
    let context: Context

    private var database: DynamoDBClient { service.store.database }
    private var options: CallOptions { context.calls(leaving: .seconds(2)) }

    /// Accounts come first: an account of the set then always has its profile there, be it of a moment later.
    var tables: [String] { [service.settings.tables.userAuth, service.settings.tables.userInfo] }

    /// All backups of both tables, other people's among them.
    private func all() async throws -> [DynamoDBBackup] {
        var all: [DynamoDBBackup] = []
        for table in tables { all += try await database.backups(of: table, options: options).collect() }
        return all
    }

    /// The sets, the newest first.
    func sets() async throws -> [BackupSet] { BackupSet.sets(of: try await all(), tables: tables) }

    /// Whether the interval of a moment has no whole set yet.
    func isDue(at now: Timestamp) async throws -> Bool {
        let slot = settings.slot(of: now)
        return try await !sets().contains { $0.isWhole && settings.slot(of: $0.created) == slot }
    }

    /// Takes a set of this name, or what of it is missing, and waits until it is whole.
    ///
    /// - Returns: the set; not whole where DynamoDB takes longer than there is time. It then becomes whole by itself.
    /// - Throws: ``AWSError`` with `backupInUse` where somebody else takes one at the same time.
    func take(_ name: String, within limit: Duration) async throws -> BackupSet {
        let end = context.remainingTime - limit
        var set = try await find(name)
        for table in tables where set?.part(of: table) == nil {
            _ = try await database.createBackup(of: table, name: name, options: options)
        }
        set = try await find(name)
        while set?.isWhole != true, context.remainingTime > max(end, .seconds(3)) {
            try await Task.sleep(for: .milliseconds(500))
            set = try await find(name)
        }
        return set ?? BackupSet(name: name, parts: [], tables: tables)
    }

    /// A set by its name.
    func find(_ name: String) async throws -> BackupSet? { try await sets().first { $0.name == name } }

    /// Deletes what is more than shall be kept.
    ///
    /// - Returns: the backups that went.
    func prune(after taken: String?, protecting protected: String?) async throws -> [DynamoDBBackup] {
        let superfluous = BackupSet.superfluous(
            try await all(), tables: tables, kept: settings.kept, taken: taken, protected: protected)
        var deleted: [DynamoDBBackup] = []
        for backup in superfluous {
            do {
                try await database.deleteBackup(backup.arn, options: options)
                deleted.append(backup)
            } catch AWSError.Code.backupInUse {
                // Somebody restores from it; the next backup asks again.
                context.logger.warn("a backup is in use and stays for now", ["arn": .string(backup.arn)])
            }
        }
        return deleted
    }
}
