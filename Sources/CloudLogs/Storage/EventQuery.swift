import CloudCore
import GRDB

/// Which events of a group or of one stream are read, and in which direction.
struct EventQuery: Sendable {
    /// Whose events.
    enum Source: Sendable {
        case group(Int64)
        case stream(Int64)
        /// Streams of a group.
        case streams(Set<Int64>, group: Int64)
    }

    var source: Source
    /// No earlier ones, in milliseconds.
    var from: Int64 = 0
    /// No later ones, in milliseconds.
    var through = Int64.max
    /// Only those behind this position.
    var after: EventPosition?
    /// Only those in front of this position.
    var before: EventPosition?
    /// From the latest to the earliest.
    var isDescending = false

    /// What a reader does with an event.
    enum Step { case goOn, stop }

    /// Goes through the events in order, until the reader has had enough. The message's bytes are only there during the
    /// call.
    func each(
        _ database: Database,
        _ read: (_ event: EventRow, _ message: UnsafeRawBufferPointer) throws -> Step
    ) throws {
        var conditions: [String] = []
        var arguments: [PreparedStatement.Argument] = []
        let streams: Set<Int64>?
        switch source {
        case .group(let number), .streams(_, let number):
            conditions.append("group_number = ?")
            arguments.append(.integer(number))
        case .stream(let number):
            conditions.append("stream_number = ?")
            arguments.append(.integer(number))
        }
        if case .streams(let numbers, _) = source { streams = numbers } else { streams = nil }
        conditions.append("timestamp BETWEEN ? AND ?")
        arguments += [
            .integer(max(from, after?.timestamp ?? 0)), .integer(min(through, before?.timestamp ?? .max)),
        ]
        if let after {
            conditions.append("(timestamp, id) > (?, ?)")
            arguments += [.integer(after.timestamp), .integer(after.id)]
        }
        if let before {
            conditions.append("(timestamp, id) < (?, ?)")
            arguments += [.integer(before.timestamp), .integer(before.id)]
        }
        let direction = isDescending ? "DESC" : "ASC"
        try database.each(
            """
            SELECT timestamp, id, stream_number, ingestion, message FROM events
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY timestamp \(direction), id \(direction)
            """, arguments
        ) { row in
            let event = EventRow(
                position: EventPosition(timestamp: row.integer(0), id: row.integer(1)), stream: row.integer(2),
                ingestion: row.integer(3))
            if let streams, !streams.contains(event.stream) { return true }
            return try read(event, row.textBytes(4)) == .goOn
        }
    }
}

/// A stored event, without its message.
struct EventRow: Sendable {
    var position: EventPosition
    var stream: Int64
    /// Milliseconds.
    var ingestion: Int64

    func event(_ message: UnsafeRawBufferPointer) -> StoredEvent {
        StoredEvent(
            position: position, stream: stream, ingestion: ingestion, message: String(decoding: message, as: UTF8.self))
    }
}
