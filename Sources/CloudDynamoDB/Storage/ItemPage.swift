import CloudCore
import GRDB

/// Bounds on the sort key.
struct SortBounds: Sendable, Equatable {
    struct Bound: Sendable, Equatable {
        var bytes: [UInt8]
        var isInclusive: Bool
    }

    var lower: Bound?
    var upper: Bound?

    func contains(_ sort: [UInt8]) -> Bool {
        if let lower {
            let order = ByteOrder.of(sort, lower.bytes)
            if order < 0 || order == 0 && !lower.isInclusive { return false }
        }
        if let upper {
            let order = ByteOrder.of(sort, upper.bytes)
            if order > 0 || order == 0 && !upper.isInclusive { return false }
        }
        return true
    }
}

/// A page of a Query or a Scan: where it reads, in which order, and where it stops.
struct ItemPage: Sendable {
    /// Bytes of items after which a page ends.
    static let byteLimit = 1024 * 1024

    enum Range: Sendable {
        /// One partition.
        case query(partition: [UInt8], sort: SortBounds)
        /// Everything, or what stands between two hashes.
        case scan(from: [UInt8]?, to: [UInt8]?)
    }

    /// Where the page before ended: a place in the index, where one is read, and the item's own.
    struct Position: Sendable {
        var place: ItemPlace
        var item: ItemPlace
    }

    var table: TableDefinition
    var index: IndexDefinition?
    var range: Range
    var isForward = true
    var start: Position?
    var limit: Int?

    /// Goes through the items of the page.
    ///
    /// - Parameter visit: is given an item's stored bytes, valid during the call, and the size it counts for.
    /// - Returns: the last item's attributes where the page ended before the items did.
    func read(
        _ database: Database, visit: (UnsafeRawBufferPointer, _ size: Int) throws -> Void
    ) throws -> AttributeMap? {
        let (sql, arguments) = query
        let statement = try PreparedStatement(database, sql)
        defer { statement.reset() }
        for (index, argument) in arguments.enumerated() { try statement.bind(index + 1, argument) }
        var count = 0
        var bytes = 0
        while try statement.step() {
            let size = Int(statement.integer(0))
            count += 1
            bytes += size
            let ends = count == limit || bytes >= Self.byteLimit
            let last = try statement.withBytes(1) { item in
                try visit(item, size)
                return ends ? try AttributeMap(stored: item) : nil
            }
            if let last { return last }
        }
        return nil
    }

    /// The statement: few different texts, so that each is prepared once.
    private var query: (sql: String, arguments: [PreparedStatement.Argument]) {
        var conditions: [String]
        var arguments: [PreparedStatement.Argument]
        let from: String
        let tail: [String]
        if let index {
            from = "SELECT e.size, i.item FROM entries e CROSS JOIN items i ON i.id = e.item_id"
            conditions = ["e.index_number = ?"]
            arguments = [.integer(index.number)]
            tail = ["item_hash", "item_sort"]
        } else {
            from = "SELECT e.size, e.item FROM items e"
            conditions = ["e.table_number = ?"]
            arguments = [.integer(table.number)]
            tail = []
        }
        var order: [String]
        switch range {
        case .query(let partition, let sort):
            conditions.append("e.hash_key = ?")
            arguments.append(.bytes(partition))
            if let lower = sort.lower, start == nil || !isForward {
                conditions.append("e.sort_key \(lower.isInclusive ? ">=" : ">") ?")
                arguments.append(.bytes(lower.bytes))
            }
            if let upper = sort.upper, start == nil || isForward {
                conditions.append("e.sort_key \(upper.isInclusive ? "<=" : "<") ?")
                arguments.append(.bytes(upper.bytes))
            }
            order = ["sort_key"] + tail
        case .scan(let first, let end):
            if let first, start == nil {
                conditions.append("e.hash_key >= ?")
                arguments.append(.bytes(first))
            }
            if let end {
                conditions.append("e.hash_key < ?")
                arguments.append(.bytes(end))
            }
            order = ["hash_key", "sort_key"] + tail
        }
        if let start {
            let columns = order.map { "e.\($0)" }.joined(separator: ", ")
            let marks = order.map { _ in "?" }.joined(separator: ", ")
            conditions.append("(\(columns)) \(isForward ? ">" : "<") (\(marks))")
            if case .scan = range { arguments.append(.bytes(start.place.partition)) }
            arguments.append(.bytes(start.place.sort))
            if index != nil { arguments += [.bytes(start.item.partition), .bytes(start.item.sort)] }
        }
        if !isForward { order = order.map { "\($0) DESC" } }
        let sorted = order.map { "e.\($0)" }.joined(separator: ", ")
        return ("\(from) WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(sorted)", arguments)
    }
}
