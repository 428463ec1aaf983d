/// The states of a runtime, as the Runtime API sees it. Whatever is not in the table is forbidden.
enum RuntimeState: String, Sendable, CaseIterable {
    /// The process runs and has not asked for an event yet.
    case started = "Started"
    /// It has reported that it cannot start.
    case initError = "InitError"
    /// It waits for an event.
    case ready = "Ready"
    /// It has an event.
    case running = "Running"
    /// Its response is coming in.
    case invocationResponse = "InvocationResponse"
    /// Its error is coming in.
    case invocationErrorResponse = "InvocationErrorResponse"
    /// It has answered.
    case responseSent = "ResponseSent"

    /// Every move that is allowed.
    static let transitions: [RuntimeState: Set<RuntimeState>] = [
        .started: [.ready, .initError],
        .initError: [],
        // A second request for the next event takes the place of the first.
        .ready: [.ready, .running],
        .running: [.invocationResponse, .invocationErrorResponse],
        .invocationResponse: [.responseSent],
        .invocationErrorResponse: [.responseSent],
        .responseSent: [.ready],
    ]

    /// Goes over into another state.
    ///
    /// - Throws: ``RuntimeRefusal/stateTransition(from:to:)``; the state is then what it was.
    mutating func move(to next: RuntimeState) throws(RuntimeRefusal) {
        guard Self.transitions[self]?.contains(next) == true else { throw .stateTransition(from: self, to: next) }
        self = next
    }
}
