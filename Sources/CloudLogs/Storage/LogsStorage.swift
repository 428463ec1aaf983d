import CloudCore
import GRDB
import JSONValue

/// What is done with the database's rows.
enum LogsStorage {
    // MARK: Groups and streams

    static func group(_ name: String, _ database: Database) throws -> LogGroup? {
        try database.first(
            "SELECT \(LogGroup.columns) FROM groups WHERE name = ?", .text(name), read: LogGroup.init)
    }

    static func stream(_ name: String, in group: Int64, _ database: Database) throws -> LogStream? {
        try database.first(
            "SELECT \(LogStream.columns) FROM streams WHERE group_number = ? AND name = ?", .integer(group),
            .text(name), read: LogStream.init)
    }

    static func insertGroup(
        _ name: String, created: Int64, groupClass: LogGroup.Class = .standard, kmsKey: String? = nil,
        isProtected: Bool = false, tags: [String: String] = [:], isAutomatic: Bool = false, _ database: Database
    ) throws {
        try database.run(
            """
            INSERT INTO groups (name, created, class, kms_key, is_protected, tags, is_automatic)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            .text(name), .integer(created), .text(groupClass.rawValue), .init(kmsKey), .integer(isProtected ? 1 : 0),
            .text(JSONValue.object(JSONObject(texts: tags)).text()), .integer(isAutomatic ? 1 : 0))
    }

    static func insertStream(
        _ name: String, in group: Int64, created: Int64, isAutomatic: Bool = false, _ database: Database
    ) throws {
        try database.run(
            "INSERT INTO streams (group_number, name, created, is_automatic) VALUES (?, ?, ?, ?)", .integer(group),
            .text(name), .integer(created), .integer(isAutomatic ? 1 : 0))
    }

    // MARK: Events

    /// Takes numbers that no event has had. Returns the first.
    static func takeNumbers(_ count: Int, _ database: Database) throws -> Int64 {
        try database.run("UPDATE event_numbers SET last = last + ?", .integer(Int64(count)))
        let last = try database.first("SELECT last FROM event_numbers") { $0.integer(0) }
        return (last ?? Int64(count)) - Int64(count) + 1
    }

    /// A statement that stores an event; see ``insert(_:_:group:ingestion:with:)``.
    static func insertion(_ database: Database) throws -> PreparedStatement {
        try PreparedStatement(database, "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)")
    }

    static func insert(
        _ event: LogEvent, id: Int64, stream: Int64, group: Int64, ingestion: Int64, with statement: PreparedStatement
    ) throws {
        defer { statement.reset() }
        for (index, value) in [group, event.timestamp, id, stream, ingestion, Int64(event.size)].enumerated() {
            try statement.bind(index + 1, value)
        }
        try statement.bind(7, event.message)
        _ = try statement.step()
    }

    /// What a stream and its group are told of events that were stored in the stream.
    static func note(
        _ added: AddedEvents, stream: Int64, group: Int64, ingestion: Int64, _ database: Database
    ) throws {
        try database.run(
            """
            UPDATE streams SET sequence = sequence + 1, last_ingestion = ?,
                first_event = min(coalesce(first_event, ?), ?), last_event = max(coalesce(last_event, ?), ?)
            WHERE number = ?
            """,
            .integer(ingestion), .integer(added.first), .integer(added.first), .integer(added.last),
            .integer(added.last), .integer(stream))
        try database.run(
            "UPDATE groups SET stored_bytes = stored_bytes + ? WHERE number = ?", .integer(added.bytes),
            .integer(group))
    }

    // MARK: Forgetting

    /// Events that one transaction removes at most, so that writers need not wait for long.
    private static let removalLimit: Int64 = 20_000

    /// Removes the oldest events of a group, as many as one transaction should.
    ///
    /// - Parameters:
    ///   - before: removes only what is older; nil for everything.
    ///   - bytes: stops once so much is removed; nil for no bound.
    /// - Returns: how many events it were.
    static func removeOldest(
        in group: Int64, before: Int64? = nil, bytes: Int64? = nil, _ database: Database
    ) throws -> Int64 {
        var end: EventPosition?
        var (count, size): (Int64, Int64) = (0, 0)
        try database.each(
            "SELECT timestamp, id, size FROM events WHERE group_number = ? AND timestamp < ? ORDER BY timestamp, id",
            [.integer(group), .integer(before ?? .max)]
        ) { row in
            end = EventPosition(timestamp: row.integer(0), id: row.integer(1))
            count += 1
            size += row.integer(2)
            return count < removalLimit && bytes.map { size < $0 } ?? true
        }
        guard let end else { return 0 }
        try database.run(
            "DELETE FROM events WHERE group_number = ? AND (timestamp, id) <= (?, ?)", .integer(group),
            .integer(end.timestamp), .integer(end.id))
        try database.run(
            "UPDATE groups SET stored_bytes = max(0, stored_bytes - ?) WHERE number = ?", .integer(size),
            .integer(group))
        return count
    }

    /// Removes the oldest events of a group until it is well within a limit. Returns whether there were any.
    static func trim(_ group: Int64, to limit: Int64, _ database: Database) throws -> Bool {
        var trimmed = false
        while let stored = try database.first(
            "SELECT stored_bytes FROM groups WHERE number = ?", .integer(group), read: { $0.integer(0) }),
            stored > limit
        {
            // A little more than needed, so that it is not done for each line.
            guard try removeOldest(in: group, bytes: stored - limit + limit / 32, database) > 0 else { break }
            trimmed = true
        }
        return trimmed
    }

    /// Removes streams that functions made and of which nothing is kept any more.
    static func removeEmptyStreams(in group: Int64, _ database: Database) throws {
        try database.run(
            """
            DELETE FROM streams WHERE group_number = ? AND is_automatic = 1 AND last_event IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM events WHERE stream_number = streams.number)
            """, .integer(group))
    }

    /// Removes events of deleted streams and groups, as many as one transaction should. Returns false once none is left.
    static func purge(_ database: Database) throws -> Bool {
        let next = try database.first("SELECT number, group_number, stream_number FROM removals LIMIT 1") {
            ($0.integer(0), $0.integer(1), $0.optionalInteger(2))
        }
        guard let (number, group, stream) = next else { return false }
        let removed: Int64
        if let stream {
            var rows: [(timestamp: Int64, id: Int64)] = []
            var size: Int64 = 0
            try database.each(
                """
                SELECT timestamp, id, size FROM events INDEXED BY events_by_stream WHERE stream_number = ?
                ORDER BY timestamp, id LIMIT ?
                """, [.integer(stream), .integer(removalLimit)]
            ) { row in
                rows.append((row.integer(0), row.integer(1)))
                size += row.integer(2)
                return true
            }
            for row in rows {
                try database.run(
                    "DELETE FROM events WHERE group_number = ? AND timestamp = ? AND id = ?", .integer(group),
                    .integer(row.timestamp), .integer(row.id))
            }
            try database.run(
                "UPDATE groups SET stored_bytes = max(0, stored_bytes - ?) WHERE number = ?", .integer(size),
                .integer(group))
            removed = Int64(rows.count)
        } else {
            removed = try removeOldest(in: group, database)
        }
        if removed < removalLimit { try database.run("DELETE FROM removals WHERE number = ?", .integer(number)) }
        return true
    }
}

/// Events that were stored in a stream together.
struct AddedEvents: Sendable {
    /// The earliest's and the latest's time, in milliseconds.
    private(set) var first = Int64.max
    private(set) var last = Int64.min
    private(set) var bytes: Int64 = 0

    mutating func add(_ event: LogEvent) {
        first = min(first, event.timestamp)
        last = max(last, event.timestamp)
        bytes += Int64(event.size)
    }
}
