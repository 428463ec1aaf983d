import CloudCore
import GRDB

/// The tables of the service, and the steps that lead to them from older forms.
///
/// Buses and rules are documents, all of them in memory while the service runs. `next` stands beside a rule's document
/// because it changes with each firing. `deliveries` is the outbox.
enum EventsSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: buses, rules, deliveries") { database in
            try database.execute(
                sql: """
                    CREATE TABLE buses (
                        name TEXT PRIMARY KEY,
                        created INTEGER NOT NULL,
                        modified INTEGER NOT NULL,
                        settings TEXT NOT NULL,
                        tags TEXT NOT NULL
                    ) WITHOUT ROWID;
                    CREATE TABLE rules (
                        bus TEXT NOT NULL,
                        name TEXT NOT NULL,
                        document TEXT NOT NULL,
                        next INTEGER,
                        PRIMARY KEY (bus, name)
                    ) WITHOUT ROWID;
                    """)
            try database.execute(sql: OutboxEntry.schema)
        }
        return migrator
    }
}
