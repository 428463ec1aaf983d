import GRDB

/// The tables of the service, and the steps that lead to them from older forms.
///
/// - `messages` holds what changes as a message is received, moved and returned: small rows, rewritten cheaply, and all
///   of it is in memory while the service runs.
/// - `contents` holds what never changes, under the same number; a receive reads it and writes nothing of it.
/// - `deduplications` outlive their messages: what was sent within five minutes is known again after a crash.
enum SQSSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: queues, messages, deduplication, move tasks") { database in
            try database.execute(
                sql: """
                    CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
                    CREATE TABLE queues (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        name TEXT NOT NULL UNIQUE,
                        created INTEGER NOT NULL,
                        modified INTEGER NOT NULL,
                        purged INTEGER,
                        attributes TEXT NOT NULL,
                        tags TEXT NOT NULL
                    );
                    CREATE TABLE deletedQueues (name TEXT PRIMARY KEY, deleted INTEGER NOT NULL) WITHOUT ROWID;
                    CREATE TABLE messages (
                        id INTEGER PRIMARY KEY,
                        queue INTEGER NOT NULL,
                        ordinal INTEGER NOT NULL,
                        sent INTEGER NOT NULL,
                        retained INTEGER NOT NULL,
                        visible INTEGER NOT NULL,
                        phase INTEGER NOT NULL,
                        receives INTEGER NOT NULL,
                        receipt INTEGER NOT NULL,
                        firstReceived INTEGER,
                        received INTEGER,
                        messageGroup TEXT,
                        source TEXT
                    );
                    CREATE TABLE contents (
                        id INTEGER PRIMARY KEY,
                        messageID TEXT NOT NULL,
                        body TEXT NOT NULL,
                        digest TEXT NOT NULL,
                        sender TEXT NOT NULL,
                        attributes TEXT,
                        messageGroup TEXT,
                        deduplication TEXT,
                        trace TEXT
                    );
                    CREATE TABLE deduplications (
                        queue INTEGER NOT NULL,
                        key TEXT NOT NULL,
                        expires INTEGER NOT NULL,
                        messageID TEXT NOT NULL,
                        ordinal INTEGER NOT NULL,
                        PRIMARY KEY (queue, key)
                    ) WITHOUT ROWID;
                    CREATE INDEX deduplicationsByExpiry ON deduplications (queue, expires);
                    CREATE TABLE moveTasks (
                        id TEXT PRIMARY KEY,
                        source TEXT NOT NULL,
                        destination TEXT,
                        rate INTEGER,
                        started INTEGER NOT NULL,
                        total INTEGER NOT NULL,
                        moved INTEGER NOT NULL,
                        status TEXT NOT NULL,
                        failure TEXT
                    ) WITHOUT ROWID;
                    """)
        }
        return migrator
    }
}
