import CloudCore
import NIOCore
import Synchronization

/// What the environments of a function say, and what they are given.
extension EnvironmentPool: EnvironmentOwner {
    func environmentIsFinishing(_ environment: ExecutionEnvironment) {
        guard environment.capacity == 1 else { return }
        let now = ContinuousClock.now
        state.withLock { state in
            if state.environments.contains(environment) { state.finishing[environment] = now }
        }
    }

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
                state.forget(environment)
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

    func environment(_ environment: ExecutionEnvironment, cannotBeMade reason: String) {
        let call = state.withLock { state in
            state.forget(environment)
            return state.waiting.popFirst()
        }
        call?.finish(.refused(LambdaErrors.service("The execution environment cannot be made: \(reason).")))
        startWhatIsNeeded()
    }

    func callToStartWith(_ environment: ExecutionEnvironment) -> Call? {
        let isOutdated = isOutdated(environment)
        let call = state.withLock { state in
            state.forget(environment)
            return isOutdated ? nil : state.waiting.popFirst()
        }
        if isOutdated { takeUpChangedCode() }
        startWhatIsNeeded()
        return call
    }

    func environment(_ environment: ExecutionEnvironment, givesBack call: Call) -> Bool {
        guard isOutdated(environment) else { return false }
        takeUpChangedCode()
        place(call)
        return true
    }

    func environmentHasEnded(_ environment: ExecutionEnvironment) {
        let settled = state.withLock { state in
            state.forget(environment)
            state.environments.remove(environment)
            state.idle.removeAll { $0.environment == environment }
            return Self.takeSettled(&state)
        }
        for continuation in settled { continuation.resume() }
        startWhatIsNeeded()
    }
}
