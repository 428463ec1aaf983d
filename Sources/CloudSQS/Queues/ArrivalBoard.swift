import CloudCore
import Synchronization

/// Who waits for messages of which queue.
///
/// A waiter puts itself on the board before it looks once more whether there is something, and a message is in the
/// catalog before the board is told of it: so none is missed. One message wakes one waiter.
final class ArrivalBoard: Sendable {
    private struct Place {
        var waiters: [ReceiveWaiter] = []
        /// The timer for what next becomes visible by itself.
        var timer: (due: Int64, id: CloudClock.TimerID)?
    }

    private struct State {
        var places: [Int64: Place] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Whether nobody waits any more and nobody may.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    func isWaitedFor(_ queue: Int64) -> Bool { count(queue) > 0 }

    /// How many wait for a queue.
    func count(_ queue: Int64) -> Int { state.withLock { $0.places[queue]?.waiters.count ?? 0 } }

    /// Puts a waiter on the board; it is woken at once where the board is closed.
    func add(_ waiter: ReceiveWaiter, for queue: Int64) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.places[queue, default: Place()].waiters.append(waiter) }
            return state.isClosed
        }
        if isClosed { waiter.wake() }
    }

    func remove(_ waiter: ReceiveWaiter, from queue: Int64) {
        state.withLock { state in
            state.places[queue]?.waiters.removeAll { $0 === waiter }
        }
    }

    /// Wakes those who have waited longest.
    func wake(_ queue: Int64, count: Int) {
        guard count > 0 else { return }
        var left = count
        // One who was woken by something else at the same moment does not count.
        while left > 0, let waiter = next(queue) { if waiter.wake() { left -= 1 } }
    }

    private func next(_ queue: Int64) -> ReceiveWaiter? {
        state.withLock { state in
            guard state.places[queue]?.waiters.isEmpty == false else { return nil }
            return state.places[queue]?.waiters.removeFirst()
        }
    }

    /// Wakes everybody who waits for a queue.
    func wakeAll(_ queue: Int64) { wake(queue, count: .max) }

    /// Wakes everybody, for good.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.places = [:] }
            return state.places.values.flatMap(\.waiters)
        }
        for waiter in waiters { waiter.wake() }
    }

    /// Sees to it that a timer fires no later than told, as long as somebody waits. Answers a timer that is no longer
    /// needed.
    func arm(_ queue: Int64, due: Int64, schedule: () -> CloudClock.TimerID) -> CloudClock.TimerID? {
        let isNeeded = state.withLock { state in
            guard let place = state.places[queue], !place.waiters.isEmpty else { return false }
            return place.timer.map { due < $0.due } ?? true
        }
        guard isNeeded else { return nil }
        let id = schedule()
        return state.withLock { state in
            let old = state.places[queue]?.timer?.id
            state.places[queue]?.timer = (due, id)
            return old
        }
    }

    /// Notes that the timer has fired.
    func disarm(_ queue: Int64) { state.withLock { $0.places[queue]?.timer = nil } }
}
