import CloudCoreTesting
import Foundation
import GRDB
import Testing

@testable import CloudCore

/// Ephemeral stores get copies of the databases that the first one of the process made.
@Suite struct DatabaseImageTests {
    /// Migrations that leave rows, numbers given and references behind, under names that no other test uses.
    private static func migrator(_ test: String) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("\(test) 1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE shelves (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
                    CREATE TABLE books (shelf INTEGER NOT NULL REFERENCES shelves(id), title TEXT NOT NULL);
                    INSERT INTO shelves (name) VALUES ('first'), ('second');
                    DELETE FROM shelves WHERE name = 'second';
                    """)
        }
        migrator.registerMigration("\(test) 2") { database in
            try database.execute(sql: "ALTER TABLE books ADD COLUMN author TEXT; CREATE INDEX titles ON books (title)")
        }
        return migrator
    }

    /// Everything that a database consists of.
    private static func contents(of database: StoreDatabase) throws -> [String] {
        try database.read { database in
            let schema = try Row.fetchAll(
                database, sql: "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name")
            let tables = try String.fetchAll(
                database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            let rows = try tables.flatMap { try Row.fetchAll(database, sql: "SELECT * FROM \($0) ORDER BY 1") }
            let settings = try ["journal_mode", "synchronous", "foreign_keys", "user_version", "integrity_check"].map {
                "\($0) \(try String.fetchOne(database, sql: "PRAGMA \($0)") ?? "")"
            }
            return (schema + rows).map(\.description) + settings
        }
    }

    @Test func aCopyIsWhatTheMigrationsMake() throws {
        let migrator = Self.migrator("copies")
        let key = DatabaseImage.Key(name: "books", migrations: migrator.migrations)
        #expect(DatabaseImage.of(key) == nil)
        let folder = TemporaryFolder("images")
        defer { folder.remove() }
        let lasting = try Store(directory: folder.path)
        defer { lasting.close() }
        let expected = try Self.contents(of: lasting.database("books", migrator: migrator))
        #expect(DatabaseImage.of(key) == nil, "a store that lasts takes no part")
        #expect(expected.contains("integrity_check ok"))
        for _ in 0..<3 {
            let store = try Store.ephemeral()
            defer { store.close() }
            #expect(try Self.contents(of: store.database("books", migrator: migrator)) == expected)
        }
        let image = try #require(DatabaseImage.of(key))
        #expect(!image.log.isEmpty, "an empty log makes each copy wait for the disk")
    }

    @Test func whatIsWrittenStaysInItsOwnStore() async throws {
        let migrator = Self.migrator("own")
        let stores = try (0..<3).map { _ in try Store.ephemeral() }
        defer { for store in stores { store.close() } }
        for store in stores {
            let database = try store.database("books", migrator: migrator)
            try await database.write { try $0.execute(sql: "INSERT INTO shelves (name) VALUES ('third')") }
            #expect(try database.read { try Int.fetchAll($0, sql: "SELECT id FROM shelves ORDER BY id") } == [1, 3])
        }
    }

    @Test func anotherNameOrMoreMigrationsAreAnotherForm() throws {
        let migrator = Self.migrator("forms")
        var later = migrator
        later.registerMigration("forms 3") { try $0.execute(sql: "CREATE TABLE readers (name TEXT)") }
        for (name, migrator, count) in [("books", migrator, 2), ("books", later, 3), ("others", migrator, 2)] {
            for _ in 0..<2 {
                let store = try Store.ephemeral()
                defer { store.close() }
                let applied = try store.database(name, migrator: migrator).read {
                    try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM grdb_migrations")
                }
                #expect(applied == count)
            }
        }
    }
}
