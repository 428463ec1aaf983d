import CloudCore

/// A line of a function's log on its way into the store.
public struct LogEntry: Sendable, Equatable {
    /// The group's name; it is made where it is missing.
    public var group: String
    /// The stream's name; it is made where it is missing.
    public var stream: String
    /// When it was written.
    public var timestamp: Timestamp
    /// The line with its end, as Lambda's log has it.
    public var message: String

    /// A line.
    public init(group: String, stream: String, timestamp: Timestamp, message: String) {
        self.group = group
        self.stream = stream
        self.timestamp = timestamp
        self.message = message
    }

    /// Bytes that it takes while it waits, about.
    var weight: Int { message.utf8.count + 128 }
}
