import CloudCore
import JSONValue
import NIOCore

/// What an extension can ask to be told.
enum ExtensionEventType: String, Sendable, CaseIterable {
    case invoke = "INVOKE"
    case shutdown = "SHUTDOWN"
}

/// Why an environment is shut down.
enum ShutdownReason: String, Sendable {
    /// It is not needed any more.
    case spindown
    /// A call, or the start, took too long.
    case timeout
    /// The runtime or an extension has failed.
    case failure
}

/// What an extension is told.
enum ExtensionEvent: Sendable, Equatable {
    /// Milliseconds since the epoch, by the machine's clock.
    case invoke(requestID: String, functionARN: String, traceID: String, deadline: Int64)
    case shutdown(ShutdownReason, deadline: Int64)

    private var body: JSONValue {
        switch self {
        case .invoke(let requestID, let functionARN, let traceID, let deadline):
            [
                "eventType": "INVOKE", "deadlineMs": JSONValue(deadline), "requestId": .string(requestID),
                "invokedFunctionArn": .string(functionARN),
                "tracing": ["type": "X-Amzn-Trace-Id", "value": .string(traceID)],
            ]
        case .shutdown(let reason, let deadline):
            ["eventType": "SHUTDOWN", "shutdownReason": .string(reason.rawValue), "deadlineMs": JSONValue(deadline)]
        }
    }

    func response(identifier: String) -> CloudResponse {
        CloudResponse(
            status: 200,
            headers: ["Content-Type": "application/json", "Lambda-Extension-Event-Identifier": identifier],
            body: .bytes(ByteBuffer(bytes: body.encoded())))
    }
}
