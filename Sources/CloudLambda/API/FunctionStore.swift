import CloudCore
import Foundation
import GRDB

/// A reserved concurrency that was set through the API; nil where it was taken away.
struct StoredConcurrency: Sendable, Equatable {
    var reserved: Int?
}

/// What the API changes about functions, in the store.
struct FunctionStore: Sendable {
    let database: StoreDatabase

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: QueuedEvent.schema)
            try database.execute(
                sql: """
                    CREATE TABLE functions (
                        name TEXT PRIMARY KEY, configuration BLOB NOT NULL, modified INTEGER NOT NULL
                    );
                    CREATE TABLE concurrency (function TEXT PRIMARY KEY, reserved INTEGER);
                    CREATE TABLE invokeConfigurations (
                        function TEXT PRIMARY KEY, configuration BLOB, modified INTEGER NOT NULL
                    );
                    """)
        }
        migrator.registerMigration("2: versions and aliases") { database in
            try database.execute(
                sql: """
                    CREATE TABLE versions (
                        function TEXT NOT NULL, number INTEGER NOT NULL, configuration BLOB NOT NULL,
                        published INTEGER NOT NULL, revision TEXT NOT NULL, PRIMARY KEY (function, number)
                    ) WITHOUT ROWID;
                    CREATE TABLE versionNumbers (function TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
                    CREATE TABLE aliases (
                        function TEXT NOT NULL, name TEXT NOT NULL, alias BLOB NOT NULL, PRIMARY KEY (function, name)
                    ) WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("3: event source mappings") { database in
            try database.execute(sql: EventSourceMappingStore.schema)
        }
        migrator.registerMigration("4: what became of asynchronous calls") { database in
            try database.execute(sql: OutboxEntry.schema)
        }
        migrator.registerMigration("5: tenants of asynchronous calls") { database in
            try database.execute(sql: QueuedEvent.tenantColumn)
        }
        return migrator
    }

    // MARK: Functions made through the API

    func functions() throws -> [(configuration: FunctionConfiguration, modified: Timestamp)] {
        try database.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM functions ORDER BY name").map { row in
                let bytes: Data = row["configuration"]
                return (
                    try JSONDecoder().decode(FunctionConfiguration.self, from: bytes),
                    Timestamp(milliseconds: row["modified"])
                )
            }
        }
    }

    func save(_ configuration: FunctionConfiguration, modified: Timestamp) async throws {
        let bytes = try JSONEncoder().encode(configuration)
        try await database.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO functions (name, configuration, modified) VALUES (?, ?, ?)",
                arguments: [configuration.name, bytes, modified.milliseconds])
        }
    }

    /// Forgets a function, with all that was set and all that was handed over to it.
    func delete(_ name: String) async throws {
        try await database.write { database in
            try database.execute(sql: "DELETE FROM functions WHERE name = ?", arguments: [name])
            for table in ["concurrency", "invokeConfigurations", "events", "versions", "versionNumbers", "aliases"] {
                try database.execute(sql: "DELETE FROM \(table) WHERE function = ?", arguments: [name])
            }
        }
    }

    // MARK: Reserved concurrency

    func concurrency(of name: String) throws -> StoredConcurrency? {
        try database.read { database in
            try Row.fetchOne(database, sql: "SELECT reserved FROM concurrency WHERE function = ?", arguments: [name])
                .map { StoredConcurrency(reserved: $0["reserved"]) }
        }
    }

    func setConcurrency(_ reserved: Int?, of name: String) async throws {
        try await database.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO concurrency (function, reserved) VALUES (?, ?)",
                arguments: [name, reserved])
        }
    }

    // MARK: Configurations of asynchronous calls

    /// What was set through the API; a nil configuration where it was deleted.
    func invokeConfiguration(
        of name: String
    ) throws -> (configuration: EventInvokeConfiguration?, modified: Timestamp)? {
        try database.read { database in
            guard
                let row = try Row.fetchOne(
                    database, sql: "SELECT * FROM invokeConfigurations WHERE function = ?", arguments: [name])
            else { return nil }
            let bytes: Data? = row["configuration"]
            return (
                try bytes.map { try JSONDecoder().decode(EventInvokeConfiguration.self, from: $0) },
                Timestamp(milliseconds: row["modified"])
            )
        }
    }

    func setInvokeConfiguration(
        _ configuration: EventInvokeConfiguration?, of name: String, modified: Timestamp
    ) async throws {
        let bytes = try configuration.map { try JSONEncoder().encode($0) }
        try await database.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO invokeConfigurations (function, configuration, modified) VALUES (?, ?, ?)",
                arguments: [name, bytes, modified.milliseconds])
        }
    }
}
