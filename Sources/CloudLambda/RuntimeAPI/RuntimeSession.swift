/// What one runtime process has been given and has answered: the protocol's side of an execution environment, without
/// any input or output.
///
/// A runtime that takes one call at a time goes through ``RuntimeState`` as a whole. One that takes several is `Ready`
/// from its first request on, and each call goes through the states from `Running` by itself.
struct RuntimeSession: Sendable, Equatable {
    /// What a request for the next event leads to.
    enum NextEvent: Sendable, Equatable {
        /// Wait until there is one.
        case wait
        /// The event that was handed out already, again.
        case again(requestID: String)
    }

    private struct Exchange: Sendable, Equatable {
        var requestID: String
        var state: RuntimeState
    }

    /// Calls that the runtime takes at once.
    let capacity: Int
    private var base = RuntimeState.started
    private var exchanges: [Exchange] = []

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// The state of the runtime; of one that takes several calls, beside its calls.
    var state: RuntimeState { capacity == 1 ? exchanges.last?.state ?? base : base }

    /// Calls that were handed out and are not answered.
    var openRequestIDs: [String] { exchanges.filter { $0.state != .responseSent }.map(\.requestID) }

    /// The runtime asks for an event.
    mutating func next() throws(RuntimeRefusal) -> NextEvent {
        guard capacity == 1, let current = exchanges.last else {
            if base != .ready { try base.move(to: .ready) }
            return .wait
        }
        if current.state == .running { return .again(requestID: current.requestID) }
        var state = current.state
        try state.move(to: .ready)
        exchanges = []
        base = .ready
        return .wait
    }

    /// An event is handed to the runtime, which must be waiting for one.
    mutating func deliver(_ requestID: String) throws(RuntimeRefusal) {
        var state = state
        try state.move(to: .running)
        if capacity > 1 {
            // Answered calls are remembered for a while, so that a second answer is told apart from a wrong identifier.
            let answered = exchanges.filter { $0.state == .responseSent }
            if answered.count > capacity, let oldest = answered.first {
                exchanges.removeAll { $0 == oldest }
            }
        }
        exchanges.append(Exchange(requestID: requestID, state: state))
    }

    /// An answer begins to come in. A wrong identifier is told before a wrong state.
    mutating func beginAnswer(_ requestID: String, isError: Bool) throws(RuntimeRefusal) {
        guard let index = exchanges.firstIndex(where: { $0.requestID == requestID }) else { throw .invalidRequestID }
        try exchanges[index].state.move(to: isError ? .invocationErrorResponse : .invocationResponse)
    }

    /// The answer is complete.
    mutating func endAnswer(_ requestID: String) {
        guard let index = exchanges.firstIndex(where: { $0.requestID == requestID }) else { return }
        try? exchanges[index].state.move(to: .responseSent)
    }

    /// The runtime reports that it cannot start.
    mutating func reportInitError() throws(RuntimeRefusal) {
        var state = state
        try state.move(to: .initError)
        base = state
    }
}
