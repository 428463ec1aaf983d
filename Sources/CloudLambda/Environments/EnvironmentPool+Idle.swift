import CloudCore
import Synchronization

/// Environments that have waited for a call for too long.
extension EnvironmentPool {
    func armIdleTimer() {
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
}
