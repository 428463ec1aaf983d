import CloudCore
import GRDB
import JSONValue

/// Makes, changes and removes tables inside a transaction.
struct TableWriter {
    let database: Database

    /// Stores a new table and gives it and its indexes their numbers.
    func insert(_ table: TableDefinition) throws -> TableDefinition {
        var table = table
        try database.execute(sql: "INSERT INTO tables (name, definition) VALUES (?, '')", arguments: [table.name])
        table.number = database.lastInsertedRowID
        try insertSize(table: table.number, index: 0)
        for position in table.indexes.indices {
            table.indexes[position].number = try newIndex(of: table)
        }
        try update(table)
        return table
    }

    /// Stores a changed definition.
    func update(_ table: TableDefinition) throws {
        try database.execute(
            sql: "UPDATE tables SET definition = ? WHERE number = ?",
            arguments: [table.storedForm.text(), table.number])
    }

    /// Makes a table one that is not there any more. What is in it is to be removed by ``abandon(_:limit:)``.
    func retire(_ table: TableDefinition) throws {
        try database.execute(sql: "INSERT INTO unfinished (table_number) VALUES (?)", arguments: [table.number])
        try database.execute(sql: "DELETE FROM expiries WHERE table_number = ?", arguments: [table.number])
        try database.execute(sql: "DELETE FROM tables WHERE number = ?", arguments: [table.number])
    }

    /// Gives a table that is to be filled, and its indexes, their numbers. Nobody sees it before it is published.
    func reserve(_ table: TableDefinition) throws -> TableDefinition {
        var table = table
        // The number is drawn from the same sequence as every table's, and never given again.
        try database.execute(sql: "INSERT INTO tables (name, definition) VALUES (?, '')", arguments: ["#\(table.id)"])
        table.number = database.lastInsertedRowID
        try database.execute(sql: "DELETE FROM tables WHERE number = ?", arguments: [table.number])
        try database.execute(sql: "INSERT INTO unfinished (table_number) VALUES (?)", arguments: [table.number])
        try insertSize(table: table.number, index: 0)
        for position in table.indexes.indices {
            table.indexes[position].number = try newIndex(of: table)
            table.indexes[position].isFilling = false
        }
        return table
    }

    /// Makes a reserved table one that is there.
    func publish(_ table: TableDefinition) throws {
        try database.execute(sql: "DELETE FROM unfinished WHERE table_number = ?", arguments: [table.number])
        try database.execute(
            sql: "INSERT INTO tables (number, name, definition) VALUES (?, ?, ?)",
            arguments: [table.number, table.name, table.storedForm.text()])
    }

    /// Removes a part of what is in a table that was retired, or reserved and will not be published: some rows at a time,
    /// so that nobody waits for all of them.
    ///
    /// - Returns: whether anything is left to remove.
    func abandon(_ number: Int64, limit: Int) throws -> Bool {
        try database.execute(
            sql: """
                DELETE FROM entries WHERE (index_number, hash_key, sort_key, item_hash, item_sort) IN (
                    SELECT index_number, hash_key, sort_key, item_hash, item_sort FROM entries
                    WHERE index_number IN (SELECT number FROM indexes WHERE table_number = ?) LIMIT ?)
                """, arguments: [number, limit])
        let entries = database.changesCount
        try database.execute(
            sql: "DELETE FROM items WHERE id IN (SELECT id FROM items WHERE table_number = ? LIMIT ?)",
            arguments: [number, limit])
        guard entries == 0, database.changesCount == 0 else { return true }
        for table in ["indexes", "sizes", "unfinished"] {
            try database.execute(sql: "DELETE FROM \(table) WHERE table_number = ?", arguments: [number])
        }
        return false
    }

    /// The tables that a process which ended was filling or emptying.
    static func unfinished(_ database: Database) throws -> [Int64] {
        try Int64.fetchAll(database, sql: "SELECT table_number FROM unfinished")
    }

    /// A number for a new index, with its size at nothing.
    func newIndex(of table: TableDefinition) throws -> Int64 {
        try database.execute(sql: "INSERT INTO indexes (table_number) VALUES (?)", arguments: [table.number])
        let number = database.lastInsertedRowID
        try insertSize(table: table.number, index: number)
        return number
    }

    func deleteIndex(_ index: IndexDefinition, of table: TableDefinition) throws {
        try database.execute(sql: "DELETE FROM entries WHERE index_number = ?", arguments: [index.number])
        try database.execute(
            sql: "DELETE FROM sizes WHERE table_number = ? AND index_number = ?",
            arguments: [table.number, index.number])
        try database.execute(sql: "DELETE FROM indexes WHERE number = ?", arguments: [index.number])
        try endFilling(index)
    }

    /// Notes anew when every item of the table expires.
    func refillExpiries(of table: TableDefinition) throws {
        try database.execute(sql: "DELETE FROM expiries WHERE table_number = ?", arguments: [table.number])
        guard let timeToLive = table.timeToLive else { return }
        let writer = ItemWriter(database: database, table: table)
        try database.each("SELECT id, item FROM items WHERE table_number = ?", .integer(table.number)) { row in
            let item = try row.withBytes(1) { try AttributeMap(stored: $0) }
            try writer.replaceExpiry(nil, with: timeToLive.due(of: item), row: row.integer(0))
        }
    }

    private func insertSize(table: Int64, index: Int64) throws {
        try database.execute(
            sql: "INSERT INTO sizes (table_number, index_number, items, bytes) VALUES (?, ?, 0, 0)",
            arguments: [table, index])
    }

    /// The sizes of a table (0) and its indexes.
    static func sizes(of table: TableDefinition, _ database: Database) throws -> [Int64: StoredSize] {
        var sizes: [Int64: StoredSize] = [:]
        for row in try Row.fetchAll(
            database, sql: "SELECT index_number, items, bytes FROM sizes WHERE table_number = ?",
            arguments: [table.number])
        {
            let (index, items, bytes): (Int64, Int, Int) = (row[0], row[1], row[2])
            sizes[index] = StoredSize(items: items, bytes: bytes)
        }
        return sizes
    }
}
