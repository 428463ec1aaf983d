import Synchronization

/// Wakes whichever waiter a call has at the moment, once the call's connection has closed.
final class ClosingWaiter: Sendable {
    private let state = Mutex<(waiter: ReceiveWaiter?, isClosed: Bool)>((nil, false))

    func set(_ waiter: ReceiveWaiter) {
        let isClosed = state.withLock { state in
            state.waiter = waiter
            return state.isClosed
        }
        if isClosed { waiter.wake() }
    }

    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            return state.waiter
        }
        waiter?.wake()
    }
}
