import GRDB

/// The service's database: tables, items, the entries of indexes, when items expire, backups, and how
/// far new indexes are filled.
enum DynamoDBSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: tables and items") { database in
            try database.execute(
                sql: """
                    CREATE TABLE tables (
                        number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL);
                    -- Where the numbers of indexes come from: none is ever given twice.
                    CREATE TABLE indexes (number INTEGER PRIMARY KEY AUTOINCREMENT, table_number INTEGER NOT NULL);
                    -- How many items and bytes; index 0 is the table itself.
                    CREATE TABLE sizes (
                        table_number INTEGER NOT NULL, index_number INTEGER NOT NULL, items INTEGER NOT NULL,
                        bytes INTEGER NOT NULL, PRIMARY KEY (table_number, index_number)) WITHOUT ROWID;
                    -- The item as the wire shows it. It stands last, so that its pages are only read where it is.
                    CREATE TABLE items (
                        id INTEGER PRIMARY KEY, table_number INTEGER NOT NULL, hash_key BLOB NOT NULL,
                        sort_key BLOB NOT NULL, size INTEGER NOT NULL, item BLOB NOT NULL);
                    CREATE UNIQUE INDEX items_by_key ON items (table_number, hash_key, sort_key);
                    -- Items with equal index keys stand by their own keys, where a page can go on.
                    CREATE TABLE entries (
                        index_number INTEGER NOT NULL, hash_key BLOB NOT NULL, sort_key BLOB NOT NULL,
                        item_hash BLOB NOT NULL, item_sort BLOB NOT NULL, item_id INTEGER NOT NULL,
                        size INTEGER NOT NULL,
                        PRIMARY KEY (index_number, hash_key, sort_key, item_hash, item_sort)) WITHOUT ROWID;
                    CREATE TABLE expiries (
                        due INTEGER NOT NULL, item_id INTEGER NOT NULL, table_number INTEGER NOT NULL,
                        PRIMARY KEY (due, item_id)) WITHOUT ROWID;
                    CREATE TABLE transactions (
                        token TEXT PRIMARY KEY, digest BLOB NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("2: backups") { database in
            try database.execute(
                sql: """
                    -- The items are in files; see BackupFolder.
                    CREATE TABLE backups (
                        arn TEXT PRIMARY KEY, table_name TEXT NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
                    -- Tables that a restore is filling, and deleted ones that are being emptied: nobody sees them, and
                    -- what is left of them goes at the next start.
                    CREATE TABLE unfinished (table_number INTEGER PRIMARY KEY);
                    """)
        }
        migrator.registerMigration("3: indexes that are being filled") { database in
            try database.execute(
                sql: """
                    -- The last place up to which an index has its entries; see TableWriter.fillSlice.
                    CREATE TABLE fillings (
                        index_number INTEGER PRIMARY KEY, hash_key BLOB NOT NULL, sort_key BLOB NOT NULL);
                    """)
        }
        return migrator
    }
}
