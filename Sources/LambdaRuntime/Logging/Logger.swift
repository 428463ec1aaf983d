import JSONValue

/// Writes a function's log: one line a call, as text or JSON, with the request id.
///
///     context.logger.info("stored", ["key": .string(key), "bytes": .init(count)])
///
/// Messages and fields are not even put together when their level is off.
public struct Logger: Sendable {
    /// Lines less important than this are dropped.
    public var level: LogLevel
    /// How lines look.
    public var format: LogFormat
    /// Fields that every line carries.
    public var fields: JSONObject
    private var requestID: String?
    private let sink: LogSink
    private let now: @Sendable () -> Int64

    /// A logger.
    ///
    /// - Parameter now: milliseconds since 1970, for the time of each line; nil for the time of day.
    public init(
        level: LogLevel = .info, format: LogFormat = .text, fields: JSONObject = [:],
        sink: LogSink = .standardOutput, now: (@Sendable () -> Int64)? = nil
    ) {
        self.level = level
        self.format = format
        self.fields = fields
        self.sink = sink
        self.now = now ?? WallClock.milliseconds
    }

    /// A logger as Lambda's log controls ask for it: `AWS_LAMBDA_LOG_FORMAT` (`JSON` or text) and `AWS_LAMBDA_LOG_LEVEL`
    /// (information and above where it is not set).
    public init(environment: Environment, sink: LogSink = .standardOutput) {
        self.init(
            level: environment["AWS_LAMBDA_LOG_LEVEL"].flatMap(LogLevel.init(name:)) ?? .info,
            format: environment["AWS_LAMBDA_LOG_FORMAT"]?.uppercased() == "JSON" ? .json : .text, sink: sink)
    }

    /// Writes a line, if its level is on.
    public func log(
        _ level: LogLevel, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> JSONObject = [:]
    ) {
        guard level >= self.level else { return }
        var all = self.fields
        for (name, value) in fields() { all[name] = value }
        sink(
            format.line(milliseconds: now(), level: level, requestID: requestID, message: message(), fields: all))
    }

    /// A logger whose lines carry these fields too.
    public func with(_ fields: JSONObject) -> Logger {
        var logger = self
        for (name, value) in fields { logger.fields[name] = value }
        return logger
    }

    /// A logger whose lines carry an invocation's id.
    func forRequest(_ id: String) -> Logger {
        var logger = self
        logger.requestID = id
        return logger
    }
}

extension Logger {
    /// Writes a line at level TRACE.
    public func trace(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> JSONObject = [:]) {
        log(.trace, message(), fields())
    }
    /// Writes a line at level DEBUG.
    public func debug(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> JSONObject = [:]) {
        log(.debug, message(), fields())
    }
    /// Writes a line at level INFO.
    public func info(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> JSONObject = [:]) {
        log(.info, message(), fields())
    }
    /// Writes a line at level WARN.
    public func warn(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> JSONObject = [:]) {
        log(.warn, message(), fields())
    }
    /// Writes a line at level ERROR.
    public func error(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> JSONObject = [:]) {
        log(.error, message(), fields())
    }
    /// Writes a line at level FATAL. Ends nothing.
    public func fatal(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> JSONObject = [:]) {
        log(.fatal, message(), fields())
    }
}
