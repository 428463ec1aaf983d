import AWSClient
import JSONValue
import LambdaEvents
import LambdaRuntime
import Pictures

/// Brings the accounts of a backup back into the live tables.
///
/// DynamoDB restores a backup into a new table only. So the backups become tables beside the live ones, and their rows are
/// copied in: live rows of the same person give way, everybody who is not in the backup stays. How far it is stands in
/// ``RestoreState``, so that it goes on wherever it was cut off, by whoever comes first.
struct AccountRestore: Sendable {
    let service: PictureService
    let context: Context

    /// What is behind a live table's name in that of the table that is made from its backup.
    static let suffix = "-restore"
    /// Rows that are copied in one transaction.
    static let batchSize = 20

    var database: DynamoDBClient { service.store.database }
    var options: CallOptions { context.calls(leaving: .seconds(2)) }
    var accounts: String { service.settings.tables.userAuth }
    var profiles: String { service.settings.tables.userInfo }

    /// Begins a restore of a set, or joins the one of the same set that is under way.
    ///
    /// - Throws: `HTTPError` 404, 409.
    func begin(_ name: String) async throws -> RestoreState {
        for _ in 1...5 {
            let current = try await RestoreState.current(service.store, options)
            if let current, current.isUnderWay {
                guard current.backup == name else { throw HTTPError.restoreUnderWay(current) }
                return current
            }
            guard try await set(name)?.isWhole == true else { throw HTTPError.unknownBackup }
            let state = RestoreState(id: service.random.identifier(), backup: name, started: service.now())
            if try await state.store(over: current, service.store, options) { return state }
        }
        throw HTTPError(409, "Contended", "Too many requests at once. Try again.")
    }

    /// Goes on with a restore until it is done or the time is over.
    func drive(_ state: RestoreState, within limit: Duration) async throws -> RestoreState {
        let end = max(context.remainingTime - limit, .seconds(4))
        var state = state
        while state.isUnderWay, context.remainingTime > end {
            let step: Step
            do { step = try await take(state) } catch {
                // What somebody else has brought further in between is no failure.
                guard let current = try await RestoreState.current(service.store, options) else { throw error }
                guard current.id == state.id, current.phase == state.phase else { return current }
                throw error
            }
            var next = state
            switch step {
            case .wait:
                try await Task.sleep(for: .milliseconds(500))
                continue
            case .further(let place): next.place = place
            case .finished:
                next.phase = state.phase.next
                next.place = nil
            case .again:
                next.phase = .clearing
                next.place = nil
            case .failed(let reason):
                next.phase = .failed
                next.reason = reason
            }
            guard try await next.store(over: state, service.store, options) else {
                // Somebody else goes on with it as well: with what they have stored.
                guard let current = try await RestoreState.current(service.store, options), current.id == state.id
                else { return state }
                state = current
                continue
            }
            state = next
            context.logger.info("restore", state.document.object ?? [:])
        }
        return state
    }

    /// What a step of a phase came to.
    enum Step: Sendable {
        /// DynamoDB is at it.
        case wait
        /// A page was copied; the next one begins here.
        case further(Item)
        /// The phase is over.
        case finished
        /// A table that was made has gone: from the beginning.
        case again
        /// It cannot be done.
        case failed(String)
    }

    private func take(_ state: RestoreState) async throws -> Step {
        switch state.phase {
        case .clearing, .removing: return try await removeTables()
        case .making: return try await makeTables(state)
        case .profiles: return try await copy(profiles, state) { try await writeProfiles($0, state) }
        case .accounts: return try await copy(accounts, state) { try await writeAccounts($0, state) }
        case .done, .failed: return .finished
        }
    }

    private func set(_ name: String) async throws -> BackupSet? {
        var backups: [DynamoDBBackup] = []
        for table in [accounts, profiles] {
            backups += try await database.backups(of: table, options: options).collect()
        }
        return BackupSet.sets(of: backups, tables: [accounts, profiles]).first { $0.name == name }
    }

    private func removeTables() async throws -> Step {
        var isGone = true
        for table in [accounts, profiles] {
            do {
                _ = try await database.describeTable(table + Self.suffix, options: options)
                isGone = false
                try await database.deleteTable(table + Self.suffix, options: options)
            } catch AWSError.Code.resourceNotFound {
                continue
            } catch AWSError.Code.resourceInUse {
                // It is being made or deleted: either way the next look tells.
            }
        }
        return isGone ? .finished : .wait
    }

    private func makeTables(_ state: RestoreState) async throws -> Step {
        guard let set = try await set(state.backup), set.isWhole else {
            return .failed("the backup \(state.backup) has gone")
        }
        var isThere = true
        for table in [accounts, profiles] {
            guard let backup = set.part(of: table) else { return .failed("the backup has no part of \(table)") }
            do {
                let description = try await database.describeTable(table + Self.suffix, options: options)
                let source = description["RestoreSummary"]?["SourceBackupArn"]?.string
                guard source == nil || source == backup.arn else { return .again }
                if description["TableStatus"] != "ACTIVE" { isThere = false }
            } catch AWSError.Code.resourceNotFound {
                isThere = false
                do {
                    try await database.restoreTable(table + Self.suffix, from: backup.arn, options: options)
                } catch let error as AWSError
                    where [.tableAlreadyExists, .tableInUse, .backupInUse].contains(error.code)
                {
                    // Somebody else has just begun it.
                } catch AWSError.Code.backupNotFound {
                    return .failed("the backup \(backup.arn) has gone")
                }
            }
        }
        return isThere ? .finished : .wait
    }

    /// Copies a page of a backup's table.
    private func copy(
        _ table: String, _ state: RestoreState, _ write: ([Item]) async throws -> Void
    ) async throws -> Step {
        let page: DynamoDBPage
        do {
            page = try await database.scan(
                table: table + Self.suffix, consistent: true, limit: Self.batchSize, startKey: state.place,
                options: options)
        } catch AWSError.Code.resourceNotFound {
            return .again
        }
        try await write(page.items)
        return page.lastEvaluatedKey.map { .further($0) } ?? .finished
    }
}
