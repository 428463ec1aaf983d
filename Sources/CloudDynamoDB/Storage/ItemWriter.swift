import CloudCore
import GRDB

/// Writes items of one table inside a transaction, with everything that follows from it: index entries, sizes, expiry,
/// the record of changes.
struct ItemWriter {
    let database: Database
    let table: TableDefinition
    var changeLog: (any ItemChangeLog)?
    var origin = ItemChange.Origin.request

    /// The item at a place.
    func find(_ place: ItemPlace) throws -> StoredItem? {
        try database.first(
            "SELECT id, size, item FROM items WHERE table_number = ? AND hash_key = ? AND sort_key = ?",
            .integer(table.number), .bytes(place.partition), .bytes(place.sort)
        ) { row in StoredItem(row: row.integer(0), size: Int(row.integer(1)), bytes: row.bytes(2)) }
    }

    /// Puts `new` in the place of `old`; either may be nothing.
    ///
    /// - Returns: what changed in the indexes.
    @discardableResult
    func replace(_ old: StoredItem?, with new: EncodedItem?, at place: ItemPlace) throws -> [IndexChange] {
        let row = try replaceRow(old, with: new, at: place)
        try addToSize(
            of: 0, items: (new == nil ? 0 : 1) - (old == nil ? 0 : 1), bytes: (new?.size ?? 0) - (old?.size ?? 0))
        var changes: [IndexChange] = []
        if !table.indexes.isEmpty || table.timeToLive != nil {
            let before = try old?.attributes()
            for index in table.indexes where try !isAhead(place, ofFilling: index) {
                let change = IndexChange(
                    index: index, old: before.flatMap { index.entry(of: $0, in: table) },
                    new: new.flatMap { index.entry(of: $0.attributes, in: table) })
                try apply(change, at: place, row: row)
                changes.append(change)
            }
            if let timeToLive = table.timeToLive {
                try replaceExpiry(
                    before.flatMap { timeToLive.due(of: $0) }, with: new.flatMap { timeToLive.due(of: $0.attributes) },
                    row: row)
            }
        }
        if let changeLog, table.stream?.isEnabled == true, old?.bytes != new?.bytes {
            try changeLog.record(
                ItemChange(table: table, place: place, old: old, new: new, origin: origin), in: database)
        }
        return changes
    }

    private func replaceRow(_ old: StoredItem?, with new: EncodedItem?, at place: ItemPlace) throws -> Int64 {
        switch (old, new) {
        case (let old?, let new?):
            try database.run(
                "UPDATE items SET size = ?, item = ? WHERE id = ?", .integer(Int64(new.size)), .bytes(new.bytes),
                .integer(old.row))
            return old.row
        case (nil, let new?):
            try database.run(
                "INSERT INTO items (table_number, hash_key, sort_key, size, item) VALUES (?, ?, ?, ?, ?)",
                .integer(table.number), .bytes(place.partition), .bytes(place.sort), .integer(Int64(new.size)),
                .bytes(new.bytes))
            return database.lastInsertedRowID
        case (let old?, nil):
            try database.run("DELETE FROM items WHERE id = ?", .integer(old.row))
            return old.row
        case (nil, nil): return 0
        }
    }

    private func addToSize(of index: Int64, items: Int, bytes: Int) throws {
        guard items != 0 || bytes != 0 else { return }
        try database.run(
            "UPDATE sizes SET items = items + ?, bytes = bytes + ? WHERE table_number = ? AND index_number = ?",
            .integer(Int64(items)), .integer(Int64(bytes)), .integer(table.number), .integer(index))
    }

    /// Brings one index into line with a changed item.
    func apply(_ change: IndexChange, at place: ItemPlace, row: Int64) throws {
        guard change.old != change.new else { return }
        let index = change.index.number
        if let old = change.old, old.place != change.new?.place {
            try database.run(
                """
                DELETE FROM entries
                WHERE index_number = ? AND hash_key = ? AND sort_key = ? AND item_hash = ? AND item_sort = ?
                """,
                .integer(index), .bytes(old.place.partition), .bytes(old.place.sort), .bytes(place.partition),
                .bytes(place.sort))
        }
        if let new = change.new {
            try database.run(
                """
                INSERT INTO entries (index_number, hash_key, sort_key, item_hash, item_sort, item_id, size)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET size = excluded.size
                """,
                .integer(index), .bytes(new.place.partition), .bytes(new.place.sort), .bytes(place.partition),
                .bytes(place.sort), .integer(row), .integer(Int64(new.size)))
        }
        try addToSize(
            of: index, items: (change.new == nil ? 0 : 1) - (change.old == nil ? 0 : 1),
            bytes: (change.new?.size ?? 0) - (change.old?.size ?? 0))
    }

    /// Notes when an item expires, instead of when it did.
    func replaceExpiry(_ old: Int64?, with new: Int64?, row: Int64) throws {
        guard old != new else { return }
        if let old {
            try database.run("DELETE FROM expiries WHERE due = ? AND item_id = ?", .integer(old), .integer(row))
        }
        if let new {
            try database.run(
                "INSERT OR REPLACE INTO expiries (due, item_id, table_number) VALUES (?, ?, ?)", .integer(new),
                .integer(row), .integer(table.number))
        }
    }
}
