import CloudCore
import GRDB
import JSONValue

extension LogsService {
    // MARK: FilterLogEvents

    func filterLogEvents(_ input: LogsInput) throws -> JSONObject? {
        var input = input
        let names = try input.streamNames("logStreamNames")
        let prefix = try input.streamName("logStreamNamePrefix")
        let start = try input.moment("startTime")
        let end = try input.moment("endTime")
        let limit = try input.integer("limit", in: 1...LogLimits.batchEvents) ?? LogLimits.batchEvents
        let tokenText = try input.text("nextToken")
        let pattern = try input.filterPattern("filterPattern") ?? .everything
        let groupName = try input.group(identity)
        if names != nil, prefix != nil {
            throw ServiceError.logs(
                .invalidParameter, "logStreamNamePrefix and logStreamNames are mutually exclusive parameters.")
        }
        let after = try tokenText.map { text in
            guard let position = EventPosition(text: text) else { throw ServiceError.invalidToken }
            return position
        }
        let now = now
        let page = try database.read { database in
            let group = try Self.group(groupName, database)
            var query = EventQuery(source: .group(group.number))
            if let names {
                let numbers = Set(try names.map { try Self.stream($0, in: group, database).number })
                query.source =
                    numbers.count == 1
                    ? .stream(numbers[numbers.startIndex]) : .streams(numbers, group: group.number)
            } else if let prefix {
                query.source = .streams(try Self.streams(prefix: prefix, in: group, database), group: group.number)
            }
            query.from = max(start ?? 0, group.expiry(at: now) ?? 0)
            query.through = end ?? .max
            query.after = after
            return try FilteredPage(query, pattern, limit: limit, database)
        }
        var output: JSONObject = [
            "events": .array(page.events.map { .object($0) }),
            // No longer filled in by the service.
            "searchedLogStreams": [],
        ]
        if let next = page.next { output["nextToken"] = .string(next.text) }
        return output
    }

    private static func streams(prefix: String, in group: LogGroup, _ database: Database) throws -> Set<Int64> {
        var numbers: Set<Int64> = []
        try database.each(
            "SELECT number FROM streams WHERE group_number = ? AND substr(name, 1, ?) = ?",
            [.integer(group.number), .integer(Int64(prefix.unicodeScalars.count)), .text(prefix)]
        ) { row in
            numbers.insert(row.integer(0))
            return true
        }
        return numbers
    }

    // MARK: TestMetricFilter

    func testMetricFilter(_ input: LogsInput) throws -> JSONObject? {
        var input = input
        let pattern = try input.filterPattern("filterPattern")
        _ = input.require("filterPattern", input.value("filterPattern"))
        let messages = input.require("logEventMessages", try input.texts("logEventMessages"))
        if let messages {
            input.checkLength("logEventMessages", messages.count, 1...50, shown: "[\(messages.count) messages]")
        }
        try input.finish()
        guard let pattern, let messages else { return nil }
        let matches = messages.enumerated().compactMap { index, message -> JSONValue? in
            guard let values = pattern.extract(from: message) else { return nil }
            return [
                "eventNumber": JSONValue(index + 1), "eventMessage": .string(message),
                "extractedValues": .object(JSONObject(values.map { ($0.name, .string($0.value)) })),
            ]
        }
        return ["matches": .array(matches)]
    }
}

/// One answer to a search: the events that were found, and where the search goes on.
struct FilteredPage {
    var events: [JSONObject] = []
    /// Nil where everything has been searched.
    var next: EventPosition?

    init(_ query: EventQuery, _ pattern: FilterPattern, limit: Int, _ database: Database) throws {
        var streams: [Int64: String?] = [:]
        var (searched, bytes) = (0, 0)
        var last = query.after
        try query.each(database) { row, message in
            // Whoever asks for the next page learns whether there is one more.
            guard searched < LogLimits.searchedEvents, events.count < limit, bytes < LogLimits.pageBytes else {
                next = last
                return .stop
            }
            searched += 1
            last = row.position
            guard pattern.matches(message) else { return .goOn }
            let name: String?
            if let known = streams[row.stream] {
                name = known
            } else {
                name = try database.first(
                    "SELECT name FROM streams WHERE number = ?", .integer(row.stream), read: { $0.text(0) })
                streams[row.stream] = .some(name)
            }
            // A stream that has been deleted, and whose events are about to be.
            guard let name else { return .goOn }
            bytes += message.count + LogLimits.eventOverhead
            let event = row.event(message)
            var description: JSONObject = ["logStreamName": .string(name)]
            for (name, value) in event.description { description[name] = value }
            description["eventId"] = .string(event.position.text)
            events.append(description)
            return .goOn
        }
    }
}
