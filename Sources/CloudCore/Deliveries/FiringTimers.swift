import Synchronization

/// The timers of things that fire by themselves, one for each key: rules, schedules.
///
/// A timer has fired once everything that it set off is where it belongs, so that a clock that is turned comes to the
/// next one afterwards.
public final class FiringTimers<Key: Hashable & Sendable>: Sendable {
    private struct Armed {
        var id: CloudClock.TimerID
        var serial: UInt64
    }

    private struct State {
        var armed: [Key: Armed] = [:]
        var serial: UInt64 = 0
        var isStopped = false
    }

    /// In a type of its own: a closure in a generic container would be wrapped anew at each access.
    private struct Action: Sendable {
        let fire: @Sendable (Key, Timestamp) async -> Void
    }

    private let clock: CloudClock
    private let action: Action
    private let state = Mutex(State())

    /// No timers yet.
    ///
    /// - Parameter fire: called when a timer is due, with the moment at which it was to fire; returns when all is done.
    ///   It arms the next one.
    public init(clock: CloudClock, fire: @escaping @Sendable (_ key: Key, _ due: Timestamp) async -> Void) {
        self.clock = clock
        action = Action(fire: fire)
    }

    /// Sets the timer of a key, in place of the one that it had.
    public func arm(_ key: Key, at due: Timestamp) {
        state.withLock { state in
            guard !state.isStopped else { return }
            if let known = state.armed[key] { clock.cancel(known.id) }
            state.serial += 1
            let serial = state.serial
            let id = clock.schedule(at: due) { [weak self] in await self?.fire(key, serial, due) }
            state.armed[key] = Armed(id: id, serial: serial)
        }
    }

    /// Takes the timer of a key back.
    public func disarm(_ key: Key) {
        state.withLock { state in
            guard let known = state.armed.removeValue(forKey: key) else { return }
            clock.cancel(known.id)
        }
    }

    /// Takes all timers back, for good.
    public func stop() {
        state.withLock { state in
            state.isStopped = true
            for timer in state.armed.values { clock.cancel(timer.id) }
            state.armed = [:]
        }
    }

    private func fire(_ key: Key, _ serial: UInt64, _ due: Timestamp) async {
        let isCurrent = state.withLock { state in
            guard state.armed[key]?.serial == serial else { return false }
            state.armed[key] = nil
            return true
        }
        guard isCurrent else { return }
        let hold = clock.hold()
        await action.fire(key, due)
        hold.release()
    }
}

extension CloudClock {
    /// Whether a timer comes so late that this machine must have slept: longer than a minute of its own time. What was
    /// due in between was missed then; on a clock that merely runs fast it was not.
    public func wasAsleep(since due: Timestamp) -> Bool {
        guard case .running(let factor) = pace, factor > 0 else { return false }
        return Double((now - due).wholeMilliseconds) / factor > 60_000
    }
}
