import CloudCore
import NIOCore
import Synchronization

/// How a call ended.
enum CallOutcome: Sendable {
    /// The function, or the platform in its place, has answered.
    case answered(InvocationResult)
    /// Lambda could not carry the call out.
    case refused(ServiceError)

    /// The same, as observers are told it.
    var completed: CompletedInvocation.Outcome {
        switch self {
        case .answered(let result): .answered(result)
        case .refused(let error): .refused(error)
        }
    }
}

/// A call of a function, from its admission to its outcome, of which there is exactly one.
final class Call: Sendable {
    /// The call's identifier; the same on each attempt of an asynchronous call.
    let requestID: String
    /// The event, as it came.
    let payload: ByteBuffer
    /// The ARN that it was called by, with the qualifier if there was one.
    let invokedARN: String
    /// The client context, as JSON text.
    let clientContext: String?
    /// The Cognito identity, as JSON text.
    let cognitoIdentity: String?
    let traceID: String
    let tenantID: String?
    /// Takes a streamed response piece by piece, its head first; where it is nil, a streamed response is collected.
    let onResponsePiece: (@Sendable (ResponsePiece) async throws -> Void)?

    private struct State {
        var outcome: CallOutcome?
        var waiting: CheckedContinuation<CallOutcome, Never>?
    }
    private let state = Mutex(State())

    init(
        requestID: String, payload: ByteBuffer, invokedARN: String, clientContext: String? = nil,
        cognitoIdentity: String? = nil, traceID: String, tenantID: String? = nil,
        onResponsePiece: (@Sendable (ResponsePiece) async throws -> Void)? = nil
    ) {
        self.requestID = requestID
        self.payload = payload
        self.invokedARN = invokedARN
        self.clientContext = clientContext
        self.cognitoIdentity = cognitoIdentity
        self.traceID = traceID
        self.tenantID = tenantID
        self.onResponsePiece = onResponsePiece
    }

    /// Settles the call. Only the first outcome counts: a runtime that answers after its time is up changes nothing.
    @discardableResult
    func finish(_ outcome: CallOutcome) -> Bool {
        let (isFirst, waiting) = state.withLock { state in
            guard state.outcome == nil else { return (false, CheckedContinuation<CallOutcome, Never>?.none) }
            state.outcome = outcome
            defer { state.waiting = nil }
            return (true, state.waiting)
        }
        waiting?.resume(returning: outcome)
        return isFirst
    }

    /// Waits for the outcome. One waiter.
    func outcome() async -> CallOutcome {
        await withCheckedContinuation { continuation in
            let outcome = state.withLock { state in
                if state.outcome == nil { state.waiting = continuation }
                return state.outcome
            }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }
}
