/// How much a log line matters. The names are those of Lambda's log controls.
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
    case trace = "TRACE"
    case debug = "DEBUG"
    case info = "INFO"
    case warn = "WARN"
    case error = "ERROR"
    case fatal = "FATAL"

    /// Reads a level in either case; nil for a word that names none.
    public init?(name: String) { self.init(rawValue: name.uppercased()) }

    /// Less important levels come first.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .warn: 3
        case .error: 4
        case .fatal: 5
        }
    }
}
