import JSONValue

/// A log event, as it is put.
struct LogEvent: Sendable, Equatable {
    /// Milliseconds.
    var timestamp: Int64
    var message: String

    /// Bytes that it counts for.
    var size: Int { message.utf8.count + LogLimits.eventOverhead }
}

/// A log event, as it is stored.
struct StoredEvent: Sendable, Equatable {
    var position: EventPosition
    var stream: Int64
    var ingestion: Int64
    var message: String

    /// As `GetLogEvents` tells it.
    var description: JSONObject {
        [
            "timestamp": JSONValue(position.timestamp), "message": .string(message),
            "ingestionTime": JSONValue(ingestion),
        ]
    }
}

/// How much of everything there may be. Source: the service's model and the quotas of CloudWatch Logs.
enum LogLimits {
    /// What each event counts for beside its message, in bytes.
    static let eventOverhead = 26
    /// Bytes of an event.
    static let eventBytes = 1_048_576
    /// Bytes of one put.
    static let batchBytes = 1_048_576
    /// Events of one put, and of one answer.
    static let batchEvents = 10_000
    /// Bytes of messages in one answer.
    static let pageBytes = 1_048_576
    /// Events that one request looks through before it answers with what it has and a token.
    static let searchedEvents = 200_000
    /// A day in milliseconds.
    static let day: Int64 = 86_400_000
    /// How old an event may be when it is put.
    static let oldest: Int64 = 14 * day
    /// How far an event may lie in the future when it is put.
    static let newest: Int64 = 2 * 3_600_000
    /// How much time the events of one put may span.
    static let span: Int64 = day
}
