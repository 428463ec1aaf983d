import CloudCore
import GRDB

/// New indexes are filled from the items that are there, a slice in each transaction, so that other writers wait for
/// none of it long.
///
/// A filling goes through the items in the order of their keys. Its row in `fillings` says how far it has come: what
/// stands before that place is in the index, and every write keeps it so; what stands behind it is left to the filling,
/// which finds it as it is then. The row goes with the last slice. So the index is right after every transaction, and a
/// process that is ended in the middle leaves where to go on.
extension TableWriter {
    /// Items, and bytes of them, after which a slice ends.
    private static let slice = (items: 500, bytes: 1024 * 1024)

    /// Begins to fill an index.
    func beginFilling(_ index: IndexDefinition) throws {
        try database.run(
            "INSERT INTO fillings (index_number, hash_key, sort_key) VALUES (?, ?, ?)", .integer(index.number),
            .bytes([]), .bytes([]))
    }

    /// Fills the next slice of an index. Answers whether the index is whole.
    ///
    /// Items whose attributes have not the types of the index's keys stay out of it, as in DynamoDB.
    func fillSlice(of index: IndexDefinition, of table: TableDefinition) throws -> Bool {
        let reached = try database.first(
            "SELECT hash_key, sort_key FROM fillings WHERE index_number = ?", .integer(index.number)
        ) { ItemPlace(partition: $0.bytes(0), sort: $0.bytes(1)) }
        guard let reached else { return true }
        let writer = ItemWriter(database: database, table: table)
        var (last, count, bytes) = (reached, 0, 0)
        try database.each(
            """
            SELECT id, hash_key, sort_key, item FROM items
            WHERE table_number = ? AND (hash_key, sort_key) > (?, ?) ORDER BY hash_key, sort_key
            """, [.integer(table.number), .bytes(reached.partition), .bytes(reached.sort)]
        ) { row in
            last = ItemPlace(partition: row.bytes(1), sort: row.bytes(2))
            let item = try row.withBytes(3) { stored in
                bytes += stored.count
                return try AttributeMap(stored: stored)
            }
            let change = IndexChange(index: index, old: nil, new: index.entry(of: item, in: table))
            try writer.apply(change, at: last, row: row.integer(0))
            count += 1
            return count < Self.slice.items && bytes < Self.slice.bytes
        }
        if count < Self.slice.items, bytes < Self.slice.bytes {
            try endFilling(index)
            return true
        }
        try database.run(
            "UPDATE fillings SET hash_key = ?, sort_key = ? WHERE index_number = ?", .bytes(last.partition),
            .bytes(last.sort), .integer(index.number))
        return false
    }

    /// Forgets how far the filling of an index has come: the index is whole, or goes.
    func endFilling(_ index: IndexDefinition) throws {
        try database.run("DELETE FROM fillings WHERE index_number = ?", .integer(index.number))
    }
}

extension ItemWriter {
    /// Whether the filling of an index has still to come to a place.
    func isAhead(_ place: ItemPlace, ofFilling index: IndexDefinition) throws -> Bool {
        guard index.isFilling else { return false }
        return try database.first(
            "SELECT 1 FROM fillings WHERE index_number = ? AND (hash_key, sort_key) < (?, ?)", .integer(index.number),
            .bytes(place.partition), .bytes(place.sort)
        ) { _ in true } ?? false
    }
}
