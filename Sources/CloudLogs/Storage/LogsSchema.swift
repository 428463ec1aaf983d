import GRDB

/// The service's database: groups, streams, and events in the order of their time.
enum LogsSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: groups, streams, events") { database in
            try database.execute(
                sql: """
                    CREATE TABLE groups (
                        number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL,
                        retention_days INTEGER, class TEXT NOT NULL, kms_key TEXT, is_protected INTEGER NOT NULL,
                        tags TEXT NOT NULL, is_automatic INTEGER NOT NULL, stored_bytes INTEGER NOT NULL DEFAULT 0);
                    CREATE TABLE streams (
                        number INTEGER PRIMARY KEY AUTOINCREMENT, group_number INTEGER NOT NULL, name TEXT NOT NULL,
                        created INTEGER NOT NULL, is_automatic INTEGER NOT NULL, first_event INTEGER,
                        last_event INTEGER, last_ingestion INTEGER, sequence INTEGER NOT NULL DEFAULT 0,
                        UNIQUE (group_number, name));
                    -- Streams without events come first, as if their last were at the beginning of time.
                    CREATE INDEX streams_by_time ON streams (group_number, coalesce(last_event, 0), name);
                    -- Kept in the order in which a group is read and forgotten. Numbers of events are never given twice.
                    CREATE TABLE events (
                        group_number INTEGER NOT NULL, timestamp INTEGER NOT NULL, id INTEGER NOT NULL,
                        stream_number INTEGER NOT NULL, ingestion INTEGER NOT NULL, size INTEGER NOT NULL,
                        message TEXT NOT NULL, PRIMARY KEY (group_number, timestamp, id)) WITHOUT ROWID;
                    CREATE INDEX events_by_stream ON events (stream_number, timestamp, id);
                    CREATE TABLE event_numbers (last INTEGER NOT NULL);
                    INSERT INTO event_numbers VALUES (0);
                    -- Deleted streams and groups whose events are still to be removed; a group has no stream number.
                    CREATE TABLE removals (
                        number INTEGER PRIMARY KEY, group_number INTEGER NOT NULL, stream_number INTEGER);
                    """)
        }
        return migrator
    }
}
