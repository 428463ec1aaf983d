import Dispatch
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// One service's SQLite database, in WAL mode: readers never wait, and writers share commits.
///
/// Writes that arrive while a transaction is being committed go into the next one together, each in a savepoint of its
/// own. So many callers at once cost few commits, which matters most where each commit waits for the disk.
public final class StoreDatabase: Sendable {
    private let pool: DatabasePool
    private let queue: DispatchQueue
    private let pending = Mutex<(writes: [any PendingWrite], isDraining: Bool)>(([], false))
    private let users = DatabaseUsers()

    /// Opens a database, making it if needed.
    ///
    /// - Parameter image: for a database that is new and need not outlive the process: where a copy of another one, just
    ///   made, is looked for, and left for the next.
    init(path: String, durability: Durability, migrator: DatabaseMigrator, image key: DatabaseImage.Key? = nil) throws {
        let image = key.flatMap(DatabaseImage.of)
        if let image {
            try image.write(to: path)
        } else {
            try Self.refuseIfTooNew(path, migrator)
        }
        // In WAL mode a commit reaches the kernel at either level; FULL also waits for the disk.
        let synchronous = "PRAGMA synchronous = \(durability == .full ? "FULL" : "OFF")"
        let beginsLog = durability != .full && image == nil
        var configuration = Configuration()
        configuration.maximumReaderCount = 8
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            try Self.set("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096; \(synchronous)", on: database)
            if beginsLog, !database.configuration.readonly { try Self.beginLog(database) }
        }
        pool = try DatabasePool(path: path, configuration: configuration)
        // Once more, because opening a pool sets a level of its own, behind `prepareDatabase`.
        try pool.writeWithoutTransaction { try Self.set(synchronous, on: $0) }
        queue = DispatchQueue(label: "darkroom.store." + path)
        guard image == nil else { return }
        try migrator.migrate(pool)
        if let key { try DatabaseImage(of: pool, path: path).keep(as: key) }
    }

    /// Sets what statements do not read: by SQLite itself, as GRDB makes much of each statement, to know what it touches.
    private static func set(_ pragmas: String, on database: Database) throws {
        let code = sqlite3_exec(database.sqliteConnection, pragmas, nil, nil, nil)
        guard code == SQLITE_OK else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
        }
    }

    /// Switches a file to WAL mode and writes the log's first page, before the pool does so at a level of its own: it would
    /// wait for the disk four times for the switch and twice for the page, for each of the seven databases that a new cloud
    /// makes.
    private static func beginLog(_ database: Database) throws {
        // Nothing reads this number; that it is written leaves a log that is not empty, which the pool asks for.
        try set("PRAGMA journal_mode = WAL; PRAGMA user_version = 0", on: database)
    }

    /// Looks at a database without writing to it, as opening a pool would: what a newer version left stays as it is.
    private static func refuseIfTooNew(_ path: String, _ migrator: DatabaseMigrator) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        var configuration = Configuration()
        configuration.readonly = true
        let database = try DatabaseQueue(path: path, configuration: configuration)
        if try database.read(migrator.hasBeenSuperseded) { throw StoreError.tooNew(file: path) }
    }

    /// Reads a consistent state: all that was committed before, nothing half done. Blocks for as long as the query takes.
    ///
    /// - Throws: what `query` throws; SQLite's errors; an error of `SQLITE_MISUSE` once the store is closed.
    public func read<Value>(_ query: (Database) throws -> Value) throws -> Value {
        try users.enter()
        defer { users.leave() }
        return try pool.read(query)
    }

    /// Makes a change. When this returns, the change is committed; when it throws, nothing of it is.
    ///
    /// - Throws: what `change` throws; SQLite's errors, such as a full disk.
    public func write<Value: Sendable>(
        _ change: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let write = Write(change: change, continuation: continuation)
            let starts = pending.withLock { pending in
                pending.writes.append(write)
                defer { pending.isDraining = true }
                return !pending.isDraining
            }
            if starts { queue.async { self.drain() } }
        }
    }

    /// Makes a change and blocks until it is committed: for start-up, before anything is served.
    public func writeNow<Value>(_ change: (Database) throws -> Value) throws -> Value { try pool.write(change) }

    /// Ends what is under way, refuses what comes, and closes the file: a pool must not be closed while it is in use.
    func close() {
        users.shutOut()
        queue.sync {}
        try? pool.close()
    }

    private func drain() {
        while true {
            let batch = pending.withLock { pending in
                defer { pending.writes = [] }
                if pending.writes.isEmpty { pending.isDraining = false }
                return pending.writes
            }
            guard !batch.isEmpty else { return }
            commit(batch)
        }
    }

    private func commit(_ batch: [any PendingWrite]) {
        do {
            // On the database's own thread: whoever closes it may be holding the one that the caller waits on.
            try users.enter()
            defer { users.leave() }
            try pool.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    for write in batch {
                        if batch.count == 1 {
                            try write.perform(database)
                        } else {
                            try? database.inSavepoint {
                                try write.perform(database)
                                return .commit
                            }
                            // A full disk makes SQLite roll back everything, not the savepoint alone.
                            guard database.isInsideTransaction else {
                                throw DatabaseError(resultCode: .SQLITE_FULL)
                            }
                        }
                    }
                    return .commit
                }
            }
            for write in batch { write.finish(nil) }
        } catch {
            for write in batch { write.finish(error) }
        }
    }
}

/// A change that waits for its transaction.
private protocol PendingWrite: AnyObject, Sendable {
    func perform(_ database: Database) throws
    /// Answers the caller, once its fate is known.
    func finish(_ failure: (any Error)?)
}

// Unchecked: `outcome` is written and read on the database's queue only, and nothing else changes.
private final class Write<Value: Sendable>: PendingWrite, @unchecked Sendable {
    private let change: @Sendable (Database) throws -> Value
    private let continuation: CheckedContinuation<Value, any Error>
    private var outcome: Result<Value, any Error>?

    init(
        change: @escaping @Sendable (Database) throws -> Value, continuation: CheckedContinuation<Value, any Error>
    ) {
        self.change = change
        self.continuation = continuation
    }

    func perform(_ database: Database) throws {
        do {
            outcome = .success(try change(database))
        } catch {
            outcome = .failure(error)
            throw error
        }
    }

    func finish(_ failure: (any Error)?) {
        switch (outcome, failure) {
        case (.failure(let own)?, _): continuation.resume(throwing: own)
        case (_, let failure?): continuation.resume(throwing: failure)
        case (.success(let value)?, nil): continuation.resume(returning: value)
        case (nil, nil): continuation.resume(throwing: DatabaseError(message: "the change was never performed"))
        }
    }
}
