import CloudCore
import Synchronization

/// How the environments of a function come to their end, all of them.
extension EnvironmentPool {
    /// Lets calls finish, those that still come included, and returns once nothing runs any more.
    func drain() async {
        let idle = state.withLock { state in
            state.isDraining = true
            defer { state.idle = [] }
            return state.idle.map(\.environment)
        }
        for environment in idle { environment.endOnceFree() }
        await settled()
    }

    /// Ends every environment, and returns once nothing of any remains.
    func end() async {
        let (environments, calls, timer, settled) = state.withLock { state in
            state.isEnded = true
            var calls: [Call] = []
            while let call = state.waiting.popFirst() { calls.append(call) }
            state.idle = []
            defer { state.idleTimer = nil }
            return (state.environments, calls, state.idleTimer, Self.takeSettled(&state))
        }
        if let timer { context.clock.cancel(timer) }
        for call in calls { call.finish(.refused(LambdaErrors.service("The cloud is being ended."))) }
        for continuation in settled { continuation.resume() }
        await withTaskGroup(of: Void.self) { group in
            for environment in environments { group.addTask { await environment.end() } }
        }
        await self.settled()
    }

    /// Waits until there is no environment, and no call that will get one.
    private func settled() async {
        await withCheckedContinuation { continuation in
            let isSettled = state.withLock { state in
                if !state.isSettled { state.whenSettled.append(continuation) }
                return state.isSettled
            }
            if isSettled { continuation.resume() }
        }
    }

    /// Those who wait for the pool to settle, where it has. Calls leave the line only to an environment or at the end,
    /// so that looking when either goes is enough.
    static func takeSettled(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        guard state.isSettled else { return [] }
        defer { state.whenSettled = [] }
        return state.whenSettled
    }
}
