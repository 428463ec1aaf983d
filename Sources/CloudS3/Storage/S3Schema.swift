import CloudCore
import GRDB

/// The tables of the service, and the steps that lead to them from older forms.
///
/// - `objects` is clustered by bucket and key, so that a listing reads neighbours. It holds what is current and nothing
///   of contents, which would push the keys apart.
/// - `smallContents` are contents that are not worth a file; larger ones are files that a column names.
/// - `objectParts` and `uploadParts` hold the pieces of multipart objects, finished and under way: finishing an upload
///   moves rows and copies nothing.
/// - `deliveries` holds notifications that are yet to be delivered; each row is written in the transaction that it
///   tells of.
/// - `completedUploads` remembers uploads that have become objects, so that a completion can be asked for again.
enum S3Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: buckets, objects, uploads, outbox") { database in
            try database.execute(
                sql: """
                    CREATE TABLE buckets (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        name TEXT NOT NULL UNIQUE,
                        region TEXT NOT NULL,
                        created INTEGER NOT NULL
                    );
                    CREATE TABLE bucketConfigurations (
                        bucket INTEGER NOT NULL REFERENCES buckets(id) ON DELETE CASCADE,
                        kind TEXT NOT NULL,
                        document BLOB NOT NULL,
                        PRIMARY KEY (bucket, kind)
                    ) WITHOUT ROWID;
                    CREATE TABLE smallContents (
                        id INTEGER PRIMARY KEY,
                        bytes BLOB NOT NULL
                    );
                    CREATE TABLE objects (
                        bucket INTEGER NOT NULL REFERENCES buckets(id),
                        key BLOB NOT NULL,
                        size INTEGER NOT NULL,
                        etag TEXT NOT NULL,
                        modified INTEGER NOT NULL,
                        storageClass TEXT NOT NULL,
                        checksumAlgorithm TEXT,
                        checksumType TEXT,
                        checksum TEXT,
                        partCount INTEGER NOT NULL,
                        contentFile TEXT,
                        contentRow INTEGER,
                        headers TEXT NOT NULL,
                        tags TEXT,
                        PRIMARY KEY (bucket, key)
                    ) WITHOUT ROWID;
                    CREATE TABLE objectParts (
                        bucket INTEGER NOT NULL,
                        key BLOB NOT NULL,
                        number INTEGER NOT NULL,
                        size INTEGER NOT NULL,
                        checksum TEXT,
                        contentFile TEXT,
                        contentRow INTEGER,
                        PRIMARY KEY (bucket, key, number)
                    ) WITHOUT ROWID;
                    CREATE TABLE uploads (
                        bucket INTEGER NOT NULL REFERENCES buckets(id),
                        key BLOB NOT NULL,
                        id TEXT NOT NULL,
                        initiated INTEGER NOT NULL,
                        storageClass TEXT NOT NULL,
                        checksumAlgorithm TEXT NOT NULL,
                        checksumType TEXT NOT NULL,
                        isChecksumExplicit INTEGER NOT NULL,
                        headers TEXT NOT NULL,
                        tags TEXT,
                        PRIMARY KEY (bucket, key, id)
                    ) WITHOUT ROWID;
                    CREATE TABLE uploadParts (
                        upload TEXT NOT NULL,
                        number INTEGER NOT NULL,
                        size INTEGER NOT NULL,
                        etag TEXT NOT NULL,
                        modified INTEGER NOT NULL,
                        checksum TEXT,
                        contentFile TEXT,
                        contentRow INTEGER,
                        PRIMARY KEY (upload, number)
                    ) WITHOUT ROWID;
                    CREATE TABLE outbox (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        name TEXT NOT NULL,
                        bucket TEXT NOT NULL,
                        key BLOB NOT NULL,
                        size INTEGER,
                        etag TEXT,
                        time INTEGER NOT NULL,
                        region TEXT NOT NULL,
                        requestID TEXT NOT NULL,
                        hostID TEXT NOT NULL,
                        sourceAddress TEXT NOT NULL
                    );
                    """)
        }
        migrator.registerMigration("2: destinations of notifications, completed uploads") { database in
            try database.execute(
                sql: """
                    DELETE FROM outbox;
                    ALTER TABLE outbox ADD COLUMN destination TEXT NOT NULL DEFAULT '';
                    ALTER TABLE outbox ADD COLUMN configuration TEXT NOT NULL DEFAULT '';
                    CREATE TABLE completedUploads (
                        id TEXT PRIMARY KEY,
                        bucket INTEGER NOT NULL REFERENCES buckets(id) ON DELETE CASCADE,
                        key BLOB NOT NULL,
                        etag TEXT NOT NULL,
                        completed INTEGER NOT NULL
                    ) WITHOUT ROWID;
                    CREATE INDEX completedUploadsByTime ON completedUploads (completed);
                    """)
        }
        migrator.registerMigration("3: notifications in an outbox like that of the other services") { database in
            try database.execute(sql: OutboxEntry.schema)
            try database.execute(sql: waitingNotificationsMove)
        }
        return migrator
    }

    /// What waits goes on waiting, under the number that it had; later ones go on counting from there, since the numbers
    /// order the events of a key.
    private static let waitingNotificationsMove = """
        INSERT INTO deliveries (id, target, payload, message, attempts, age, occurred, context, due, failures)
            SELECT
                id, destination, x'', json_object('source', 'bucket ' || bucket, 'principal', 's3.amazonaws.com'),
                \(DeliveryPolicy.untilTaken.maximumRetryAttempts), \(DeliveryPolicy.untilTaken.maximumEventAge), time,
                json_object(
                    'name', name, 'bucket', bucket, 'key', CAST(key AS TEXT), 'region', region,
                    'requestID', requestID, 'hostID', hostID, 'sourceAddress', sourceAddress,
                    'configuration', configuration, 'size', size, 'etag', etag),
                time, 0
            FROM outbox ORDER BY id;
        DELETE FROM sqlite_sequence WHERE name = 'deliveries';
        INSERT INTO sqlite_sequence (name, seq) SELECT 'deliveries', seq FROM sqlite_sequence WHERE name = 'outbox';
        DROP TABLE outbox;
        """
}
