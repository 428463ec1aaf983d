import CloudCore
import NIOCore
import Synchronization

/// The execution environments of one function: as many as its calls need at once, and no call waits for one while another
/// is free.
///
/// Calls wait in line, and environments take from its front: one that has just answered as well as one that has just
/// started. So a burst of short calls does not wait for a process each.
final class EnvironmentPool: Sendable {
    /// Limits of a pool.
    struct Limits: Sendable {
        /// Environments that may be starting at once; more would only slow each other down.
        var startsAtOnce: Int
        /// How long an environment may be idle, by the cloud's clock.
        var idleTime: Duration
        /// How long a call waits for an environment that has just answered before another is started for it. A runtime
        /// asks for its next event at once, as a rule; without this, callers that are as quick would get a second
        /// process each.
        var finishingTime: Duration
    }

    struct State: Sendable {
        var generation: FunctionGeneration
        var environments: Set<ExecutionEnvironment> = []
        /// Free for calls, the one that was used last at the end, with how many calls each can take.
        var idle: [(environment: ExecutionEnvironment, room: Int, since: Timestamp)] = []
        var starting: Set<ExecutionEnvironment> = []
        /// Those whose call has ended a moment ago, and since when.
        var finishing: [ExecutionEnvironment: ContinuousClock.Instant] = [:]
        var finishingIsWatched = false
        var waiting = FirstInFirstOut<Call>()
        var isEnded = false
        /// No environment is kept for later calls.
        var isDraining = false
        var idleTimer: CloudClock.TimerID?
        var whenSettled: [CheckedContinuation<Void, Never>] = []

        /// Whether nothing runs and nothing waits.
        var isSettled: Bool { environments.isEmpty && waiting.isEmpty }

        /// An environment does nothing more that others could wait for.
        mutating func forget(_ environment: ExecutionEnvironment) {
            starting.remove(environment)
            finishing[environment] = nil
        }
    }

    let state: Mutex<State>
    let context: EnvironmentContext
    let limits: Limits
    let codeStore: CodeStore

    init(configuration: FunctionConfiguration, context: EnvironmentContext, limits: Limits, codeStore: CodeStore)
        throws(ServiceError)
    {
        let code = try codeStore.prepare(configuration)
        self.context = context
        self.limits = limits
        self.codeStore = codeStore
        state = Mutex(
            State(
                generation: FunctionGeneration(
                    number: 0, configuration: configuration, code: code,
                    fingerprint: CodeFingerprint(of: code.watched))))
    }

    /// The function as new environments get it.
    var generation: FunctionGeneration { state.withLock { $0.generation } }

    /// How many environments there are, and how many of them wait for calls.
    var counts: (all: Int, idle: Int, waiting: Int) {
        state.withLock { ($0.environments.count, $0.idle.count, $0.waiting.count) }
    }

    // MARK: Calls

    /// Takes a call. It is finished by the environment that runs it.
    func submit(_ call: Call) {
        takeUpChangedCode()
        place(call)
    }

    func place(_ call: Call) {
        while true {
            let (environment, isEnded) = state.withLock { state -> (ExecutionEnvironment?, Bool) in
                if state.isEnded { return (nil, true) }
                guard var last = state.idle.popLast() else {
                    state.waiting.append(call)
                    return (nil, false)
                }
                last.room -= 1
                if last.room > 0 { state.idle.append(last) }
                return (last.environment, false)
            }
            if isEnded {
                call.finish(.refused(LambdaErrors.service("The cloud is being ended.")))
                return
            }
            guard let environment else { break }
            if environment.assign(call) { return }
        }
        startWhatIsNeeded()
    }

    /// Starts environments for the calls that wait.
    func startWhatIsNeeded() {
        while true {
            var watches = false
            let environment: ExecutionEnvironment? = state.withLock { state in
                let needed = state.waiting.count - state.starting.count
                guard !state.isEnded, state.starting.count < limits.startsAtOnce, needed > 0 else { return nil }
                guard needed > state.finishing.count else {
                    watches = !state.finishingIsWatched
                    state.finishingIsWatched = true
                    return nil
                }
                let environment = ExecutionEnvironment(generation: state.generation, context: context, owner: self)
                state.starting.insert(environment)
                state.environments.insert(environment)
                return environment
            }
            if watches { watchFinishing() }
            guard let environment else { return }
            environment.start()
        }
    }

    /// Counts no longer on environments that take their time after having answered: they may have work left to do.
    private func watchFinishing() {
        let finishingTime = limits.finishingTime
        context.group.next().scheduleTask(in: .milliseconds(finishingTime.wholeMilliseconds)) { [weak self] in
            let limit = ContinuousClock.now - finishingTime
            self?.state.withLock { state in
                state.finishing = state.finishing.filter { $0.value > limit }
                state.finishingIsWatched = false
            }
            self?.startWhatIsNeeded()
        }
    }
}
