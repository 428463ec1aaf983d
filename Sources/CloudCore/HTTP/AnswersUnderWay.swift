import Synchronization

/// The requests of one listener that are being answered, also those whose connection has gone: what stops the event loops has
/// to wait for them.
final class AnswersUnderWay: Sendable {
    private struct State {
        var count = 0
        var waiting: [SettledWait] = []
    }

    private let state = Mutex(State())

    func begin() { state.withLock { $0.count += 1 } }

    func end() {
        let waiting: [SettledWait] = state.withLock { state in
            state.count -= 1
            guard state.count == 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for wait in waiting { wait.end() }
    }

    /// Waits until no request is being answered, at most for a while.
    func settled(patience: Duration) async {
        let wait = SettledWait()
        let isBusy = state.withLock { state in
            if state.count > 0 { state.waiting.append(wait) }
            return state.count > 0
        }
        guard isBusy else { return }
        let limit = Task {
            try? await Task.sleep(for: patience)
            wait.end()
        }
        await wait.value()
        limit.cancel()
    }
}
