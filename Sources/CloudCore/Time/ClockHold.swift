import Synchronization

/// Work that a clock is not turned past; see ``CloudClock/hold()``. Let go of once, by ``release()`` or when nobody keeps
/// it any more.
public final class ClockHold: Sendable {
    private let isHeld = Atomic(true)
    private let onRelease: @Sendable () -> Void

    init(onRelease: @escaping @Sendable () -> Void) { self.onRelease = onRelease }

    deinit { release() }

    /// The work is done. A second time nothing happens.
    public func release() {
        if isHeld.exchange(false, ordering: .acquiringAndReleasing) { onRelease() }
    }
}

/// Somebody who waits until nothing is held.
final class SettledWait: Sendable {
    private struct State {
        var hasEnded = false
        var continuation: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func value() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.continuation = continuation }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    func end() {
        let continuation = state.withLock { state in
            state.hasEnded = true
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume()
    }
}
