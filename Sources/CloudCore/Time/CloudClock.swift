import Dispatch
import Synchronization

/// The one clock that every service of a local cloud takes its time and its timers from.
///
/// It follows the machine's clock, or runs from another moment, faster, or not at all until it is told to. Timers belong
/// to it, not to the machine: turning the clock forward fires them in the order in which they are due, each at its own
/// moment and each finished before the next, so that a month of schedules takes seconds and comes out the same each time.
public final class CloudClock: Sendable {
    /// How time passes.
    public enum Pace: Sendable, Equatable {
        /// `factor` seconds for each second of the machine; 1 is real time.
        case running(factor: Double)
        /// Not at all, except when told to.
        case frozen
    }

    /// A timer, by which it can be taken back.
    public struct TimerID: Sendable, Hashable {
        let number: UInt64
    }

    private struct Timer {
        var due: Timestamp
        var number: UInt64
        var action: @Sendable () async -> Void
    }

    /// Somebody who is told that the clock was turned back.
    private struct Observer {
        var action: @Sendable () -> Void
    }

    /// Somebody who is told where the clock was put.
    private struct PositionObserver {
        var action: @Sendable (ClockPosition) -> Void
    }

    private struct State {
        var pace: Pace
        /// What this clock showed when the machine's showed `since`.
        var base: Timestamp
        var since: Timestamp
        var timers: [Timer] = []
        var nextNumber: UInt64 = 0
        var arming: UInt64 = 0
        var holds = 0
        var waiting: [SettledWait] = []
        var observers: [Observer] = []
        var positionObservers: [PositionObserver] = []

        var position: ClockPosition { ClockPosition(moment: base, machine: since, pace: pace) }

        func now(_ machine: Timestamp) -> Timestamp { position.moment(at: machine) }
    }

    private let state: Mutex<State>
    private let machine: @Sendable () -> Timestamp
    private let patience: Duration
    private let queue = DispatchQueue(label: "darkroom.clock")

    /// A clock that shows real time.
    public convenience init() { self.init(startingAt: nil, pace: .running(factor: 1)) }

    /// A clock that starts elsewhere or runs differently.
    ///
    /// - Parameters:
    ///   - startingAt: what it shows at first; nil for real time.
    ///   - patience: real time for which a turn waits for the work of one moment. Work that takes longer, such as a
    ///     function that waits for this clock itself, goes on while the clock does.
    ///   - machine: the clock that it follows.
    public init(
        startingAt: Timestamp?, pace: Pace, patience: Duration = .seconds(60),
        machine: @escaping @Sendable () -> Timestamp = { Timestamp.machineTime }
    ) {
        let now = machine()
        self.machine = machine
        self.patience = patience
        state = Mutex(State(pace: pace, base: startingAt ?? now, since: now))
    }

    /// What the clock shows.
    public var now: Timestamp { state.withLock { $0.now(machine()) } }

    /// How time passes.
    public var pace: Pace { state.withLock { $0.pace } }

    /// How far this clock is ahead of the machine's; negative when behind.
    public var offset: Duration {
        let machine = machine()
        return state.withLock { $0.now(machine) } - machine
    }

    /// Changes how fast time passes, from now on.
    public func setPace(_ pace: Pace) {
        let machine = machine()
        state.withLock { state in
            state.base = state.now(machine)
            state.since = machine
            state.pace = pace
        }
        tellPosition()
        arm()
    }

    /// Turns the clock to a moment. Forward, every timer on the way fires, in order, at its own moment, and has finished
    /// when this returns; timers that these set fire too when they fall before the moment. Work that is held (``hold()``)
    /// ends before the next timer fires. Backward, timers stay due when they are due.
    public func set(to moment: Timestamp) async {
        let isForward = moment >= now
        await settled()
        while let timer = nextTimer(before: moment) {
            await timer.action()
            await settled()
        }
        let machine = machine()
        state.withLock { state in
            // Time that passed while the timers ran, by itself or by another turn, is not taken back, unless the clock is
            // turned back on purpose.
            if isForward, state.now(machine) > moment { return }
            state.base = moment
            state.since = machine
        }
        tellPosition()
        if !isForward {
            for observer in state.withLock({ $0.observers }) { observer.action() }
        }
        arm()
    }

    /// Calls an action each time that the clock has been turned back, for timers that then belong elsewhere: time that
    /// comes again is lived through again.
    public func observeTurningBack(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.observers.append(Observer(action: action)) }
    }

    /// Calls an action now, and each time that the clock is put somewhere or runs at another pace: before anything that
    /// is due there happens, so that whoever writes it down never writes of a moment whose work an end of the process has
    /// already passed over.
    public func observePosition(_ action: @escaping @Sendable (ClockPosition) -> Void) {
        let position = state.withLock { state in
            state.positionObservers.append(PositionObserver(action: action))
            return state.position
        }
        action(position)
    }

    private func tellPosition() {
        let (observers, position) = state.withLock { ($0.positionObservers, $0.position) }
        for observer in observers { observer.action(position) }
    }

    /// Turns the clock forward by a duration.
    public func advance(by duration: Duration) async { await set(to: now + duration) }

    private func nextTimer(before moment: Timestamp) -> Timer? {
        let machine = machine()
        let found: (timer: Timer, isLater: Bool)? = state.withLock { state in
            guard let first = state.timers.first, first.due <= moment else { return nil }
            state.timers.removeFirst()
            guard first.due > state.now(machine) else { return (first, false) }
            state.base = first.due
            state.since = machine
            return (first, true)
        }
        if found?.isLater == true { tellPosition() }
        return found?.timer
    }

    /// Calls an action once the clock shows `due`, or soon if it already does.
    @discardableResult
    public func schedule(at due: Timestamp, _ action: @escaping @Sendable () async -> Void) -> TimerID {
        let (id, isFirst) = state.withLock { state in
            state.nextNumber += 1
            let timer = Timer(due: due, number: state.nextNumber, action: action)
            // Kept sorted by moment; among equals, in the order in which they were set.
            var low = 0
            var high = state.timers.count
            while low < high {
                let middle = (low + high) / 2
                if state.timers[middle].due <= due { low = middle + 1 } else { high = middle }
            }
            state.timers.insert(timer, at: low)
            return (TimerID(number: timer.number), low == 0)
        }
        if isFirst { arm() }
        return id
    }

    /// Takes a timer back; nothing happens if it has fired.
    public func cancel(_ id: TimerID) {
        state.withLock { state in state.timers.removeAll { $0.number == id.number } }
    }

    /// Waits until the clock shows a moment.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func sleep(until moment: Timestamp) async throws {
        try Task.checkCancellation()
        let sleeper = Sleeper()
        let id = schedule(at: moment) { sleeper.wake(.success(())) }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { sleeper.wait($0) }
        } onCancel: {
            cancel(id)
            sleeper.wake(.failure(CancellationError()))
        }
    }

    /// Waits for a duration of this clock.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func sleep(for duration: Duration) async throws { try await sleep(until: now + duration) }

    /// Announces work that belongs to the present moment, such as an event on its way to a function: while it is held, the
    /// clock is not turned past this moment. Time that passes by itself is not stopped.
    ///
    /// Whoever passes work on takes the next hold before letting go of its own; then no moment is left half done.
    public func hold() -> ClockHold {
        state.withLock { $0.holds += 1 }
        return ClockHold { [weak self] in self?.release() }
    }

    /// Whether nothing is held: everything that was set off is done.
    public var isSettled: Bool { state.withLock { $0.holds == 0 } }

    /// Waits until nothing is held any more, at most for the clock's patience.
    public func settled() async {
        guard state.withLock({ $0.holds > 0 }) else { return }
        let wait = SettledWait()
        let isHeld = state.withLock { state in
            if state.holds > 0 { state.waiting.append(wait) }
            return state.holds > 0
        }
        guard isHeld else { return }
        let limit = DispatchWorkItem { wait.end() }
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(patience.wholeMilliseconds)), execute: limit)
        await wait.value()
        limit.cancel()
        state.withLock { state in state.waiting.removeAll { $0 === wait } }
    }

    private func release() {
        let waiting: [SettledWait] = state.withLock { state in
            state.holds -= 1
            guard state.holds == 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for wait in waiting { wait.end() }
    }

    /// The moments at which timers are due, in order: what happens next.
    public var pending: [Timestamp] { state.withLock { $0.timers.map(\.due) } }

    /// Sets the machine's timer for the first of this clock's.
    private func arm() {
        let machine = machine()
        let wake: (delay: Int64, arming: UInt64)? = state.withLock { state in
            state.arming += 1
            guard case .running(let factor) = state.pace, factor > 0, let first = state.timers.first else { return nil }
            let wait = max(0, Double(first.due.milliseconds - state.now(machine).milliseconds) / factor)
            // A very distant timer is looked at again in an hour, which also follows a machine whose clock is set.
            return (Int64(min(wait.rounded(.up), 3_600_000)), state.arming)
        }
        guard let wake else { return }
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(wake.delay))) { [weak self] in
            self?.fire(arming: wake.arming)
        }
    }

    private func fire(arming: UInt64) {
        guard state.withLock({ $0.arming == arming }) else { return }
        let moment = now
        while let timer = dueTimer(at: moment) { Task { await timer.action() } }
        arm()
    }

    private func dueTimer(at moment: Timestamp) -> Timer? {
        state.withLock { state in
            guard let first = state.timers.first, first.due <= moment else { return nil }
            return state.timers.removeFirst()
        }
    }
}

/// Joins a sleeping task with what wakes it, whichever comes first.
private final class Sleeper: Sendable {
    private let state = Mutex<(waiting: CheckedContinuation<Void, any Error>?, woken: Result<Void, any Error>?)>(
        (nil, nil))

    func wait(_ continuation: CheckedContinuation<Void, any Error>) {
        let woken = state.withLock { state in
            if state.woken == nil { state.waiting = continuation }
            return state.woken
        }
        if let woken { continuation.resume(with: woken) }
    }

    func wake(_ result: Result<Void, any Error>) {
        let waiting = state.withLock { state in
            guard state.woken == nil else { return CheckedContinuation<Void, any Error>?.none }
            state.woken = result
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(with: result)
    }
}
