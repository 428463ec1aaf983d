import CloudCore
import GRDB

/// Stores lines of functions' logs, and makes the groups and streams that they go to.
struct IntakeWriter: Sendable {
    let database: StoreDatabase
    let clock: CloudClock
    let retention: RetentionSchedule
    let liveTails: LiveTailBoard
    /// Bytes that are kept in each group that was made here; nil for no limit.
    let groupLimit: Int64?

    private struct StreamKey: Hashable {
        var group: String
        var stream: String
    }

    private struct Target {
        var stream: LogStream
        var added = AddedEvents()
        var published: [StoredEvent] = []
    }

    /// Stores lines in one transaction.
    func store(_ entries: [LogEntry]) throws {
        let now = clock.now.milliseconds
        let isWatched = liveTails.isWatched
        let (groups, targets) = try database.writeNow { database in
            var groups: [String: LogGroup] = [:]
            var targets: [StreamKey: Target] = [:]
            var id = try LogsStorage.takeNumbers(entries.count, database)
            let statement = try LogsStorage.insertion(database)
            for entry in entries {
                let group = try groups[entry.group] ?? self.group(entry.group, now, database)
                groups[entry.group] = group
                let key = StreamKey(group: entry.group, stream: entry.stream)
                if targets[key] == nil {
                    targets[key] = Target(stream: try stream(entry.stream, in: group, now, database))
                }
                guard let number = targets[key]?.stream.number else { continue }
                let event = LogEvent(timestamp: entry.timestamp.milliseconds, message: entry.message)
                try LogsStorage.insert(
                    event, id: id, stream: number, group: group.number, ingestion: now, with: statement)
                targets[key]?.added.add(event)
                if isWatched {
                    targets[key]?.published.append(
                        StoredEvent(
                            position: EventPosition(timestamp: event.timestamp, id: id), stream: number,
                            ingestion: now, message: event.message))
                }
                id += 1
            }
            for target in targets.values {
                try LogsStorage.note(
                    target.added, stream: target.stream.number, group: target.stream.group, ingestion: now, database)
            }
            if let groupLimit {
                for group in groups.values where group.isAutomatic {
                    if try LogsStorage.trim(group.number, to: groupLimit, database) {
                        try LogsStorage.removeEmptyStreams(in: group.number, database)
                    }
                }
            }
            return (groups, targets)
        }
        for (key, target) in targets {
            if let days = groups[key.group]?.retentionDays {
                retention.arm(expiry: target.added.first + Int64(days) * LogLimits.day)
            }
            liveTails.publish(target.published, stream: key.stream, group: key.group)
        }
    }

    private func group(_ name: String, _ now: Int64, _ database: Database) throws -> LogGroup {
        if let group = try LogsStorage.group(name, database) { return group }
        try LogsStorage.insertGroup(name, created: now, isAutomatic: true, database)
        return try LogsService.group(name, database)
    }

    private func stream(_ name: String, in group: LogGroup, _ now: Int64, _ database: Database) throws -> LogStream {
        if let stream = try LogsStorage.stream(name, in: group.number, database) { return stream }
        try LogsStorage.insertStream(name, in: group.number, created: now, isAutomatic: true, database)
        return try LogsService.stream(name, in: group, database)
    }
}
