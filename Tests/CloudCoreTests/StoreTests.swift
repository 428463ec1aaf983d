import CloudCoreTesting
import Foundation
import GRDB
import Testing

@testable import CloudCore

@Suite struct StoreTests {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)")
        }
        return migrator
    }

    @Test(arguments: [(Durability.process, 0), (.full, 2)])
    func commitsWaitForTheDiskWhereTheyAreToldTo(_ durability: Durability, _ level: Int) throws {
        let folder = TemporaryFolder("store")
        defer { folder.remove() }
        let store = try Store(directory: folder.path, durability: durability)
        defer { store.close() }
        let database = try store.database("notes", migrator: Self.migrator)
        #expect(try database.writeNow { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == level)
    }

    @Test func manyWritersAtOnceEachGetTheirOwnOutcome() async throws {
        let store = try Store.ephemeral()
        defer { store.close() }
        let database = try store.database("notes", migrator: Self.migrator)
        // Every text is written by two: exactly one of them may succeed, though they share transactions.
        let successes = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<400 {
                group.addTask {
                    do {
                        try await database.write { database in
                            try database.execute(
                                sql: "INSERT INTO notes (text) VALUES (?)", arguments: ["\(index % 200)"])
                        }
                        return true
                    } catch { return false }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(successes == 200)
        #expect(try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM notes") } == 200)
    }

    @Test func aThrowingChangeLeavesNothing() async throws {
        struct Refusal: Error {}
        let store = try Store.ephemeral()
        defer { store.close() }
        let database = try store.database("notes", migrator: Self.migrator)
        await #expect(throws: Refusal.self) {
            try await database.write { database in
                try database.execute(sql: "INSERT INTO notes (text) VALUES ('half')")
                throw Refusal()
            }
        }
        #expect(try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM notes") } == 0)
    }

    @Test func whatWasCommittedIsThereAfterReopening() async throws {
        let folder = TemporaryFolder("store")
        defer { folder.remove() }
        for round in 0..<3 {
            let store = try Store(directory: folder.path, durability: round == 1 ? .full : .process)
            let database = try store.database("notes", migrator: Self.migrator)
            try await database.write { try $0.execute(sql: "INSERT INTO notes (text) VALUES ('\(round)')") }
            #expect(try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM notes") } == round + 1)
            store.close()
        }
    }

    @Test func aDirectoryServesOneProcessAtATime() throws {
        let folder = TemporaryFolder("store")
        defer { folder.remove() }
        let first = try Store(directory: folder.path)
        let error = #expect(throws: StoreError.self) { try Store(directory: folder.path) }
        #expect(error == .inUse(directory: folder.path, process: Int(getpid())))
        first.close()
        try Store(directory: folder.path).close()
    }

    @Test func aNewerDatabaseIsRefusedAndUntouched() throws {
        let folder = TemporaryFolder("store")
        defer { folder.remove() }
        var newer = Self.migrator
        newer.registerMigration("2") { try $0.execute(sql: "ALTER TABLE notes ADD COLUMN colour TEXT") }
        let later = try Store(directory: folder.path)
        _ = try later.database("notes", migrator: newer)
        later.close()
        let before = FileManager.default.contents(atPath: folder.path + "/notes.sqlite")
        let store = try Store(directory: folder.path)
        defer { store.close() }
        #expect(throws: StoreError.tooNew(file: folder.path + "/notes.sqlite")) {
            try store.database("notes", migrator: Self.migrator)
        }
        #expect(FileManager.default.contents(atPath: folder.path + "/notes.sqlite") == before)
    }

    @Test func ephemeralStoresVanish() throws {
        let store = try Store.ephemeral()
        #expect(FileManager.default.fileExists(atPath: store.directory))
        store.close()
        #expect(!FileManager.default.fileExists(atPath: store.directory))
    }

    @Test func closingWaitsForWhoReadsAndRefusesWhoComes() async throws {
        for _ in 0..<20 {
            let store = try Store.ephemeral()
            let database = try store.database("busy", migrator: DatabaseMigrator())
            try database.writeNow { try $0.execute(sql: "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)") }
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        // Until it is refused: every answer before is a whole one.
                        while true {
                            do {
                                let sum = try database.read { try Int.fetchOne($0, sql: "SELECT SUM(n) FROM t") }
                                guard sum == 1 else { return false }
                                await Task.yield()
                            } catch {
                                return (error as? DatabaseError)?.resultCode == .SQLITE_MISUSE
                            }
                        }
                    }
                }
                group.addTask {
                    store.close()
                    return true
                }
                for await isAsItShouldBe in group { #expect(isAsItShouldBe) }
            }
            await #expect(throws: DatabaseError.self) {
                try await database.write { try $0.execute(sql: "DELETE FROM t") }
            }
        }
    }
}
