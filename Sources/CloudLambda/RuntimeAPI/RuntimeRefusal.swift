import CloudCore
import JSONValue
import NIOCore

/// What the Runtime API answers to a peer that does something wrong.
enum RuntimeRefusal: Error, Sendable, Equatable {
    case invalidRequestID
    case stateTransition(from: RuntimeState, to: RuntimeState)
    case responseTooLarge
    case invalidResponseMode
    case truncated
    /// The environment is being ended.
    case ending

    /// Status, type and message of every refusal.
    private var parts: (status: Int, type: String, message: String) {
        switch self {
        case .invalidRequestID: (400, "InvalidRequestID", "Invalid request ID")
        case .stateTransition(let from, let to):
            (
                403, "InvalidStateTransition",
                "State transition from \(from.rawValue) to \(to.rawValue) failed for runtime. "
                    + "Error: State transition is not allowed"
            )
        case .responseTooLarge:
            (
                413, "RequestEntityTooLarge",
                "Exceeded maximum allowed payload size (\(LambdaLimits.responseBytes) bytes)."
            )
        case .invalidResponseMode: (400, "InvalidFunctionResponseMode", "Invalid function response mode")
        case .truncated: (400, "TruncatedHTTPRequest", "HTTP request detected as truncated")
        case .ending: (500, "InternalServerError", "Internal Server Error")
        }
    }

    var response: CloudResponse {
        let body: JSONValue = ["errorMessage": .string(parts.message), "errorType": .string(parts.type)]
        return CloudResponse(
            status: parts.status, headers: ["Content-Type": "application/json"],
            body: .bytes(ByteBuffer(bytes: body.encoded())))
    }
}

/// Limits of the service, in bytes unless said otherwise.
enum LambdaLimits {
    /// A response: 6 MiB and 100 bytes.
    static let responseBytes = 6_291_556
    /// The event of a synchronous call.
    static let synchronousEventBytes = 6_291_456
    /// The event of an asynchronous call.
    static let asynchronousEventBytes = 1_048_576
    /// The event of the older asynchronous call (`InvokeAsync`).
    static let olderAsynchronousEventBytes = 262_144
    /// All of a streamed response.
    static let streamedResponseBytes = 209_715_200
    /// `X-Amz-Client-Context`, encoded.
    static let clientContextBytes = 3583
    /// An error that a runtime reports.
    static let errorBytes = responseBytes
    /// The cause of an error that a runtime reports for the trace, in a header field.
    static let errorCauseBytes = 1_048_576
    /// What an extension registers with, or reports.
    static let extensionRequestBytes = 262_144
    /// An archive that comes in a request.
    static let archiveBytes = 52_428_800
    /// How long an environment may take to start before the start counts against the call's time.
    static let initPhase = Duration.seconds(10)
}
