import CloudCore
import NIOCore
import Synchronization

/// The execution environments of one function: as many as its calls need at once, and no call waits for one while another
/// is free.
///
/// Calls wait in line, and environments take from its front: one that has just answered as well as one that has just
/// started. So a burst of short calls does not wait for a process each.
final class EnvironmentPool: EnvironmentOwner {
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

    private struct State: Sendable {
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
        var whenEmpty: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let context: EnvironmentContext
    private let limits: Limits
    private let codeStore: CodeStore

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

    private func place(_ call: Call) {
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
    private func startWhatIsNeeded() {
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

    func environmentIsFinishing(_ environment: ExecutionEnvironment) {
        guard environment.capacity == 1 else { return }
        let now = ContinuousClock.now
        state.withLock { state in
            if state.environments.contains(environment) { state.finishing[environment] = now }
        }
    }

    // MARK: Environments

    func environment(_ environment: ExecutionEnvironment, canTake calls: Int) {
        var room = calls
        while true {
            enum Step {
                case assign(Call)
                case keep(arm: Bool)
                case retire
            }
            let now = context.clock.now
            let step: Step = state.withLock { state in
                state.starting.remove(environment)
                state.finishing[environment] = nil
                guard !state.isEnded, environment.generation.number == state.generation.number else {
                    state.idle.removeAll { $0.environment == environment }
                    return .retire
                }
                if room > 0, let call = state.waiting.popFirst() { return .assign(call) }
                if state.isDraining {
                    state.idle.removeAll { $0.environment == environment }
                    return .retire
                }
                guard room > 0 else { return .keep(arm: false) }
                // An environment of several calls may be in the list already.
                if let index = state.idle.firstIndex(where: { $0.environment == environment }) {
                    state.idle[index].room += room
                    state.idle[index].since = now
                } else {
                    state.idle.append((environment, room, now))
                }
                return .keep(arm: state.idleTimer == nil)
            }
            switch step {
            case .assign(let call):
                room -= 1
                guard environment.assign(call) else { return place(call) }
            case .keep(let arm):
                if arm { armIdleTimer() }
                startWhatIsNeeded()
                return
            case .retire:
                environment.endOnceFree()
                startWhatIsNeeded()
                return
            }
        }
    }

    func environment(_ environment: ExecutionEnvironment, failedToStart failure: CallFailure) {
        let (call, isOutdated) = state.withLock { state -> (Call?, Bool) in
            state.starting.remove(environment)
            state.finishing[environment] = nil
            // A program that was replaced while it was starting says nothing about the new one.
            let code = environment.generation.code
            let seen = CodeFingerprint(of: code.watched)
            let isOutdated =
                environment.generation.number != state.generation.number
                || (seen != environment.generation.fingerprint && (seen.isComplete || code.isBeingWritten))
            return (isOutdated ? nil : state.waiting.popFirst(), isOutdated)
        }
        if let call { environment.reject(call, failure) }
        if isOutdated { takeUpChangedCode() }
        startWhatIsNeeded()
    }

    func environment(_ environment: ExecutionEnvironment, cannotBeMade reason: String) {
        let call = state.withLock { state in
            state.starting.remove(environment)
            state.finishing[environment] = nil
            return state.waiting.popFirst()
        }
        call?.finish(.refused(LambdaErrors.service("The execution environment cannot be made: \(reason).")))
        startWhatIsNeeded()
    }

    func callToStartWith(_ environment: ExecutionEnvironment) -> Call? {
        state.withLock { state in
            state.starting.remove(environment)
            state.finishing[environment] = nil
            return state.waiting.popFirst()
        }
    }

    func environmentHasEnded(_ environment: ExecutionEnvironment) {
        let continuations = state.withLock { state in
            state.starting.remove(environment)
            state.finishing[environment] = nil
            state.environments.remove(environment)
            state.idle.removeAll { $0.environment == environment }
            guard state.environments.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { state.whenEmpty = [] }
            return state.whenEmpty
        }
        for continuation in continuations { continuation.resume() }
        startWhatIsNeeded()
    }

    // MARK: Idle environments

    private func armIdleTimer() {
        let due: Timestamp? = state.withLock { state in
            guard !state.isEnded, let oldest = state.idle.map(\.since).min() else { return nil }
            return oldest + limits.idleTime
        }
        guard let due else { return }
        let timer = context.clock.schedule(at: due) { [weak self] in await self?.endIdle() }
        state.withLock { $0.idleTimer = timer }
    }

    private func endIdle() async {
        let now = context.clock.now
        let (ended, remain) = state.withLock { state in
            state.idleTimer = nil
            let ended = state.idle.filter { $0.since + limits.idleTime <= now && $0.room == $0.environment.capacity }
            state.idle.removeAll { entry in ended.contains { $0.environment == entry.environment } }
            return (ended.map(\.environment), !state.idle.isEmpty)
        }
        for environment in ended where environment.close() { await environment.end() }
        if remain { armIdleTimer() }
    }

    // MARK: Code and configuration

    /// Looks whether the code was replaced since the last call, and if so starts anew with it: what runs finishes its
    /// calls, and everything from now on gets the new code.
    private func takeUpChangedCode() {
        let known = generation
        let seen = CodeFingerprint(of: known.code.watched)
        // While a build is at work, what runs goes on serving until the new code is there as a whole.
        guard seen != known.fingerprint, seen.isComplete, known.code.isWhole else { return }
        guard let code = try? codeStore.prepare(known.configuration) else { return }
        replace(known.configuration, code: code, fingerprint: seen, onlyFrom: known.number)
    }

    /// Takes over another configuration or other code.
    ///
    /// - Throws: ``ServiceError`` where the code cannot be made ready; everything is then as before.
    func update(_ configuration: FunctionConfiguration) throws(ServiceError) {
        let code = try codeStore.prepare(configuration)
        replace(configuration, code: code, fingerprint: CodeFingerprint(of: code.watched), onlyFrom: nil)
    }

    private func replace(
        _ configuration: FunctionConfiguration, code: FunctionCode, fingerprint: CodeFingerprint, onlyFrom number: Int?
    ) {
        let idle = state.withLock { state -> [ExecutionEnvironment] in
            guard number == nil || number == state.generation.number else { return [] }
            state.generation = FunctionGeneration(
                number: state.generation.number + 1, configuration: configuration, code: code,
                fingerprint: fingerprint)
            defer { state.idle = [] }
            return state.idle.map(\.environment)
        }
        for environment in idle { environment.endOnceFree() }
    }

    // MARK: Ending

    /// Lets calls finish, those that still come included, and returns once nothing runs any more.
    func drain() async {
        let idle = state.withLock { state in
            state.isDraining = true
            defer { state.idle = [] }
            return state.idle.map(\.environment)
        }
        for environment in idle { environment.endOnceFree() }
        while state.withLock({ !$0.waiting.isEmpty || !$0.environments.isEmpty }) { await emptied() }
    }

    /// Waits until there is no environment.
    private func emptied() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if !state.environments.isEmpty { state.whenEmpty.append(continuation) }
                return state.environments.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
    }

    /// Ends every environment, and returns once nothing of any remains.
    func end() async {
        let (environments, calls, timer) = state.withLock { state in
            state.isEnded = true
            var calls: [Call] = []
            while let call = state.waiting.popFirst() { calls.append(call) }
            state.idle = []
            defer { state.idleTimer = nil }
            return (state.environments, calls, state.idleTimer)
        }
        if let timer { context.clock.cancel(timer) }
        for call in calls { call.finish(.refused(LambdaErrors.service("The cloud is being ended."))) }
        await withTaskGroup(of: Void.self) { group in
            for environment in environments { group.addTask { await environment.end() } }
        }
        await emptied()
    }
}
