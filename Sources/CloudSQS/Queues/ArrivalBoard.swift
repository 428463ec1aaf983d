import CloudCore
import Synchronization

/// Who waits for messages of which queue, and who wants to be told of them.
///
/// A waiter puts itself on the board before it looks once more whether there is something, and a message is in the
/// catalog before the board is told of it: so none is missed. One message wakes one waiter.
final class ArrivalBoard: Sendable {
    private struct Place {
        var waiters: [ReceiveWaiter] = []
        /// The timer for what next becomes visible by itself.
        var timer: (due: Int64, id: CloudClock.TimerID)?
    }

    /// Who is told of messages without receiving them. A type of its own, so that the closure is not wrapped anew at each
    /// access under the lock.
    private struct Observer {
        let number: UInt64
        let notify: @Sendable () -> Void
    }

    private struct State {
        var places: [Int64: Place] = [:]
        /// By ARN: a queue that is made anew is observed as the one before it was.
        var observers: [String: [Observer]] = [:]
        /// The ARNs of the observed queues that are there.
        var observed: [Int64: String] = [:]
        var nextNumber: UInt64 = 0
        var isClosed = false

        func isWatched(_ queue: Int64) -> Bool {
            observed[queue] != nil || places[queue]?.waiters.isEmpty == false
        }
    }

    private let state = Mutex(State())

    /// Whether nobody waits any more and nobody may.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Whether anybody wants to know of messages in a queue.
    func isWatched(_ queue: Int64) -> Bool { state.withLock { $0.isWatched(queue) } }

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
            defer { (state.places, state.observers, state.observed) = ([:], [:], [:]) }
            return state.places.values.flatMap(\.waiters)
        }
        for waiter in waiters { waiter.wake() }
    }

    // MARK: Observers

    /// Tells somebody of all messages that come to a queue, from now on. Answers by what the interest ends.
    func observe(_ arn: String, _ notify: @escaping @Sendable () -> Void) -> UInt64 {
        state.withLock { state in
            state.nextNumber += 1
            state.observers[arn, default: []].append(Observer(number: state.nextNumber, notify: notify))
            return state.nextNumber
        }
    }

    func stopObserving(_ arn: String, _ number: UInt64) {
        state.withLock { state in
            state.observers[arn]?.removeAll { $0.number == number }
            guard state.observers[arn]?.isEmpty == true else { return }
            state.observers[arn] = nil
            state.observed = state.observed.filter { $0.value != arn }
        }
    }

    /// Takes note of a queue that is there.
    func opened(_ queue: Int64, arn: String) {
        state.withLock { state in
            if state.observers[arn] != nil { state.observed[queue] = arn }
        }
    }

    /// Takes note of a queue that is no longer there.
    func closed(_ queue: Int64) {
        state.withLock { state in state.observed[queue] = nil }
        wakeAll(queue)
    }

    /// Tells those who observe a queue, before it returns.
    func notify(_ queue: Int64) {
        let observers = state.withLock { state in state.observed[queue].flatMap { state.observers[$0] } ?? [] }
        for observer in observers { observer.notify() }
    }

    // MARK: What becomes visible by itself

    /// Sees to it that a timer fires no later than told, as long as somebody waits. Answers a timer that is no longer
    /// needed.
    func arm(_ queue: Int64, due: Int64, schedule: () -> CloudClock.TimerID) -> CloudClock.TimerID? {
        let isNeeded = state.withLock { state in
            guard state.isWatched(queue) else { return false }
            return state.places[queue]?.timer.map { due < $0.due } ?? true
        }
        guard isNeeded else { return nil }
        let id = schedule()
        return state.withLock { state in
            let old = state.places[queue]?.timer?.id
            state.places[queue, default: Place()].timer = (due, id)
            return old
        }
    }

    /// Notes that the timer has fired.
    func disarm(_ queue: Int64) { state.withLock { $0.places[queue]?.timer = nil } }
}
