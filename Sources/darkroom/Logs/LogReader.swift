import AWSClient
import CloudCore
import JSONValue

/// Reads the events of a log group in order, and those that come after.
struct LogReader {
    /// An event, as a search finds it.
    struct Event {
        var identifier: String
        var timestamp: Timestamp
        var stream: String
        var message: String
    }

    /// Between two looks at a log that goes on.
    static let shortestPause = Duration.milliseconds(250)
    /// Between two looks at a log that stands.
    static let longestPause = Duration.seconds(2)
    /// Lines of several processes may be stored a little out of order: so much, in milliseconds, is looked at again.
    private static let overlap: Int64 = 100

    private let client: AWSClient
    private let group: String
    private let pattern: String?
    private var start: Int64
    private var token: String?
    private var isAtEnd = false
    /// What has been given out already, of the time that is looked at again.
    private var seen: [String: Int64] = [:]
    private var newest: Int64 = 0

    init(client: AWSClient, group: String, pattern: String?, from start: Timestamp) {
        self.client = client
        self.group = group
        self.pattern = pattern
        self.start = max(0, start.milliseconds)
    }

    /// The next events; nil at the end, and then, asked again, those that have come since.
    ///
    /// - Throws: `AWSError`, `TransportError`.
    mutating func nextPage() async throws -> [Event]? {
        if isAtEnd {
            isAtEnd = false
            return nil
        }
        var input: JSONObject = ["logGroupName": .string(group), "startTime": JSONValue(start)]
        if let pattern { input["filterPattern"] = .string(pattern) }
        if let token { input["nextToken"] = .string(token) }
        let answer: JSONValue
        do {
            answer = try await client.json(
                .cloudWatchLogs, operation: "FilterLogEvents", body: .object(input), idempotent: true)
        } catch AWSError.Code.resourceNotFound {
            // A function that has not logged anything yet, or whose log was deleted.
            answer = [:]
        }
        token = answer["nextToken"]?.string
        let events = (answer["events"]?.array ?? []).compactMap(Self.event).filter {
            seen.updateValue($0.timestamp.milliseconds, forKey: $0.identifier) == nil
        }
        newest = events.reduce(newest) { max($0, $1.timestamp.milliseconds) }
        seen = seen.filter { $0.value >= newest - Self.overlap }
        if token == nil {
            isAtEnd = true
            start = max(start, newest - Self.overlap)
        }
        return events
    }

    private static func event(_ value: JSONValue) -> Event? {
        guard let identifier = value["eventId"]?.string, let timestamp = value["timestamp"]?.int,
            let stream = value["logStreamName"]?.string, let message = value["message"]?.string
        else { return nil }
        return Event(
            identifier: identifier, timestamp: Timestamp(milliseconds: Int64(timestamp)), stream: stream,
            message: message)
    }

    /// The names of all groups.
    ///
    /// - Throws: `AWSError`, `TransportError`.
    static func groups(_ client: AWSClient) async throws -> [String] {
        var names: [String] = []
        var input: JSONObject = [:]
        repeat {
            let answer = try await client.json(
                .cloudWatchLogs, operation: "DescribeLogGroups", body: .object(input), idempotent: true)
            names += (answer["logGroups"]?.array ?? []).compactMap { $0["logGroupName"]?.string }
            input["nextToken"] = answer["nextToken"]
        } while input["nextToken"] != nil
        return names
    }
}
