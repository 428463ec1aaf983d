import CloudCore
import JSONValue
import NIOCore

/// What the platform answers in a function's place when the function does not.
enum CallFailure: Sendable, Equatable {
    /// The time was up.
    case timeout(Duration)
    /// The process ended before it answered.
    case exit(ProcessEnd)
    /// An extension could not start or go on, or is gone.
    case extensionFailed(type: String, reason: String)
    /// The program cannot be started; the reason, as the system says it.
    case invalidEntrypoint(String)
    /// The response was longer than a response may be.
    case responseTooLarge
    /// The response stopped before its end.
    case truncatedResponse
    /// The response's mode is none that there is.
    case invalidResponseMode
    /// What the runtime reported, passed on as it came.
    case reported(ByteBuffer, contentType: String?, type: String)

    /// The error's type.
    var type: String {
        switch self {
        case .timeout: "Sandbox.Timedout"
        case .exit: "Runtime.ExitError"
        case .extensionFailed(let type, _): type
        case .invalidEntrypoint: "Runtime.InvalidEntrypoint"
        case .responseTooLarge: "Function.ResponseSizeTooLarge"
        case .truncatedResponse: "Runtime.TruncatedResponse"
        case .invalidResponseMode: "Runtime.InvalidResponseModeHeader"
        case .reported(_, _, let type): type
        }
    }

    /// The payload that the caller gets.
    func payload(requestID: String) -> ByteBuffer {
        let message: String
        switch self {
        case .reported(let payload, _, _): return payload
        case .timeout(let limit):
            message = "RequestId: \(requestID) Error: Task timed out after \(Self.secondsText(limit)) seconds"
        case .exit(let end): message = "RequestId: \(requestID) Error: \(end.reason)"
        case .extensionFailed(_, let reason): message = "RequestId: \(requestID) Error: \(reason)"
        case .invalidEntrypoint(let reason): message = "RequestId: \(requestID) Error: \(reason)"
        case .truncatedResponse: message = "RequestId: \(requestID) Error: Response was truncated"
        case .invalidResponseMode:
            message = "RequestId: \(requestID) Error: Invalid value of the response mode header"
        case .responseTooLarge:
            // The one payload that stands in the other order, and without the identifier.
            let body: JSONValue = [
                "errorMessage": .string(
                    "Response payload size exceeded maximum allowed payload size "
                        + "(\(LambdaLimits.responseBytes) bytes)."),
                "errorType": .string(type),
            ]
            return ByteBuffer(bytes: body.encoded())
        }
        let body: JSONValue = ["errorType": .string(type), "errorMessage": .string(message)]
        return ByteBuffer(bytes: body.encoded())
    }

    /// The content type of the payload.
    var contentType: String? {
        if case .reported(_, let contentType, _) = self { contentType } else { "application/json" }
    }

    /// How the report classes it.
    var status: CallReport.Status {
        switch self {
        case .timeout: .timeout
        case .reported, .responseTooLarge: .failure
        default: .error
        }
    }

    /// What the platform writes before the report: one event, whose type stands on a line of its own.
    func note(requestID: String, at moment: Timestamp) -> String? {
        switch self {
        case .timeout(let limit):
            "\(moment.iso8601WithMilliseconds) \(requestID) Task timed out after \(Self.secondsText(limit)) seconds"
        case .exit(let end): "RequestId: \(requestID) Error: \(end.reason)\n\(type)"
        case .invalidEntrypoint(let reason), .extensionFailed(_, let reason):
            "RequestId: \(requestID) Error: \(reason)\n\(type)"
        case .reported, .responseTooLarge, .truncatedResponse, .invalidResponseMode: nil
        }
    }

    private static func secondsText(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        let hundredths = milliseconds % 1000 / 10
        return "\(milliseconds / 1000).\(hundredths < 10 ? "0" : "")\(hundredths)"
    }
}
