import CloudCore

/// A line of a function's log.
public struct LogLine: Sendable, Equatable {
    /// Where a line comes from.
    public enum Origin: Sendable, Equatable {
        /// The function's process wrote it.
        case function
        /// The platform says when environments and calls begin and end: `INIT_START`, `START`, `END`, `REPORT`.
        case platform
    }

    /// The function's name.
    public var function: String
    /// The log group, `/aws/lambda/<name>` unless the function names another.
    public var group: String
    /// The log stream: one for each execution environment.
    public var stream: String
    /// The call during which it was written; nil outside of calls, and where several run at once.
    public var requestID: String?
    /// When it was written, by the cloud's clock.
    public var timestamp: Timestamp
    /// Where it comes from.
    public var origin: Origin
    /// The line, without its end. What is not UTF-8 has become replacement characters.
    public var text: String
}

/// Takes what functions log.
///
/// Called on the thread that reads what processes write: a sink that is slow holds back the functions, not memory.
public protocol LogSink: Sendable {
    /// Takes a line. Lines of one stream come in order.
    func append(_ line: LogLine)
}

/// Throws every line away.
public struct NoLogs: LogSink {
    /// A sink.
    public init() {}
    /// Nothing happens.
    public func append(_ line: LogLine) {}
}
