import Foundation
import GRDB
import Synchronization

/// A database that its migrations have just made, as bytes: a copy of it is a new database.
///
/// Tests start clouds by the hundred in one process, and making seven databases was most of what a start cost: each goes
/// into WAL mode by way of another journal, and runs each migration in a transaction of its own, with a check of the
/// foreign keys. The first of each name still does; what came of it is copied for those that follow, so that there is one
/// way by which a schema comes about.
struct DatabaseImage: Sendable {
    /// The database's file.
    let file: Data
    /// Its log of changes.
    let log: Data

    /// What a database's form follows from: where the same migrations have been applied, the same form is there, in a copy
    /// as in a file from an earlier run.
    struct Key: Hashable {
        var name: String
        var migrations: [String]
    }

    /// Those of this process: under 100 kB each.
    private static let made = Mutex<[Key: DatabaseImage]>([:])

    static func of(_ key: Key) -> DatabaseImage? { made.withLock { $0[key] } }

    func keep(as key: Key) { Self.made.withLock { $0[key] = self } }

    /// Takes the image of a database that nobody uses yet.
    init(of pool: DatabasePool, path: String) throws {
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            // One page in the log: into an empty one, opening a pool writes something, and waits for the disk to have it.
            try database.execute(sql: "PRAGMA user_version = 0")
        }
        file = try Data(contentsOf: URL(fileURLWithPath: path))
        log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
    }

    /// Makes a database.
    ///
    /// - Throws: `StoreError`.
    func write(to path: String) throws(StoreError) {
        try Self.write(file, to: path)
        try Self.write(log, to: path + "-wal")
    }

    /// Not by Foundation, which waits until the disk has what it wrote.
    private static func write(_ bytes: Data, to path: String) throws(StoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw unusable(path) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw unusable(path)
            }
            rest = rest.dropFirst(count)
        }
    }

    private static func unusable(_ path: String) -> StoreError {
        .unusable(directory: path, reason: String(cString: strerror(errno)))
    }
}
