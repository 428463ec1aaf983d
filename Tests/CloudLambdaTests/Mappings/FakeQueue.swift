import CloudCore
import CloudLambda
import Synchronization

/// A queue in memory: receipts, visibility and message groups as a queue has them, and nothing else.
final class FakeQueue: MessageSource {
    struct Message: Sendable {
        var id: String
        var body: String
        var group: String?
        var visible: Timestamp
        var receives = 0
    }

    private struct Observer: Sendable {
        let number: Int
        let notify: @Sendable () -> Void
    }

    private struct State: Sendable {
        var messages: [Message] = []
        var observers: [Observer] = []
        var sent = 0
        var numbers = 0
        var receives = 0
        var timeout: Int
        var refuses = false
        var isThere = true
    }

    static let standard = "arn:aws:sqs:us-east-1:000000000000:orders"
    static let fifo = "arn:aws:sqs:us-east-1:000000000000:orders.fifo"

    let arn: String
    private let clock: CloudClock
    private let state: Mutex<State>

    init(_ arn: String = FakeQueue.standard, clock: CloudClock, timeout: Int = 30) {
        self.arn = arn
        self.clock = clock
        state = Mutex(State(timeout: timeout))
    }

    /// What is in it, in order.
    var bodies: [String] { state.withLock { $0.messages.map(\.body) } }
    /// What can be received.
    var visible: [String] {
        let now = clock.now
        return state.withLock { $0.messages.filter { $0.visible <= now }.map(\.body) }
    }
    /// How often it was asked for messages.
    var receives: Int { state.withLock { $0.receives } }
    var isObserved: Bool { state.withLock { !$0.observers.isEmpty } }

    func setTimeout(_ seconds: Int) { state.withLock { $0.timeout = seconds } }
    /// Lets no call through.
    func setRefuses(_ refuses: Bool) { state.withLock { $0.refuses = refuses } }
    func setThere(_ isThere: Bool) { state.withLock { $0.isThere = isThere } }

    func send(_ bodies: String..., group: String? = nil) { send(bodies, group: group) }

    func send(_ bodies: [String], group: String? = nil) {
        let now = clock.now
        state.withLock { state in
            for body in bodies {
                state.sent += 1
                state.messages.append(Message(id: "m\(state.sent)", body: body, group: group, visible: now))
            }
        }
        tell()
    }

    private func tell() {
        for observer in state.withLock({ $0.observers }) { observer.notify() }
    }

    // MARK: MessageSource

    func visibilityTimeout(of queue: String) throws(ServiceError) -> Int {
        let timeout = state.withLock { $0.isThere && queue == arn ? $0.timeout : nil }
        guard let timeout else { throw ServiceError("AWS.SimpleQueueService.NonExistentQueue", "No such queue.") }
        return timeout
    }

    func receive(from queue: String, limit: Int, visibilityTimeout: Int) async throws -> [SourceMessage] {
        _ = try self.visibilityTimeout(of: queue)
        let now = clock.now
        let until = now + .seconds(visibilityTimeout)
        let received: [Message]? = state.withLock { state in
            state.receives += 1
            guard !state.refuses else { return nil }
            var received: [Message] = []
            var blocked: Set<String> = []
            for index in state.messages.indices where received.count < limit {
                let message = state.messages[index]
                if message.visible > now {
                    if let group = message.group { blocked.insert(group) }
                } else if !(message.group.map(blocked.contains) ?? false) {
                    state.messages[index].visible = until
                    state.messages[index].receives += 1
                    received.append(state.messages[index])
                }
            }
            return received
        }
        guard let received else { throw ServiceError("InternalError", "Not now.", status: 500) }
        if !received.isEmpty { show(at: until) }
        return received.map { message in
            SourceMessage(
                messageID: message.id, receiptHandle: "\(message.id)/\(message.receives)", body: message.body,
                bodyDigest: "d", attributes: [("ApproximateReceiveCount", String(message.receives))],
                groupID: message.group)
        }
    }

    /// Tells of what is visible again at some moment.
    private func show(at moment: Timestamp) {
        clock.schedule(at: moment) { [weak self] in
            guard let self, !visible.isEmpty else { return }
            tell()
        }
    }

    func delete(_ receiptHandles: [String], from queue: String) async throws {
        let refuses = state.withLock { state in
            if !state.refuses {
                state.messages.removeAll { receiptHandles.contains("\($0.id)/\($0.receives)") }
            }
            return state.refuses
        }
        if refuses { throw ServiceError("InternalError", "Not now.", status: 500) }
        // In a FIFO queue a group may have become free.
        if !visible.isEmpty { tell() }
        // Whoever was told may receive before this returns.
        for _ in 0..<20 { await Task.yield() }
    }

    func changeVisibility(
        of receiptHandles: [String], in queue: String, to seconds: Int
    ) async throws -> Set<String> {
        let now = clock.now
        let failed = state.withLock { state in
            var failed = Set(receiptHandles)
            for index in state.messages.indices {
                let handle = "\(state.messages[index].id)/\(state.messages[index].receives)"
                guard receiptHandles.contains(handle), state.messages[index].visible > now else { continue }
                state.messages[index].visible = now + .seconds(seconds)
                failed.remove(handle)
            }
            return failed
        }
        if seconds == 0 { tell() } else { show(at: now + .seconds(seconds)) }
        return failed
    }

    func observeArrivals(in queue: String, _ onArrival: @escaping @Sendable () -> Void) -> ArrivalObservation {
        let number = state.withLock { state in
            state.numbers += 1
            state.observers.append(Observer(number: state.numbers, notify: onArrival))
            return state.numbers
        }
        return ArrivalObservation { [weak self] in
            self?.state.withLock { $0.observers.removeAll { $0.number == number } }
        }
    }
}
