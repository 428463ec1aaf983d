import CloudCore
import GRDB
import JSONValue
import Synchronization

/// Everything that the service knows, in memory; what changes goes through the store first.
struct SchedulerCatalog: Sendable {
    var groups: [String: ScheduleGroup] = [:]
    var schedules: [ScheduleKey: Schedule] = [:]
}

/// A change of the catalogue.
enum SchedulerChange: Sendable {
    case putGroup(ScheduleGroup)
    case deleteGroup(String)
    case putSchedule(Schedule)
    case deleteSchedule(ScheduleKey)
}

/// The tables of the service, and the steps that lead to them from older forms: documents that are all in memory while
/// the service runs, with the times that change at each firing beside them, and the outbox.
enum SchedulerSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: groups, schedules, deliveries") { database in
            try database.execute(
                sql: """
                    CREATE TABLE groups (
                        name TEXT PRIMARY KEY,
                        created INTEGER NOT NULL,
                        modified INTEGER NOT NULL,
                        tags TEXT NOT NULL
                    ) WITHOUT ROWID;
                    CREATE TABLE schedules (
                        groupName TEXT NOT NULL,
                        name TEXT NOT NULL,
                        members TEXT NOT NULL,
                        created INTEGER NOT NULL,
                        modified INTEGER NOT NULL,
                        anchor INTEGER NOT NULL,
                        next INTEGER,
                        due INTEGER,
                        PRIMARY KEY (groupName, name)
                    ) WITHOUT ROWID;
                    """)
            try database.execute(sql: OutboxEntry.schema)
        }
        return migrator
    }
}

/// Keeps the catalogue in the store.
final class SchedulerStorage: Sendable {
    let database: StoreDatabase
    private let catalog: Mutex<SchedulerCatalog>

    init(store: Store, now: Timestamp) throws {
        database = try store.database("scheduler", migrator: SchedulerSchema.migrator)
        var catalog = try database.read(Self.load)
        if catalog.groups[ScheduleGroup.defaultName] == nil {
            let group = ScheduleGroup(name: ScheduleGroup.defaultName, created: now, modified: now)
            try database.writeNow { try SchedulerChange.putGroup(group).perform($0) }
            catalog.groups[group.name] = group
        }
        self.catalog = Mutex(catalog)
    }

    func read<Value>(_ query: (SchedulerCatalog) -> sending Value) -> sending Value {
        catalog.withLock { query($0) }
    }

    /// Decides on changes and makes them, together with what else `decide` writes. Writes come one after the other, so
    /// that what is decided on is what there is.
    func change(
        _ decide: @escaping @Sendable (Database, SchedulerCatalog) throws -> [SchedulerChange]
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
    func change(_ decide: @escaping @Sendable (SchedulerCatalog) throws -> [SchedulerChange]) async throws {
        try await change { _, catalog in try decide(catalog) }
    }

    private static func load(_ database: Database) throws -> SchedulerCatalog {
        var catalog = SchedulerCatalog()
        for row in try Row.fetchAll(database, sql: "SELECT * FROM groups") {
            var tags: [String: String] = [:]
            for (key, tag) in try JSONValue(parsing: row["tags"] as String).object ?? [:] { tags[key] = tag.string }
            let group = ScheduleGroup(
                name: row["name"], created: Timestamp(milliseconds: row["created"]),
                modified: Timestamp(milliseconds: row["modified"]), tags: tags)
            catalog.groups[group.name] = group
        }
        for row in try Row.fetchAll(database, sql: "SELECT * FROM schedules") {
            let key = ScheduleKey(group: row["groupName"], name: row["name"])
            let members = try JSONValue(parsing: row["members"] as String).object ?? [:]
            var schedule = try Schedule(
                InputMembers(members), key: key, now: Timestamp(milliseconds: row["modified"]))
            schedule.created = Timestamp(milliseconds: row["created"])
            schedule.anchor = row["anchor"]
            schedule.next = row["next"]
            schedule.due = row["due"]
            catalog.schedules[key] = schedule
        }
        return catalog
    }
}

extension SchedulerChange {
    func perform(_ database: Database) throws {
        switch self {
        case .putGroup(let group):
            let tags = JSONObject(group.tags.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
            try database.execute(
                sql: "INSERT OR REPLACE INTO groups (name, created, modified, tags) VALUES (?, ?, ?, ?)",
                arguments: [
                    group.name, group.created.milliseconds, group.modified.milliseconds, JSONValue.object(tags).text(),
                ])
        case .deleteGroup(let name):
            try database.execute(sql: "DELETE FROM groups WHERE name = ?", arguments: [name])
        case .putSchedule(let schedule):
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO schedules (
                        groupName, name, members, created, modified, anchor, next, due)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    schedule.key.group, schedule.key.name, JSONValue.object(schedule.members).text(),
                    schedule.created.milliseconds, schedule.modified.milliseconds, schedule.anchor, schedule.next,
                    schedule.due,
                ])
        case .deleteSchedule(let key):
            try database.execute(
                sql: "DELETE FROM schedules WHERE groupName = ? AND name = ?", arguments: [key.group, key.name])
        }
    }

    func apply(to catalog: inout SchedulerCatalog) {
        switch self {
        case .putGroup(let group): catalog.groups[group.name] = group
        case .deleteGroup(let name): catalog.groups[name] = nil
        case .putSchedule(let schedule): catalog.schedules[schedule.key] = schedule
        case .deleteSchedule(let key): catalog.schedules[key] = nil
        }
    }
}
