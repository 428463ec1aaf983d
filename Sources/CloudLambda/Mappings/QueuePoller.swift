import CloudCore
import Synchronization

/// Takes the messages of one mapping's queue to its function.
///
/// Nothing runs while there is nothing to do: an arrival wakes the poller, it receives for as long as there is room for
/// another batch, and each batch runs in a task of its own. From the arrival until the last batch is settled the clock is
/// held, except while the poller waits for the clock itself: for a window to close, or to try again.
final class QueuePoller: Sendable {
    /// What a poller works with.
    struct Context: Sendable {
        let source: any MessageSource
        let functions: any FunctionInvoker
        let clock: CloudClock
    }

    /// Messages that are on their way into one event, or more where they are too large for one.
    struct Batch: Sendable {
        var records: [QueueRecord]
        /// Since when it could have been run.
        var ready: Timestamp
        /// When its messages are visible again.
        var hiddenUntil: Timestamp
    }

    /// Messages that wait for their window to close.
    struct Gathering: Sendable {
        var records: [QueueRecord] = []
        var size = 0
        let closes: Timestamp
        var hiddenUntil: Timestamp
        var timer: CloudClock.TimerID?
    }

    struct State: Sendable {
        var mapping: EventSourceMapping
        var filter: MessageFilter?
        var scale: PollerScale
        var isOn = false
        var isReceiving = false
        /// Something has arrived since the last receive began.
        var hasNews = false
        /// A rest after failures.
        var rest: CloudClock.TimerID?
        var growth: CloudClock.TimerID?
        var gathering: Gathering?
        var ready: [Batch] = []
        var inFlight = 0
        var busyGroups: Set<String> = []
        var problem: MappingProblem?
        var hasProcessed = false
        var observation: ArrivalObservation?
        /// Those who wait to try once more.
        var pauses: [HeldPause] = []
        var whenSettled: [CheckedContinuation<Void, Never>] = []

        /// Whether another batch may be received.
        var hasRoom: Bool { isOn && rest == nil && ready.isEmpty && inFlight < scale.allowed }
        /// Whether anything is under way.
        var isBusy: Bool { isReceiving || inFlight > 0 }
    }

    let context: Context
    let state: Mutex<State>

    var clock: CloudClock { context.clock }

    init(_ mapping: EventSourceMapping, filter: MessageFilter?, context: Context) {
        self.context = context
        state = Mutex(
            State(
                mapping: mapping, filter: filter,
                scale: PollerScale(isFIFO: mapping.isFIFO, maximumConcurrency: mapping.maximumConcurrency)))
    }

    // MARK: On and off

    /// Whether anything is under way.
    var isBusy: Bool { state.withLock { $0.isBusy } }

    /// How the last batch ended; nil before the first.
    var lastResult: String? {
        state.withLock { state in state.problem?.rawValue ?? (state.hasProcessed ? "OK" : nil) }
    }

    /// Begins to take messages, if the mapping is enabled.
    func start() {
        let queue: String? = state.withLock { state in
            guard state.mapping.isEnabled, !state.isOn else { return nil }
            state.isOn = true
            return state.mapping.source
        }
        guard let queue else { return }
        let observation = context.source.observeArrivals(in: queue) { [weak self] in self?.wake() }
        state.withLock { state in
            if state.isOn { state.observation = observation }
        }
        wake()
    }

    /// Takes over a mapping that was changed. Batches under way end as they began.
    func apply(_ mapping: EventSourceMapping, filter: MessageFilter?) {
        state.withLock { state in
            if mapping.maximumConcurrency != state.mapping.maximumConcurrency {
                state.scale = PollerScale(isFIFO: mapping.isFIFO, maximumConcurrency: mapping.maximumConcurrency)
            }
            state.mapping = mapping
            state.filter = filter
        }
        if !mapping.isEnabled { return stop() }
        start()
        wake()
    }

    /// Takes no more messages. What was received and not handed over is shown again.
    func stop() {
        let (left, timers, pauses, queue) = state.withLock { state in
            state.isOn = false
            state.observation = nil
            let left = state.ready.flatMap(\.records) + (state.gathering?.records ?? [])
            let timers = [state.rest, state.growth, state.gathering?.timer].compactMap(\.self)
            let pauses = state.pauses
            (state.ready, state.gathering, state.rest, state.growth, state.pauses) = ([], nil, nil, nil, [])
            return (left, timers, pauses, state.mapping.source)
        }
        for timer in timers { clock.cancel(timer) }
        for pause in pauses { pause.end(with: clock.hold()) }
        giveBack(left, to: queue)
    }

    /// Returns once nothing is under way any more.
    func settled() async {
        await withCheckedContinuation { continuation in
            let isSettled = state.withLock { state in
                if state.isBusy { state.whenSettled.append(continuation) }
                return !state.isBusy
            }
            if isSettled { continuation.resume() }
        }
    }

    /// Shows messages again that will not be handed over after all.
    func giveBack(_ records: [QueueRecord], to queue: String) {
        guard !records.isEmpty else { return }
        let hold = clock.hold()
        state.withLock { $0.inFlight += 1 }
        Task {
            // Where that fails they are visible again after their time.
            _ = try? await context.source.changeVisibility(of: records.map(\.receiptHandle), in: queue, to: 0)
            leave()
            hold.release()
        }
    }

    /// One thing less is under way.
    func leave(_ change: (inout State) -> Void = { _ in }) {
        let (waiting, growth) = state.withLock { state in
            state.inFlight -= 1
            change(&state)
            return Self.settle(&state)
        }
        if let growth { clock.cancel(growth) }
        for continuation in waiting { continuation.resume() }
    }

    /// What is to be done when nothing is under way any more.
    private static func settle(
        _ state: inout State
    ) -> (waiting: [CheckedContinuation<Void, Never>], growth: CloudClock.TimerID?) {
        guard !state.isBusy else { return ([], nil) }
        state.scale.rest()
        defer { (state.whenSettled, state.growth) = ([], nil) }
        return (state.whenSettled, state.growth)
    }

    // MARK: Receiving

    /// Something may have arrived, or there may be room again. Quick, and called within whatever brought it about: when
    /// this returns, the clock is held if there is something to do.
    func wake() {
        let hold: ClockHold? = state.withLock { state in
            if state.isReceiving {
                state.hasNews = true
                return nil
            }
            guard state.hasRoom else { return nil }
            state.isReceiving = true
            state.hasNews = false
            return clock.hold()
        }
        guard let hold else { return }
        Task {
            await receive()
            hold.release()
        }
    }

    /// What to receive.
    private struct Demand {
        var mapping: EventSourceMapping
        var filter: MessageFilter?
        var limit: Int
        /// Seconds that the window stays open.
        var windowLeft: Int
    }

    private func receive() async {
        var isDrained = false
        var failures = 0
        while let demand = demand(isDrained: isDrained) {
            let queue = demand.mapping.source
            do {
                let hidden = min(try visibilityTimeout(of: queue) + demand.windowLeft, 43_200)
                let hiddenUntil = clock.now + .seconds(hidden)
                let messages = try await context.source.receive(
                    from: queue, limit: demand.limit, visibilityTimeout: hidden)
                isDrained = messages.isEmpty
                failures = 0
                if !isDrained { await take(messages, demand, hiddenUntil: hiddenUntil) }
            } catch {
                state.withLock { $0.problem = .queueUnavailable }
                isDrained = true
                // Of a queue that is made anew the poller will hear.
                guard (try? context.source.visibilityTimeout(of: queue)) != nil else { continue }
                pause(for: PollerScale.rest(after: failures))
                failures += 1
            }
        }
    }

    /// How long messages stay hidden, in seconds: never not at all, since they would come again at once.
    func visibilityTimeout(of queue: String) throws(ServiceError) -> Int {
        max(1, try context.source.visibilityTimeout(of: queue))
    }

    /// What to receive next; nil once this receiving is over.
    private func demand(isDrained: Bool) -> Demand? {
        let now = clock.now
        let (demand, waiting, growth) = state.withLock { state in
            guard state.hasRoom, !isDrained || state.hasNews else {
                state.isReceiving = false
                let settled = Self.settle(&state)
                return (Demand?.none, settled.waiting, settled.growth)
            }
            state.hasNews = false
            let mapping = state.mapping
            let gathered = state.gathering?.records.count ?? 0
            var windowLeft = mapping.batchingWindow
            if let gathering = state.gathering {
                windowLeft = Int(max(0, (gathering.closes - now).wholeMilliseconds + 999) / 1000)
            }
            let demand = Demand(
                mapping: mapping, filter: state.filter, limit: min(10, max(1, mapping.batchSize - gathered)),
                windowLeft: windowLeft)
            return (demand, [], nil)
        }
        if let growth { clock.cancel(growth) }
        for continuation in waiting { continuation.resume() }
        return demand
    }

    private func take(_ messages: [SourceMessage], _ demand: Demand, hiddenUntil: Timestamp) async {
        let mapping = demand.mapping
        var wanted = messages
        if let filter = demand.filter {
            wanted = messages.filter { filter.matches($0, source: mapping.source) }
            if wanted.count < messages.count {
                let kept = Set(wanted.map(\.receiptHandle))
                let dropped = messages.map(\.receiptHandle).filter { !kept.contains($0) }
                // Where that fails they come again, and are looked at again.
                try? await context.source.delete(dropped, from: mapping.source)
            }
        }
        guard !wanted.isEmpty else { return }
        let tellsMissingDigest = mapping.batchingWindow > 0 || demand.filter != nil
        let records = wanted.map {
            QueueRecord($0, source: mapping.source, tellsMissingDigest: tellsMissingDigest)
        }
        let now = clock.now
        let isTaken = state.withLock { state in
            guard state.isOn else { return false }
            if mapping.batchingWindow > 0 {
                gather(records, window: mapping.batchingWindow, now: now, hiddenUntil: hiddenUntil, &state)
            } else {
                state.ready.append(Batch(records: records, ready: now, hiddenUntil: hiddenUntil))
            }
            return true
        }
        if isTaken { startReady() } else { giveBack(records, to: mapping.source) }
    }

    // MARK: Resting

    /// Takes nothing for some time of the clock. Nothing is held meanwhile.
    func pause(for duration: Duration) {
        let due = clock.now + duration
        state.withLock { state in
            guard state.isOn, state.rest == nil else { return }
            state.rest = clock.schedule(at: due) { [weak self] in
                self?.state.withLock { $0.rest = nil }
                self?.startReady()
                self?.wake()
            }
        }
    }

    /// Counts a failure, and rests if it is not the first on end.
    func failed(in round: Int) {
        if let rest = state.withLock({ $0.scale.failed(in: round) }) { pause(for: rest) }
    }
}
