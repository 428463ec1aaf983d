import Synchronization

/// The part of a service that runs only once its targets are there: the timers of what fires by itself, and the outbox
/// that takes to the targets what that left.
public final class ScheduledDeliveries<Key: Hashable & Sendable>: Sendable {
    private struct Running: Sendable {
        var outbox: DeliveryOutbox
        var timers: FiringTimers<Key>
        var report: @Sendable (String) -> Void
    }

    private let clock: CloudClock
    private let running = Mutex<Running?>(nil)

    /// Nothing fires and nothing is delivered yet.
    public init(clock: CloudClock) { self.clock = clock }

    /// Lets timers be set and deliveries begin. What the outbox holds already goes with the next ``wake()``.
    ///
    /// - Parameters:
    ///   - report: told, in a sentence, of what a person should know.
    ///   - fire: called when a timer is due, with the moment at which it was to fire; returns when all is done.
    ///   - replan: called when the clock was turned back: what lies ahead now is lived through again, and everything
    ///     that is scheduled fires in it.
    public func start(
        _ outbox: DeliveryOutbox, report: @escaping @Sendable (String) -> Void,
        fire: @escaping @Sendable (_ key: Key, _ due: Timestamp) async -> Void,
        replan: @escaping @Sendable () async -> Void
    ) {
        let timers = FiringTimers<Key>(clock: clock, fire: fire)
        running.withLock { $0 = Running(outbox: outbox, timers: timers, report: report) }
        clock.observeTurningBack { [weak self] in self?.turnedBack(replan) }
    }

    /// Ends the deliveries and the timers; what is left stays in the store.
    public func stop() async {
        let running = running.withLock { running in
            defer { running = nil }
            return running
        }
        running?.timers.stop()
        await running?.outbox.stop()
    }

    /// Sets the timer of a key, in place of the one that it had; without a moment, takes it back.
    ///
    /// - Parameter due: when it fires, in seconds since 1970; looked at only while there are timers.
    public func arm(_ key: Key, at due: () -> Int64?) {
        guard let timers = running.withLock({ $0?.timers }) else { return }
        if let due = due() {
            timers.arm(key, at: Timestamp(seconds: due))
        } else {
            timers.disarm(key)
        }
    }

    /// Tells that there is something in the outbox.
    public func wake() { running.withLock { $0?.outbox }?.wake() }

    /// Delivers what is in the outbox. Returns once the targets have what can be delivered now.
    public func pump() async { await running.withLock { $0?.outbox }?.pump() }

    /// Tells a person something.
    public func report(_ sentence: String) { running.withLock { $0 }?.report(sentence) }

    private func turnedBack(_ replan: @escaping @Sendable () async -> Void) {
        let hold = clock.hold()
        Task {
            await replan()
            self.wake()
            hold.release()
        }
    }
}
