import Synchronization

/// Where those who watch logs live are told of new events.
final class LiveTailBoard: Sendable {
    private let state = Mutex<(sessions: [UInt64: LiveTailSession], next: UInt64, isClosed: Bool)>(([:], 0, false))

    /// How many sessions there may be at once.
    static let limit = 15

    /// Whether anybody watches.
    var isWatched: Bool { state.withLock { !$0.sessions.isEmpty } }

    /// Adds a session. Returns nil where there are too many.
    func open(_ session: LiveTailSession) -> UInt64? {
        state.withLock { state in
            guard state.sessions.count < Self.limit, !state.isClosed else { return nil }
            state.next += 1
            state.sessions[state.next] = session
            return state.next
        }
    }

    func leave(_ number: UInt64) { state.withLock { $0.sessions[number] = nil } }

    /// Tells of events that were stored in a stream.
    func publish(_ events: [StoredEvent], stream: String, group: String) {
        guard !events.isEmpty else { return }
        let sessions = state.withLock { Array($0.sessions.values) }
        for session in sessions { session.take(events, stream: stream, group: group) }
    }

    /// Ends every session.
    func close() {
        let sessions = state.withLock { state in
            state.isClosed = true
            return Array(state.sessions.values)
        }
        for session in sessions { session.end() }
    }
}
