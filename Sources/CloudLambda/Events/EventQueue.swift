import CloudCore
import Foundation
import GRDB
import NIOCore
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
    }

    private let host = Mutex(Host())
    private let database: StoreDatabase
    private let clock: CloudClock
    private let settings: LambdaSettings
    private let destinations: any DestinationSender
    private let state = Mutex(State())

    init(
        database: StoreDatabase, clock: CloudClock, settings: LambdaSettings, destinations: any DestinationSender
    ) {
        self.database = database
        self.clock = clock
        self.settings = settings
        self.destinations = destinations
    }

    /// Sets who runs the calls: once, before the first.
    func serve(_ runner: any AsyncCallRunner) { host.withLock { $0.runner = runner } }

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

    /// Tells whom it concerns, then lets the event go: told twice is better than never.
    private func conclude(
        _ event: QueuedEvent, _ policy: AsyncPolicy, _ condition: AsyncCondition, invokeCount: Int,
        _ result: InvocationResult?
    ) async {
        let conclusion = AsyncConclusion(
            event: event, functionARN: policy.functionARN, condition: condition, invokeCount: invokeCount,
            result: result, moment: clock.now)
        let succeeded = condition == .success
        if let target = succeeded ? policy.configuration.onSuccess : policy.configuration.onFailure {
            let message = DestinationMessage(
                kind: .record(succeeded: succeeded), functionARN: policy.functionARN, body: conclusion.record,
                attributes: [])
            await send(message, to: target, from: event, policy)
        }
        if !succeeded, let target = policy.deadLetterTarget {
            await send(conclusion.deadLetter, to: target, from: event, policy)
        }
        await remove(event)
    }

    private func send(
        _ message: DestinationMessage, to target: String, from event: QueuedEvent, _ policy: AsyncPolicy
    ) async {
        do {
            if target.split(separator: ":").dropFirst(2).first == "lambda" {
                try await policy.enqueue(target, message.body, event.traceID)
            } else {
                try await destinations.send(message, to: target)
            }
        } catch {
            policy.report("The result of \(event.requestID) cannot be delivered to \(target): \(error)")
        }
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

/// Runs asynchronous calls.
protocol AsyncCallRunner: AnyObject, Sendable {
    /// What a function says of its asynchronous calls; nil while there is no such function.
    func asyncPolicy(of function: String) -> AsyncPolicy?
    /// Calls the function once.
    func attempt(_ event: QueuedEvent) async -> AttemptOutcome
}

/// What a function says of its asynchronous calls.
struct AsyncPolicy: Sendable {
    var functionARN: String
    var configuration: EventInvokeConfiguration
    var deadLetterTarget: String?
    /// Hands a record over to a function.
    var enqueue: @Sendable (_ function: String, _ payload: ByteBuffer, _ traceID: String) async throws -> Void
    /// Says in the function's log what went wrong.
    var report: @Sendable (String) -> Void
}
