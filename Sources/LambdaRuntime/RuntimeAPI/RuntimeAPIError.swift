/// Why a call of the Runtime API came to nothing.
enum RuntimeAPIError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No answer: the connection could not be made, or broke, or what came back was no HTTP.
    case unreachable(reason: String)
    /// The server said no.
    case refused(status: Int, answer: String)
    /// The server says that its environment is broken (500); a runtime must end without delay.
    case containerError(answer: String)
    /// An event without a request id, which nobody could answer.
    case missingRequestID
    /// An event that is larger than any Lambda sends, and is not kept in memory.
    case eventTooLarge(requestID: String, limit: Int)
    /// The wait was broken off because the environment ends.
    case stopped

    /// One sentence for the log.
    var description: String {
        switch self {
        case .unreachable(let reason): "the Runtime API does not answer: \(reason)"
        case .refused(let status, let answer): "the Runtime API refused with status \(status): \(answer)"
        case .containerError(let answer): "the Runtime API reports that the environment is broken: \(answer)"
        case .missingRequestID: "the Runtime API sent an event without Lambda-Runtime-Aws-Request-Id"
        case .eventTooLarge(_, let limit): "the event is larger than \(limit) bytes"
        case .stopped: "the environment is ending"
        }
    }
}
