import CloudCore
import GRDB

/// The tables of the service, and the steps that lead to them from older forms: documents that are all in memory while
/// the service runs, with the times that change at each firing beside them, and the outbox.
enum SchedulerSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: groups, schedules, deliveries") { database in
            try database.execute(
                sql: """
                    CREATE TABLE groups (
                        name TEXT PRIMARY KEY,
                        created INTEGER NOT NULL,
                        modified INTEGER NOT NULL,
                        tags TEXT NOT NULL
                    ) WITHOUT ROWID;
                    CREATE TABLE schedules (
                        groupName TEXT NOT NULL,
                        name TEXT NOT NULL,
                        members TEXT NOT NULL,
                        created INTEGER NOT NULL,
                        modified INTEGER NOT NULL,
                        anchor INTEGER NOT NULL,
                        next INTEGER,
                        due INTEGER,
                        PRIMARY KEY (groupName, name)
                    ) WITHOUT ROWID;
                    """)
            try database.execute(sql: OutboxEntry.schema)
        }
        return migrator
    }
}
