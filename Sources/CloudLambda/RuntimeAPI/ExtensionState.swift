/// The states of an extension, as the Extensions API sees it. Whatever is not in the table is forbidden.
enum ExtensionState: String, Sendable, CaseIterable {
    /// Its program runs and has not registered yet.
    case started = "Started"
    /// It has registered, and goes on starting.
    case registered = "Registered"
    /// It waits for an event.
    case ready = "Ready"
    /// It has an event.
    case running = "Running"
    /// It has reported that it cannot start.
    case initError = "InitError"
    /// It has reported that it cannot go on.
    case exitError = "ExitError"

    /// Every move that is allowed.
    static let transitions: [ExtensionState: Set<ExtensionState>] = [
        .started: [.registered],
        .registered: [.ready, .initError, .exitError],
        .ready: [.running, .exitError],
        .running: [.ready, .exitError],
        // An error may be reported again; the first one counts.
        .initError: [.initError],
        .exitError: [.exitError],
    ]

    /// Goes over into another state.
    ///
    /// - Throws: ``ExtensionRefusal/stateTransition(from:to:of:)``; the state is then what it was.
    mutating func move(to next: ExtensionState, of name: String) throws(ExtensionRefusal) {
        guard Self.transitions[self]?.contains(next) == true else {
            throw .stateTransition(from: self, to: next, of: name)
        }
        self = next
    }
}
