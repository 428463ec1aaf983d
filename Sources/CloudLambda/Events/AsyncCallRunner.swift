/// Runs asynchronous calls.
protocol AsyncCallRunner: AnyObject, Sendable {
    /// What a function says of its asynchronous calls; nil while there is no such function.
    func asyncPolicy(of function: String) -> AsyncPolicy?
    /// Calls the function once.
    func attempt(_ event: QueuedEvent) async -> AttemptOutcome
}

/// What a function says of its asynchronous calls.
struct AsyncPolicy: Sendable {
    var functionARN: String
    var configuration: EventInvokeConfiguration
    var deadLetterTarget: String?
}
