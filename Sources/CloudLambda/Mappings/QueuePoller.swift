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
        /// How many batches have been started: their numbers.
        var started = 0
        /// The groups at work, with the number of their batch.
        var busyGroups: [String: Int] = [:]
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

        /// Lets others take the groups of messages that the function is done with. This comes before the messages are
        /// deleted, since that brings the next of their groups.
        mutating func free(_ done: [QueueRecord], of batch: Int, before rest: ArraySlice<[QueueRecord]> = []) {
            let kept = Set(rest.joined().compactMap(\.groupID))
            for group in done.compactMap(\.groupID) where busyGroups[group] == batch && !kept.contains(group) {
                busyGroups[group] = nil
            }
        }
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
    static func settle(
        _ state: inout State
    ) -> (waiting: [CheckedContinuation<Void, Never>], growth: CloudClock.TimerID?) {
        guard !state.isBusy else { return ([], nil) }
        state.scale.rest()
        defer { (state.whenSettled, state.growth) = ([], nil) }
        return (state.whenSettled, state.growth)
    }
}
