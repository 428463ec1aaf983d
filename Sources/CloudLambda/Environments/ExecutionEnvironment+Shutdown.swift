import CloudCore
import Synchronization

/// How long the processes of an environment have to end ("Understanding the Lambda execution environment lifecycle",
/// Shutdown phase; how it is shared is as in the Runtime Interface Emulator).
enum ShutdownTimes {
    /// For everything, where there are external extensions.
    static let withExternalExtensions = Duration.seconds(2)
    /// For a runtime with extensions inside it.
    static let runtimeWithInternalExtensions = Duration.milliseconds(500)
    /// For a runtime with external extensions only; what it leaves is theirs.
    static let runtime = Duration.milliseconds(300)
}

extension ExecutionEnvironment {
    /// Ends the processes: at once where there are no extensions; otherwise first the runtime (SIGTERM) and then the
    /// extensions (`SHUTDOWN`) are told to, and have their time for it. Returns at once.
    func shutDown(_ reason: ShutdownReason) {
        enum Step {
            case nothing
            case kill(EnvironmentProcesses)
            case gently(EnvironmentProcesses, incarnation: Int, hasExternal: Bool, hasInternal: Bool)
        }
        let step: Step = state.withLock { state in
            guard let processes = state.process, !state.isShuttingDown else { return .nothing }
            state.isShuttingDown = true
            processes.beginEnding()
            let extensions = state.extensions
            guard !extensions.isEmpty else { return .kill(processes) }
            return .gently(
                processes, incarnation: state.incarnation, hasExternal: extensions.hasExternal,
                hasInternal: extensions.hasInternal)
        }
        lookAtRegistration()
        switch step {
        case .nothing: break
        case .kill(let processes): processes.kill()
        case .gently(let processes, let incarnation, let hasExternal, let hasInternal):
            let began = ContinuousClock.now
            let runtimeTime = hasInternal ? ShutdownTimes.runtimeWithInternalExtensions : ShutdownTimes.runtime
            let limit = began + (hasExternal ? ShutdownTimes.withExternalExtensions : runtimeTime)
            Task {
                processes.terminate()
                await processes.wait(for: .runtime, until: began + runtimeTime)
                processes.kill(.runtime)
                shutDownExtensions(reason, processes, incarnation, until: limit)
                await processes.wait(for: nil, until: limit)
                processes.kill()
            }
        }
    }

    private func shutDownExtensions(
        _ reason: ShutdownReason, _ processes: EnvironmentProcesses, _ incarnation: Int,
        until limit: ContinuousClock.Instant
    ) {
        let deadline = (Timestamp.machineTime + (limit - .now)).milliseconds
        let (told, others) = state.withLock { state in
            guard state.incarnation == incarnation else { return ([(ExtensionPoller, ExtensionEvent)](), [String]()) }
            let listeners = state.extensions.listeners(.shutdown).map(\.identifier)
            let told = listeners.compactMap { tell($0, .shutdown(reason, deadline: deadline), &state) }
            // Who does not want to know, or cannot be told, has no reason to be waited for; who has reported an error is
            // about to end.
            let others = state.extensions.entries.filter { entry in
                entry.isExternal && !listeners.contains(entry.identifier)
                    && ![.initError, .exitError].contains(entry.state)
            }
            return (told, others.map(\.name))
        }
        for name in others { processes.kill(.external(name)) }
        answer(told)
    }
}
