import CloudCore
import GRDB
import JSONValue

extension LogsService {
    // MARK: GetLogEvents

    func getLogEvents(_ input: LogsInput) throws -> JSONObject? {
        var input = input
        let streamName = input.require("logStreamName", try input.streamName())
        let start = try input.moment("startTime")
        let end = try input.moment("endTime")
        let limit = try input.integer("limit", in: 1...LogLimits.batchEvents) ?? LogLimits.batchEvents
        let startsFromHead = try input.flag("startFromHead")
        let tokenText = try input.text("nextToken")
        let groupName = try input.group(identity)
        guard let streamName else { return nil }
        let token = try tokenText.map { text in
            guard let token = StreamToken(text: text) else { throw ServiceError.invalidToken }
            return token
        }
        let now = now
        let events: [StoredEvent] = try database.read { database in
            let group = try Self.group(groupName, database)
            let stream = try Self.stream(streamName, in: group, database)
            var query = EventQuery(source: .stream(stream.number))
            query.from = max(start ?? 0, group.expiry(at: now) ?? 0)
            // The end is not part of what is asked for.
            query.through = end.map { $0 - 1 } ?? .max
            switch token {
            case .forward(let position): query.after = position
            case .backward(let position): (query.before, query.isDescending) = (position, true)
            case nil: query.isDescending = !startsFromHead
            }
            let events = try Self.page(query, limit: limit, database)
            return query.isDescending ? events.reversed() : events
        }
        let (forward, backward) = Self.tokens(around: events, asked: token)
        return [
            "events": .array(events.map { .object($0.description) }),
            "nextForwardToken": .string(forward.text), "nextBackwardToken": .string(backward.text),
        ]
    }

    /// As many events as fit into an answer; at least one, if there is any.
    private static func page(_ query: EventQuery, limit: Int, _ database: Database) throws -> [StoredEvent] {
        var events: [StoredEvent] = []
        var bytes = 0
        try query.each(database) { row, message in
            bytes += message.count + LogLimits.eventOverhead
            guard events.isEmpty || bytes <= LogLimits.pageBytes else { return .stop }
            events.append(row.event(message))
            return events.count < limit ? .goOn : .stop
        }
        return events
    }

    /// The tokens for what stands behind a page and in front of it. At an end, the token is the one that was sent.
    private static func tokens(
        around events: [StoredEvent], asked: StreamToken?
    ) -> (forward: StreamToken, backward: StreamToken) {
        if let first = events.first, let last = events.last {
            return (.forward(last.position), .backward(first.position))
        }
        switch asked {
        case .forward(var position):
            let forward = StreamToken.forward(position)
            position.id += 1
            return (forward, .backward(position))
        case .backward(var position):
            let backward = StreamToken.backward(position)
            position.id -= 1
            return (.forward(position), backward)
        case nil:
            return (.forward(.beginning), .backward(.beginning))
        }
    }
}
