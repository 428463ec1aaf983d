import CloudCore
import GRDB
import JSONValue
import Synchronization

/// All tables, in memory: no item operation reads a description from the store.
///
/// Changed only inside write transactions, which run one after another; so a write sees the tables as all writes before
/// it left them. Where a transaction fails at its commit, the catalog is read again.
final class TableCatalog: Sendable {
    private let tables: Mutex<[String: TableDefinition]>

    init(_ database: Database) throws { tables = Mutex(try Self.load(database)) }

    private static func load(_ database: Database) throws -> [String: TableDefinition] {
        var tables: [String: TableDefinition] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT number, name, definition FROM tables") {
            let (number, name, text): (Int64, String, String) = (row[0], row[1], row[2])
            guard let table = TableDefinition(number: number, name: name, storedForm: try JSONValue(parsing: text))
            else { throw DynamoDBErrors.internalFailure }
            tables[name] = table
        }
        return tables
    }

    /// The table of this name.
    func find(_ name: String) -> TableDefinition? { tables.withLock { $0[name] } }

    /// The table of this name, for an item operation.
    ///
    /// - Throws: ``ServiceError``.
    func table(_ name: String) throws -> TableDefinition {
        guard let table = find(name) else { throw DynamoDBErrors.resourceNotFound }
        return table
    }

    /// The table as it is inside this write transaction, for an operation that was checked against `earlier`.
    func current(_ earlier: TableDefinition) throws -> TableDefinition {
        let table = try table(earlier.name)
        guard table.number == earlier.number else { throw DynamoDBErrors.resourceNotFound }
        return table
    }

    /// All names, sorted.
    var names: [String] { tables.withLock { $0.keys.sorted() } }

    /// All tables.
    var all: [TableDefinition] { tables.withLock { Array($0.values) } }

    /// Whether the items of any table expire.
    var hasTimeToLive: Bool { tables.withLock { $0.values.contains { $0.timeToLive != nil } } }

    func put(_ table: TableDefinition) { tables.withLock { $0[table.name] = table } }

    func remove(_ name: String) { _ = tables.withLock { $0.removeValue(forKey: name) } }

    /// Reads everything again from the store.
    func reload(_ database: Database) throws {
        let loaded = try Self.load(database)
        tables.withLock { $0 = loaded }
    }
}
