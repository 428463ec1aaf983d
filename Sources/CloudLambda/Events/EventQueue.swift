import CloudCore
import Foundation
import GRDB
import Synchronization

/// The asynchronous calls of all functions, kept in the store from their acceptance until they are done or given up.
///
/// An event whose attempt was under way when the process was killed is simply still there: it is tried again, which is
/// what "at least once" means.
final class EventQueue: Sendable {
    private struct State: Sendable {
        var inFlight: [String: Set<Int64>] = [:]
        var timers: [String: (id: CloudClock.TimerID, due: Timestamp)] = [:]
        var isStopping = false
        var running = 0
        var whenSettled: [CheckedContinuation<Void, Never>] = []
    }

    private struct Host: Sendable {
        weak var runner: (any AsyncCallRunner)?
        var outbox: DeliveryOutbox?
    }

    private let host = Mutex(Host())
    private let database: StoreDatabase
    private let clock: CloudClock
    private let settings: LambdaSettings
    private let state = Mutex(State())

    init(database: StoreDatabase, clock: CloudClock, settings: LambdaSettings) {
        self.database = database
        self.clock = clock
        self.settings = settings
    }

    /// Sets who runs the calls: once, before the first.
    func serve(_ runner: any AsyncCallRunner) { host.withLock { $0.runner = runner } }

    /// Sets what delivers the conclusions; answers what did so until now. Without one they wait in the store.
    func exchangeOutbox(for new: DeliveryOutbox?) -> DeliveryOutbox? {
        host.withLock { host in
            defer { host.outbox = new }
            return host.outbox
        }
    }

    private var runner: (any AsyncCallRunner)? { host.withLock { $0.runner } }

    /// Takes an event in. When this returns, it is stored.
    func append(_ event: QueuedEvent) async throws {
        try await database.write { try event.insert($0) }
        pump(event.function)
    }

    /// How many events of a function are not done.
    func count(_ function: String) throws -> Int {
        try database.read {
            try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM events WHERE function = ?", arguments: [function]) ?? 0
        }
    }

    /// Starts attempts at what is due, as many as may run at once, and sets a timer for the next.
    ///
    /// - Returns: the attempts that were started.
    @discardableResult
    func pump(_ function: String) -> [Task<Void, Never>] {
        let busy = state.withLock { $0.isStopping ? nil : $0.inFlight[function]?.count ?? 0 }
        guard let busy, runner?.asyncPolicy(of: function) != nil else { return [] }
        let room = settings.asynchronousCallsAtOnce - busy
        guard room > 0 else { return [] }
        let now = clock.now
        // What is in flight is still in the table, and still due.
        let found = try? database.read { database in
            (
                due: try Row.fetchAll(
                    database, sql: "SELECT * FROM events WHERE function = ? AND due <= ? ORDER BY due, id LIMIT ?",
                    arguments: [function, now.milliseconds, room + busy]
                ).map(QueuedEvent.init),
                next: try Int64.fetchOne(
                    database, sql: "SELECT MIN(due) FROM events WHERE function = ? AND due > ?",
                    arguments: [function, now.milliseconds])
            )
        }
        guard let found else { return [] }
        let started = state.withLock { state in
            guard !state.isStopping else { return [QueuedEvent]() }
            var started: [QueuedEvent] = []
            for event in found.due where started.count < room {
                guard let id = event.id, state.inFlight[function, default: []].insert(id).inserted else { continue }
                state.running += 1
                started.append(event)
            }
            return started
        }
        if let next = found.next { setTimer(function, Timestamp(milliseconds: next)) }
        return started.map { event in
            // What is due belongs to this moment: a clock that is turned waits for it.
            let hold = clock.hold()
            return Task {
                await self.attempt(event)
                hold.release()
            }
        }
    }

    private func setTimer(_ function: String, _ due: Timestamp) {
        state.withLock { state in
            if let known = state.timers[function] {
                guard due < known.due else { return }
                clock.cancel(known.id)
            }
            // The timer is done once the attempts are: a clock that is turned forward then finds everything settled.
            let id = clock.schedule(at: due) { [weak self] in await self?.timerFired(function) }
            state.timers[function] = (id, due)
        }
    }

    private func timerFired(_ function: String) async {
        state.withLock { $0.timers[function] = nil }
        for attempt in pump(function) { await attempt.value }
    }

    // MARK: Attempts

    private func attempt(_ event: QueuedEvent) async {
        await tryOnce(event)
        let waiting = state.withLock { state in
            if let id = event.id { state.inFlight[event.function]?.remove(id) }
            state.running -= 1
            guard state.running == 0, state.isStopping else { return [CheckedContinuation<Void, Never>]() }
            defer { state.whenSettled = [] }
            return state.whenSettled
        }
        for continuation in waiting { continuation.resume() }
        pump(event.function)
    }

    private func tryOnce(_ event: QueuedEvent) async {
        guard let runner, let policy = runner.asyncPolicy(of: event.function) else { return }
        if isTooOld(event, at: clock.now, policy) {
            return await conclude(event, policy, .eventAgeExceeded, invokeCount: event.failures, nil)
        }
        switch await runner.attempt(event) {
        case .leave: return
        case .unknownFunction: await remove(event)
        case .noConcurrency:
            await conclude(event, policy, .zeroReservedConcurrency, invokeCount: event.failures, nil)
        case .refused:
            let seconds = min(300, 1 << min(event.refusals, 9))
            await postpone(event, by: .seconds(seconds), policy, nil) { $0.refusals += 1 }
        case .ran(let result):
            guard result.functionError != nil else {
                return await conclude(event, policy, .success, invokeCount: event.failures + 1, result)
            }
            guard event.failures < policy.configuration.maximumRetryAttempts else {
                return await conclude(event, policy, .retriesExhausted, invokeCount: event.failures + 1, result)
            }
            let delays = settings.retryDelays
            let delay = event.failures < delays.count ? delays[event.failures] : delays.last ?? .zero
            await postpone(event, by: delay, policy, result) {
                $0.failures += 1
                $0.refusals = 0
            }
        }
    }

    private func isTooOld(_ event: QueuedEvent, at moment: Timestamp, _ policy: AsyncPolicy) -> Bool {
        moment - event.enqueued > .seconds(policy.configuration.maximumEventAge)
    }

    /// Tries again later, unless the event will be too old by then.
    private func postpone(
        _ event: QueuedEvent, by delay: Duration, _ policy: AsyncPolicy, _ result: InvocationResult?,
        _ change: (inout QueuedEvent) -> Void
    ) async {
        var later = event
        change(&later)
        later.due = clock.now + delay
        guard !isTooOld(event, at: later.due, policy) else {
            return await conclude(event, policy, .eventAgeExceeded, invokeCount: later.failures, result)
        }
        let changed = later
        try? await database.write { database in
            try database.execute(
                sql: "UPDATE events SET due = ?, failures = ?, refusals = ? WHERE id = ?",
                arguments: [changed.due.milliseconds, changed.failures, changed.refusals, changed.id])
        }
    }

    private func remove(_ event: QueuedEvent) async {
        try? await database.write { try $0.execute(sql: "DELETE FROM events WHERE id = ?", arguments: [event.id]) }
    }

    /// Lets the event go, and in the same transaction puts what is to be told of it into the outbox: no crash loses one
    /// or doubles the other.
    private func conclude(
        _ event: QueuedEvent, _ policy: AsyncPolicy, _ condition: AsyncCondition, invokeCount: Int,
        _ result: InvocationResult?
    ) async {
        let conclusion = AsyncConclusion(
            event: event, functionARN: policy.functionARN, condition: condition, invokeCount: invokeCount,
            result: result, moment: clock.now)
        let deliveries = conclusion.deliveries(policy)
        do {
            try await database.write { database in
                for delivery in deliveries { try delivery.insert(into: database) }
                try database.execute(sql: "DELETE FROM events WHERE id = ?", arguments: [event.id])
            }
        } catch {
            // The event is still there, and is tried again.
            return
        }
        // The attempt's hold on the clock lasts until the outbox has its own.
        if !deliveries.isEmpty { host.withLock { $0.outbox }?.wake() }
    }

    // MARK: Ending

    /// Starts no more attempts.
    func stop() {
        let timers = state.withLock { state in
            state.isStopping = true
            defer { state.timers = [:] }
            return state.timers
        }
        for timer in timers.values { clock.cancel(timer.id) }
    }

    /// Returns once every attempt that was under way has ended.
    func settled() async {
        await withCheckedContinuation { continuation in
            let isSettled = state.withLock { state in
                if state.running > 0 { state.whenSettled.append(continuation) }
                return state.running == 0
            }
            if isSettled { continuation.resume() }
        }
    }
}
