import Foundation
import GRDB
import Synchronization

/// How much an acknowledged write survives.
public enum Durability: String, Sendable, CaseIterable {
    /// The end of the process, however it comes: what was acknowledged has been handed to the kernel.
    case process
    /// Loss of power too: every commit waits until the disk has it.
    case full
}

/// Why a data directory cannot be used; each case says what to do.
public enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another process holds the directory.
    case inUse(directory: String, process: Int?)
    /// The directory cannot be made or written.
    case unusable(directory: String, reason: String)
    /// A database was written by a later version.
    case tooNew(file: String)

    /// The sentence.
    public var description: String {
        switch self {
        case .inUse(let directory, let process):
            "The data directory \(directory) is in use by another darkroom"
                + (process.map { " (process \($0))" } ?? "")
                + ": end that one, or choose another directory with --data."
        case .unusable(let directory, let reason):
            "The data directory \(directory) cannot be used: \(reason)."
        case .tooNew(let file):
            "\(file) was written by a newer version of darkroom. It is left as it is: use that version, or another "
                + "directory with --data."
        }
    }
}

/// The directory in which a local cloud keeps everything: a SQLite database and a folder of contents for each service.
///
/// One process at a time: the directory is locked while the store is open.
public final class Store: Sendable {
    /// The directory's path.
    public let directory: String
    /// What acknowledged writes survive.
    public let durability: Durability
    private let lock: CInt
    private let isEphemeral: Bool
    private let databases = Mutex<[String: StoreDatabase]>([:])

    /// Opens a directory, making it if needed.
    ///
    /// - Throws: ``StoreError``.
    public convenience init(directory: String, durability: Durability = .process) throws(StoreError) {
        try self.init(directory: directory, durability: durability, isEphemeral: false)
    }

    /// A store that is gone once it is closed.
    ///
    /// - Throws: ``StoreError``.
    public static func ephemeral() throws(StoreError) -> Store {
        let name = "darkroom-\(getpid())-\(UUID().uuidString.prefix(8))"
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        return try Store(directory: path, durability: .process, isEphemeral: true)
    }

    private init(directory: String, durability: Durability, isEphemeral: Bool) throws(StoreError) {
        let directory = URL(fileURLWithPath: directory).standardizedFileURL.path
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unusable(directory: directory, reason: "it cannot be made (\(error.localizedDescription))")
        }
        let lockPath = directory + "/lock"
        lock = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw .unusable(directory: directory, reason: String(cString: strerror(errno)))
        }
        if let holder = Self.holder(of: lock, path: lockPath) {
            Glibc.close(lock)
            throw .inUse(directory: directory, process: holder.process)
        }
        ftruncate(lock, 0)
        let holder = Array("\(getpid())\n".utf8)
        _ = pwrite(lock, holder, holder.count, 0)
        self.directory = directory
        self.durability = durability
        self.isEphemeral = isEphemeral
    }

    /// Another process that has the directory; its id, where it is known.
    private struct Holder {
        var process: Int?
    }

    /// Locks the directory; who holds it, where that fails.
    ///
    /// A process that was killed while it started a function leaves, for a moment, a child that has not let go of the lock
    /// yet: where the one that took the lock is gone, it is waited for.
    private static func holder(of lock: CInt, path: String) -> Holder? {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(5)
        while flock(lock, LOCK_EX | LOCK_NB) != 0 {
            let process = (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
                pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
            let isGone = process.map { kill($0, 0) != 0 && errno == ESRCH } ?? false
            guard isGone, clock.now < deadline else { return Holder(process: process.map(Int.init)) }
            usleep(10_000)
        }
        return nil
    }

    /// The database of a service, opened and brought to this version's form.
    ///
    /// - Parameters:
    ///   - name: the service, in lower case; the file is `<name>.sqlite`.
    ///   - migrator: the steps that lead from any older form to this one.
    /// - Throws: ``StoreError``; SQLite's own errors.
    public func database(_ name: String, migrator: DatabaseMigrator) throws -> StoreDatabase {
        if let open = databases.withLock({ $0[name] }) { return open }
        let image = isEphemeral ? DatabaseImage.Key(name: name, migrations: migrator.migrations) : nil
        let database = try StoreDatabase(
            path: "\(directory)/\(name).sqlite", durability: durability, migrator: migrator, image: image)
        databases.withLock { $0[name] = database }
        return database
    }

    /// A folder of contents for a service, made if needed.
    ///
    /// - Throws: ``StoreError``.
    public func folder(_ name: String) throws(StoreError) -> String {
        let path = "\(directory)/\(name)"
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unusable(directory: path, reason: error.localizedDescription)
        }
        return path
    }

    /// Ends all writing and lets go of the directory; an ephemeral store is removed.
    public func close() {
        let open = databases.withLock { databases in
            defer { databases = [:] }
            return databases
        }
        for database in open.values { database.close() }
        if isEphemeral { try? FileManager.default.removeItem(atPath: directory) }
        ftruncate(lock, 0)
        flock(lock, LOCK_UN)
    }

    deinit { Glibc.close(lock) }
}
