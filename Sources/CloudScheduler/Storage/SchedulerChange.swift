import CloudCore
import GRDB
import JSONValue

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

extension SchedulerChange: CatalogChange {
    static func stored(in database: Database) throws -> SchedulerCatalog {
        var catalog = SchedulerCatalog()
        for row in try Row.fetchAll(database, sql: "SELECT * FROM groups") {
            let group = ScheduleGroup(
                name: row["name"], created: Timestamp(milliseconds: row["created"]),
                modified: Timestamp(milliseconds: row["modified"]),
                tags: try JSONValue(parsing: row["tags"] as String).object?.texts ?? [:])
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

    func perform(_ database: Database) throws {
        switch self {
        case .putGroup(let group):
            try database.execute(
                sql: "INSERT OR REPLACE INTO groups (name, created, modified, tags) VALUES (?, ?, ?, ?)",
                arguments: [
                    group.name, group.created.milliseconds, group.modified.milliseconds,
                    JSONValue.object(JSONObject(texts: group.tags)).text(),
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

extension CatalogStorage<SchedulerChange> {
    /// Opens the service's database. The default group is always there.
    convenience init(store: Store, now: Timestamp) throws {
        let database = try store.database("scheduler", migrator: SchedulerSchema.migrator)
        try self.init(database: database) { catalog in
            let name = ScheduleGroup.defaultName
            guard catalog.groups[name] == nil else { return [] }
            return [.putGroup(ScheduleGroup(name: name, created: now, modified: now))]
        }
    }
}
