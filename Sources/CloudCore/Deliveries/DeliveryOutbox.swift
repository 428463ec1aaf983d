import GRDB
import Synchronization

/// Delivers what waits in an outbox, in the order in which it was put there, also what an earlier process left behind.
///
/// A delivery that fails for now is offered again, after a pause of the cloud's time that grows; those behind it go on.
/// The first round offers everything, whatever pauses an earlier process was in: what its targets lacked may be there now.
/// One that its target will never take, or that has used up its policy, is given up: it becomes a dead letter, which is a
/// delivery of its own, or is dropped.
public final class DeliveryOutbox: Sendable {
    /// What came of the last attempt at a delivery that is given up.
    public struct Failure: Sendable {
        /// What the target answered.
        public var error: ServiceError
        /// The limit that ended the attempts; nil where there was no point in another.
        public var condition: ExhaustedRetryCondition?
        /// Attempts after the first.
        public var retries: Int
    }

    /// What a service does in its own way.
    public struct Manner: Sendable {
        /// What an attempt delivers, where it differs from one to the next or takes the entry's number; attempts are
        /// counted from 1.
        public var payload: (@Sendable (_ entry: OutboxEntry, _ attempt: Int) -> OutboxEntry)?
        /// The dead letter of a delivery that is given up; nil where there are none.
        public var deadLetter: (@Sendable (_ entry: OutboxEntry, _ failure: Failure, _ target: String) -> Delivery)?
        /// Told of what is given up.
        public var givenUp: @Sendable (_ entry: OutboxEntry, _ failure: Failure) -> Void

        /// A manner with dead letters.
        ///
        /// - Parameter report: told, in a sentence, of what is given up.
        public init(
            payload: (@Sendable (_ entry: OutboxEntry, _ attempt: Int) -> OutboxEntry)? = nil,
            deadLetter: @escaping @Sendable (_ entry: OutboxEntry, _ failure: Failure, _ target: String) -> Delivery,
            report: @escaping @Sendable (String) -> Void
        ) {
            self.payload = payload
            self.deadLetter = deadLetter
            givenUp = { entry, failure in
                let delivery = entry.delivery
                let fate = entry.deadLetterTarget.map { "which goes to \($0)" } ?? "which is dropped"
                report("\(delivery.source): \(delivery.target) did not take an event, \(fate): \(failure.error)")
            }
        }

        /// A manner without dead letters.
        public init(
            payload: (@Sendable (_ entry: OutboxEntry, _ attempt: Int) -> OutboxEntry)? = nil,
            givenUp: @escaping @Sendable (_ entry: OutboxEntry, _ failure: Failure) -> Void
        ) {
            self.payload = payload
            self.givenUp = givenUp
        }
    }

    private struct State {
        var running: Task<Void, Never>?
        var again = false
        var hasOffered = false
        var timer: (id: CloudClock.TimerID, due: Timestamp)?
        var isStopping = false
    }

    private static let batch = 100

    private let database: StoreDatabase
    private let clock: CloudClock
    private let targets: any TargetDelivery
    private let manner: Manner
    private let state = Mutex(State())

    /// An outbox; call ``wake()`` to begin with what is there.
    public init(database: StoreDatabase, clock: CloudClock, targets: any TargetDelivery, manner: Manner) {
        self.database = database
        self.clock = clock
        self.targets = targets
        self.manner = manner
    }

    /// Tells that there is something in the outbox. The clock is not turned past this moment until it was offered.
    public func wake() {
        let hold = clock.hold()
        Task {
            await self.pump()
            hold.release()
        }
    }

    /// Offers everything that is due, also what is added meanwhile. Not to be awaited by a target that this delivers to.
    public func pump() async {
        let task = state.withLock { state -> Task<Void, Never>? in
            guard !state.isStopping else { return nil }
            if let running = state.running {
                state.again = true
                return running
            }
            let task = Task { await self.drain() }
            state.running = task
            return task
        }
        await task?.value
    }

    /// Ends the deliveries, once the one under way is done; the rest stays in the outbox.
    public func stop() async {
        end()
        await state.withLock { $0.running }?.value
    }

    /// Begins no more deliveries; ``stop()`` without waiting for the one under way.
    public func end() {
        let timer = state.withLock { state in
            state.isStopping = true
            defer { state.timer = nil }
            return state.timer
        }
        if let timer { clock.cancel(timer.id) }
    }

    /// How many deliveries are not done.
    public func count() throws -> Int {
        try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM deliveries") ?? 0 }
    }

    // MARK: Rounds

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func drain() async {
        while true {
            await offerAll()
            let isDone = state.withLock { state in
                if state.again, !state.isStopping {
                    state.again = false
                    return false
                }
                state.running = nil
                return true
            }
            if isDone { break }
        }
        armRetry()
    }

    private func offerAll() async {
        var last: Int64 = 0
        let isFirst = state.withLock { state in
            defer { state.hasOffered = true }
            return !state.hasOffered
        }
        while !isStopping {
            let after = last
            let now = clock.now
            // What waits longer than any pause lasts, waits for a clock that has been turned back since.
            let beyond = now + DeliveryPolicy.longestPause
            let entries = try? database.read { database in
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT * FROM deliveries WHERE id > ? AND (due <= ? OR due > ? OR ?)
                        ORDER BY id LIMIT \(Self.batch)
                        """, arguments: [after, now.milliseconds, beyond.milliseconds, isFirst]
                ).map(OutboxEntry.init)
            }
            guard let entries, let end = entries.last?.id else { return }
            last = end
            for entry in entries where !isStopping { await offer(entry) }
        }
    }

    private func offer(_ entry: OutboxEntry) async {
        let offered = manner.payload?(entry, entry.failures + 1) ?? entry
        do {
            try await targets.deliver(offered.delivery)
            try? await database.write { try Self.remove(entry.id, from: $0) }
        } catch {
            let error =
                error as? ServiceError
                ?? ServiceError("InternalFailure", UnexpectedFailure.message(for: error), status: 500)
            await failed(offered, error)
        }
    }

    private func failed(_ entry: OutboxEntry, _ error: ServiceError) async {
        let retry = entry.failures + 1
        let due = clock.now + DeliveryPolicy.pause(beforeRetry: retry)
        let condition: ExhaustedRetryCondition? =
            if retry > entry.policy.maximumRetryAttempts {
                .attempts
            } else if due - entry.occurred > .seconds(entry.policy.maximumEventAge) {
                .age
            } else {
                nil
            }
        guard !error.isTransient || condition != nil else {
            try? await database.write { database in
                try database.execute(
                    sql: "UPDATE deliveries SET due = ?, failures = ? WHERE id = ?",
                    arguments: [due.milliseconds, retry, entry.id])
            }
            return
        }
        let failure = Failure(
            error: error, condition: error.isTransient ? condition : nil, retries: entry.failures)
        await giveUp(entry, failure)
    }

    /// The dead letter takes the delivery's place in one transaction.
    private func giveUp(_ entry: OutboxEntry, _ failure: Failure) async {
        let letter = entry.deadLetterTarget.flatMap { target in
            manner.deadLetter.map { deadLetter in
                OutboxEntry(deadLetter(entry, failure, target), occurred: clock.now, context: entry.context)
            }
        }
        try? await database.write { database in
            try letter?.insert(into: database)
            try Self.remove(entry.id, from: database)
        }
        if letter != nil { state.withLock { $0.again = true } }
        manner.givenUp(entry, failure)
    }

    private static func remove(_ id: Int64, from database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM deliveries WHERE id = ?").execute(arguments: [id])
    }

    // MARK: Retries

    /// Sets the timer for the next delivery that waits.
    private func armRetry() {
        let first = try? database.read { try Int64.fetchOne($0, sql: "SELECT MIN(due) FROM deliveries") }
        guard let first else { return }
        // What is due already could not be taken out of the table: a failing disk is not tried without a pause.
        let due = max(Timestamp(milliseconds: first), clock.now + .seconds(1))
        state.withLock { state in
            guard !state.isStopping else { return }
            if let timer = state.timer {
                guard due < timer.due else { return }
                clock.cancel(timer.id)
            }
            let id = clock.schedule(at: due) { [weak self] in await self?.retry() }
            state.timer = (id, due)
        }
    }

    private func retry() async {
        let hold = clock.hold()
        state.withLock { $0.timer = nil }
        await pump()
        hold.release()
    }
}
