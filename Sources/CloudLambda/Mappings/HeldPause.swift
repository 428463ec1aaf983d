import CloudCore
import Synchronization

/// A wait that ends with the clock held: whoever ends it hands over the hold, so that no moment passes in between.
final class HeldPause: Sendable {
    private enum State {
        case waiting(CheckedContinuation<ClockHold, Never>?)
        case ended(ClockHold?)
    }

    private let state = Mutex(State.waiting(nil))

    /// Returns once the pause has ended, with the hold.
    func hold() async -> ClockHold {
        await withCheckedContinuation { continuation in
            let early: ClockHold? = state.withLock { state in
                guard case .ended(let hold) = state else {
                    state = .waiting(continuation)
                    return nil
                }
                state = .ended(nil)
                return hold
            }
            if let early { continuation.resume(returning: early) }
        }
    }

    /// Ends it; a second time nothing happens, and the hold is let go.
    func end(with hold: ClockHold) {
        let (continuation, isFirst): (CheckedContinuation<ClockHold, Never>?, Bool) = state.withLock { state in
            guard case .waiting(let continuation) = state else { return (nil, false) }
            state = .ended(continuation == nil ? hold : nil)
            return (continuation, true)
        }
        continuation?.resume(returning: hold)
        if !isFirst { hold.release() }
    }
}
