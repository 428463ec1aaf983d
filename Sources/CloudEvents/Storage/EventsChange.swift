import CloudCore
import GRDB
import JSONValue

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

extension EventsChange: CatalogChange {
    static func stored(in database: Database) throws -> EventsCatalog {
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

    func perform(_ database: Database) throws {
        switch self {
        case .putBus(let bus):
            try database.execute(
                sql: "INSERT OR REPLACE INTO buses (name, created, modified, settings, tags) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    bus.name, bus.created.milliseconds, bus.modified.milliseconds,
                    JSONValue.object(bus.settings).text(), JSONValue.object(JSONObject(texts: bus.tags)).text(),
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

extension CatalogStorage<EventsChange> {
    /// Opens the service's database. The default bus is always there.
    convenience init(store: Store, now: Timestamp) throws {
        let database = try store.database("events", migrator: EventsSchema.migrator)
        try self.init(database: database) { catalog in
            let name = EventBus.defaultName
            guard catalog.buses[name] == nil else { return [] }
            return [.putBus(EventBus(name: name, created: now, modified: now, settings: [:], tags: [:]))]
        }
    }
}

extension EventBus {
    fileprivate init(_ row: Row) throws {
        self.init(
            name: row["name"], created: Timestamp(milliseconds: row["created"]),
            modified: Timestamp(milliseconds: row["modified"]),
            settings: try JSONValue(parsing: row["settings"] as String).object ?? [:],
            tags: try JSONValue(parsing: row["tags"] as String).object?.texts ?? [:])
    }
}
