import NIOCore

/// A call of a function that is over, as logs and replays know it.
public struct CompletedInvocation: Sendable {
    /// How a call ended.
    public enum Outcome: Sendable {
        /// The function answered, or failed: then the payload is its error.
        case answered(InvocationResult)
        /// Lambda could not carry the call out.
        case refused(ServiceError)
    }

    /// The function's name, without its ARN.
    public var function: String
    /// A version or an alias, where the call named one.
    public var qualifier: String?
    /// Who called: `gateway GET /`, `api`, `schedule cleaner`, `sqs orders`.
    public var source: String
    /// The call's identifier; the same for each attempt of an event.
    public var requestID: String
    /// Which attempt at an event this was, from 1; nil for a call whose caller waits.
    public var attempt: Int?
    /// The event.
    public var payload: ByteBuffer
    /// When it began, by the cloud's clock.
    public var start: Timestamp
    /// From the hand-over to the answer, in real time; the start of a process is part of it.
    public var duration: Duration
    /// How it ended.
    public var outcome: Outcome

    /// A call that is over.
    public init(
        function: String, qualifier: String? = nil, source: String, requestID: String, attempt: Int? = nil,
        payload: ByteBuffer, start: Timestamp, duration: Duration, outcome: Outcome
    ) {
        self.function = function
        self.qualifier = qualifier
        self.source = source
        self.requestID = requestID
        self.attempt = attempt
        self.payload = payload
        self.start = start
        self.duration = duration
        self.outcome = outcome
    }
}

extension CompletedInvocation {
    /// What went wrong, in a word or two; nil where the function answered.
    public var failure: String? {
        switch outcome {
        case .answered(let result): result.functionError
        case .refused(let error): error.code
        }
    }
}

/// Is told of every call that a function got, whoever made it.
public protocol InvocationObserver: Sendable {
    /// A call is over, and its caller will be answered once this returns: it must be quick.
    func invocationEnded(_ invocation: CompletedInvocation)
}
