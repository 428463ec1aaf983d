import GRDB
import Synchronization

/// A change of a service's catalogue: made in the store first, then in memory.
public protocol CatalogChange: Sendable {
    /// Everything that the service knows.
    associatedtype Catalog: Sendable

    /// The catalogue that the store holds.
    static func stored(in database: Database) throws -> Catalog
    /// Makes the change in the store.
    func perform(_ database: Database) throws
    /// Makes the change in memory.
    func apply(to catalog: inout Catalog)
}

/// Keeps a catalogue of definitions, all of which fit in memory: reads ask no database, and what changes goes through
/// the store first.
public final class CatalogStorage<Change: CatalogChange>: Sendable {
    /// Where it is kept, with what the service keeps beside it.
    public let database: StoreDatabase
    private let catalog: Mutex<Change.Catalog>

    /// Reads the catalogue.
    ///
    /// - Parameter missing: what has to be there and is not, such as a default.
    /// - Throws: SQLite's errors; those of a document that cannot be read.
    public init(database: StoreDatabase, adding missing: (Change.Catalog) -> [Change]) throws {
        self.database = database
        var catalog = try database.read(Change.stored)
        let changes = missing(catalog)
        if !changes.isEmpty {
            try database.writeNow { database in for change in changes { try change.perform(database) } }
            for change in changes { change.apply(to: &catalog) }
        }
        self.catalog = Mutex(catalog)
    }

    /// Looks something up.
    public func read<Value>(_ query: (Change.Catalog) -> sending Value) -> sending Value {
        catalog.withLock { query($0) }
    }

    /// Decides on changes and makes them, together with what else `decide` writes. Writes come one after the other, so
    /// that what is decided on is what there is.
    ///
    /// - Throws: what `decide` throws; the store's errors.
    public func change(_ decide: @escaping @Sendable (Database, Change.Catalog) throws -> [Change]) async throws {
        do {
            try await database.write { database in
                let changes = try decide(database, self.catalog.withLock { $0 })
                for change in changes { try change.perform(database) }
                self.catalog.withLock { catalog in
                    for change in changes { change.apply(to: &catalog) }
                }
            }
        } catch let refusal as ServiceError {
            throw refusal
        } catch {
            // The transaction failed, perhaps with others' changes in it: the catalogue follows the store.
            let stored = try database.read(Change.stored)
            catalog.withLock { $0 = stored }
            throw error
        }
    }

    /// The same for changes that need nothing else written.
    public func change(_ decide: @escaping @Sendable (Change.Catalog) throws -> [Change]) async throws {
        try await change { _, catalog in try decide(catalog) }
    }
}
