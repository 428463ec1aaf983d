import CloudCore
import Foundation
import Synchronization

/// How an environment is closed to calls, and taken down.
extension ExecutionEnvironment {
    /// Closes the environment to further calls. Returns false while it still has one, or extensions are at work on one.
    func close() -> Bool {
        state.withLock { state in
            guard state.calls.isEmpty, state.boundCall == nil, state.lateReport == nil else { return false }
            state.isClosed = true
            return true
        }
    }

    /// Ends the environment unless it still has a call; it is then asked again when that has ended.
    func endOnceFree() {
        if close() { Task { await end() } }
    }

    /// Ends the environment: its processes are shut down, the port closed, the temporary files removed. Returns once nothing
    /// of it remains. Calls that it still has are refused.
    func end() async {
        let (isFirst, calls) = state.withLock { state in
            let isFirst = state.phase != .ended
            state.phase = .ended
            var calls = state.calls.values.map(\.call)
            if let bound = state.boundCall { calls.append(bound.call) }
            state.calls = [:]
            state.undelivered = []
            state.boundCall = nil
            return (isFirst, calls)
        }
        // Requests that wait are answered once the processes are gone: a runtime that is told to end should not think
        // that something has gone wrong.
        shutDown(.spindown)
        for call in calls {
            call.finish(.refused(LambdaErrors.service("The cloud was ended before the function answered.")))
        }
        await withCheckedContinuation { continuation in
            let isGone = state.withLock { state in
                if state.hasProcess { state.whenGone.append(continuation) }
                return !state.hasProcess
            }
            if isGone { continuation.resume() }
        }
        guard isFirst else { return }
        let open = server.withLock { server in
            defer { server = nil }
            return server
        }
        await open?.stop()
        try? FileManager.default.removeItem(atPath: temporaryDirectory)
        owner.environmentHasEnded(self)
    }
}
