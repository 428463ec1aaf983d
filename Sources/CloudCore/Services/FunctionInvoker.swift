import NIOCore

/// Calls functions: what the gateway, the schedules, the queues and the notifications know of Lambda.
public protocol FunctionInvoker: Sendable {
    /// Calls a function and waits for its answer.
    ///
    /// - Throws: ``ServiceError`` where Lambda refuses the call (no such function, throttled, payload too large). What
    ///   the function itself does wrong is an ``InvocationResult``.
    func invoke(_ invocation: Invocation) async throws -> InvocationResult

    /// Hands an event over to a function. When this returns, the event is stored durably and will be delivered at least
    /// once, with retries, or go where its failures go.
    ///
    /// - Returns: the request identifier.
    /// - Throws: ``ServiceError`` as for ``invoke(_:)``.
    func enqueue(_ invocation: Invocation) async throws -> String

    /// Whether there is such a function.
    ///
    /// - Parameter function: its name, `name:qualifier`, a partial or a whole ARN.
    func hasFunction(_ function: String) -> Bool
}

/// A call of a function.
public struct Invocation: Sendable {
    /// The function: its name, `name:qualifier`, a partial or a whole ARN.
    public var function: String
    /// A version or an alias, where it is not part of ``function``.
    public var qualifier: String?
    /// The event: JSON text.
    public var payload: ByteBuffer
    /// The caller's context for the function, as JSON text.
    public var clientContext: String?
    /// The caller's Cognito identity, as JSON text.
    public var cognitoIdentity: String?
    /// The `X-Amzn-Trace-Id` that the call belongs to.
    public var traceID: String?
    /// Who calls, in the log: `gateway`, `schedule cleaner`, `sqs orders`.
    public var source: String
    /// Takes the answer piece by piece, its head first, when the function streams it; the result's payload is then empty.
    public var onResponsePiece: (@Sendable (ResponsePiece) async throws -> Void)?

    /// A call.
    public init(
        function: String, qualifier: String? = nil, payload: ByteBuffer, clientContext: String? = nil,
        cognitoIdentity: String? = nil, traceID: String? = nil, source: String,
        onResponsePiece: (@Sendable (ResponsePiece) async throws -> Void)? = nil
    ) {
        self.function = function
        self.qualifier = qualifier
        self.payload = payload
        self.clientContext = clientContext
        self.cognitoIdentity = cognitoIdentity
        self.traceID = traceID
        self.source = source
        self.onResponsePiece = onResponsePiece
    }
}

/// What came of a call.
public struct InvocationResult: Sendable {
    /// What the function answered, or the error as JSON.
    public var payload: ByteBuffer
    /// The content type that the function gave with its answer.
    ///
    /// Of an answer that is not streamed, callers are not told it: `Invoke` says `application/json` of every answer, as
    /// Lambda does, and the gateways read JSON.
    public var contentType: String?
    /// `Unhandled` where the payload is an error.
    public var functionError: String?
    /// `$LATEST` or a number.
    public var executedVersion: String
    /// The identifier of the call.
    public var requestID: String
    /// The last 4 KB of what was logged during the call.
    public var logTail: [UInt8]
    /// The time the handler took.
    public var duration: Duration

    /// What came of a call.
    public init(
        payload: ByteBuffer, contentType: String? = nil, functionError: String? = nil,
        executedVersion: String = "$LATEST", requestID: String, logTail: [UInt8] = [], duration: Duration = .zero
    ) {
        self.payload = payload
        self.contentType = contentType
        self.functionError = functionError
        self.executedVersion = executedVersion
        self.requestID = requestID
        self.logTail = logTail
        self.duration = duration
    }
}
