import CloudCore
import GRDB
import JSONValue
import Synchronization

/// Everything that the service knows, in memory; what changes goes through the store first.
struct EventsCatalog: Sendable {
    var buses: [String: EventBus] = [:]
    var rules: [RuleKey: Rule] = [:]
}

/// A change of the catalogue.
enum EventsChange: Sendable {
    case putBus(EventBus)
    case deleteBus(String)
    case putRule(Rule)
    case deleteRule(RuleKey)
}

/// Keeps the catalogue in the store.
final class EventsStorage: Sendable {
    let database: StoreDatabase
    private let catalog: Mutex<EventsCatalog>

    init(store: Store, now: Timestamp) throws {
        database = try store.database("events", migrator: EventsSchema.migrator)
        var catalog = try database.read(Self.load)
        if catalog.buses[EventBus.defaultName] == nil {
            let bus = EventBus(name: EventBus.defaultName, created: now, modified: now, settings: [:], tags: [:])
            try database.writeNow { try EventsChange.putBus(bus).perform($0) }
            catalog.buses[bus.name] = bus
        }
        self.catalog = Mutex(catalog)
    }

    func read<Value>(_ query: (EventsCatalog) -> sending Value) -> sending Value {
        catalog.withLock { query($0) }
    }

    /// Decides on changes and makes them, together with what else `decide` writes. Writes come one after the other, so
    /// that what is decided on is what there is.
    func change(
        _ decide: @escaping @Sendable (Database, EventsCatalog) throws -> [EventsChange]
    ) async throws {
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
            let stored = try database.read(Self.load)
            catalog.withLock { $0 = stored }
            throw error
        }
    }

    /// The same for changes that need nothing else written.
    func change(_ decide: @escaping @Sendable (EventsCatalog) throws -> [EventsChange]) async throws {
        try await change { _, catalog in try decide(catalog) }
    }

    private static func load(_ database: Database) throws -> EventsCatalog {
        var catalog = EventsCatalog()
        for row in try Row.fetchAll(database, sql: "SELECT * FROM buses") {
            let bus = try EventBus(row)
            catalog.buses[bus.name] = bus
        }
        for row in try Row.fetchAll(database, sql: "SELECT * FROM rules") {
            let key = RuleKey(bus: row["bus"], name: row["name"])
            catalog.rules[key] = try Rule(
                key: key, document: try JSONValue(parsing: row["document"] as String), next: row["next"])
        }
        return catalog
    }
}

extension EventsChange {
    func perform(_ database: Database) throws {
        switch self {
        case .putBus(let bus):
            try database.execute(
                sql: "INSERT OR REPLACE INTO buses (name, created, modified, settings, tags) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    bus.name, bus.created.milliseconds, bus.modified.milliseconds,
                    JSONValue.object(bus.settings).text(), JSONValue(tags: bus.tags).text(),
                ])
        case .deleteBus(let name):
            try database.execute(sql: "DELETE FROM buses WHERE name = ?", arguments: [name])
        case .putRule(let rule):
            try database.execute(
                sql: "INSERT OR REPLACE INTO rules (bus, name, document, next) VALUES (?, ?, ?, ?)",
                arguments: [rule.key.bus, rule.key.name, JSONValue.object(rule.document).text(), rule.next])
        case .deleteRule(let key):
            try database.execute(
                sql: "DELETE FROM rules WHERE bus = ? AND name = ?", arguments: [key.bus, key.name])
        }
    }

    func apply(to catalog: inout EventsCatalog) {
        switch self {
        case .putBus(let bus): catalog.buses[bus.name] = bus
        case .deleteBus(let name): catalog.buses[name] = nil
        case .putRule(let rule): catalog.rules[rule.key] = rule
        case .deleteRule(let key): catalog.rules[key] = nil
        }
    }
}

extension EventBus {
    fileprivate init(_ row: Row) throws {
        self.init(
            name: row["name"], created: Timestamp(milliseconds: row["created"]),
            modified: Timestamp(milliseconds: row["modified"]),
            settings: try JSONValue(parsing: row["settings"] as String).object ?? [:],
            tags: Dictionary(tagsIn: try JSONValue(parsing: row["tags"] as String)))
    }
}
