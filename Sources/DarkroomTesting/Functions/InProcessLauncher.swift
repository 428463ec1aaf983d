import CloudLambda
import Foundation
import LambdaRuntime
import Synchronization

/// Starts functions on threads of this process.
struct InProcessLauncher: ProcessLauncher {
    let handlers: HandlerTable

    func launch(
        _ command: ProcessCommand, onOutput: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        onEnd: @escaping @Sendable (ProcessEnd) -> Void
    ) async throws -> any RunningProcess {
        let process = InProcessFunction(onOutput: onOutput, onEnd: onEnd)
        guard process.start(handlers, environment: command.environment) else {
            throw ProcessLaunchError(stage: .creation, errorNumber: EAGAIN)
        }
        return process
    }
}

/// A function on a thread of this process, in the place of a process.
final class InProcessFunction: RunningProcess {
    /// How long one that was killed may take to end in good order before it counts as gone. A thread cannot be killed; one
    /// whose handler never returns goes on, but nobody waits for it or listens to it any more.
    private static let patience = Duration.milliseconds(500)

    private struct State {
        var function: HostedFunction?
        var isKilled = false
        var hasEnded = false
    }

    private let state = Mutex(State())
    /// Keeps pieces of output apart: a handler may log from several threads.
    private let output = Mutex<Void>(())
    private let onOutput: @Sendable (UnsafeRawBufferPointer) -> Void
    private let onEnd: @Sendable (ProcessEnd) -> Void

    init(
        onOutput: @escaping @Sendable (UnsafeRawBufferPointer) -> Void, onEnd: @escaping @Sendable (ProcessEnd) -> Void
    ) {
        self.onOutput = onOutput
        self.onEnd = onEnd
    }

    func start(_ handlers: HandlerTable, environment: [String: String]) -> Bool {
        let sink = LambdaRuntime.LogSink { [self] line in write(line) }
        let function = HostedFunction(handlers, environment: environment, output: sink) { [self] status in
            end { $0 ? .signalled(SIGKILL) : .exited(status) }
        }
        state.withLock { state in
            // It may have ended already; then nothing is to be kept.
            if !state.hasEnded { state.function = function }
        }
        return function != nil
    }

    let processID = getpid()
    /// Memory cannot be told apart within a process.
    let peakMemory: Int? = nil
    /// What is logged has arrived.
    func drainOutput() {}

    /// A thread cannot be killed, so that being killed is already being told to end.
    func terminate() { kill() }

    func kill() {
        let function = state.withLock { state -> HostedFunction? in
            guard !state.hasEnded, !state.isKilled else { return nil }
            state.isKilled = true
            return state.function
        }
        guard let function else { return }
        function.end()
        Task { [self] in
            try? await Task.sleep(for: Self.patience)
            end { _ in .signalled(SIGKILL) }
        }
    }

    private func write(_ line: [UInt8]) {
        output.withLock { _ in
            guard !state.withLock({ $0.hasEnded }) else { return }
            line.withUnsafeBytes(onOutput)
        }
    }

    private func end(_ how: (_ wasKilled: Bool) -> ProcessEnd) {
        let wasKilled: Bool? = output.withLock { _ in
            state.withLock { state in
                guard !state.hasEnded else { return nil }
                state.hasEnded = true
                state.function = nil
                return state.isKilled
            }
        }
        if let wasKilled { onEnd(how(wasKilled)) }
    }
}
