import CSpawn
import Foundation
import Synchronization

/// Starts processes, reads what they write and sees them end: all on one thread that sleeps while nothing happens.
///
/// The kernel kills a process when the thread that started it ends (`PR_SET_PDEATHSIG`), which is what keeps a killed
/// cloud from leaving functions behind. So one thread starts them all and lives as long as the supervisor.
final class ProcessSupervisor: ProcessLauncher {
    /// AWS's quota of open files for a function.
    private static let openFileLimit: UInt64 = 1024
    private static let bellToken: UInt64 = 0

    private struct Order: Sendable {
        var command: ProcessCommand
        var onOutput: @Sendable (UnsafeRawBufferPointer) -> Void
        var onEnd: @Sendable (ProcessEnd) -> Void
        var answer: CheckedContinuation<any RunningProcess, any Error>
    }

    private struct State {
        var orders: [Order] = []
        var isStopping = false
        var whenStopped: [CheckedContinuation<Void, Never>] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let poll: CInt
    private let bell: CInt

    init() throws {
        poll = cspawn_poll_open()
        bell = cspawn_bell_open()
        guard poll >= 0, bell >= 0, cspawn_poll_add(poll, bell, Self.bellToken) == 0 else {
            let errorNumber = errno
            if poll >= 0 { close(poll) }
            if bell >= 0 { close(bell) }
            throw ProcessLaunchError(stage: .creation, errorNumber: errorNumber)
        }
        let thread = Thread { [self] in run() }
        thread.name = "processes"
        thread.start()
    }

    func launch(
        _ command: ProcessCommand, onOutput: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        onEnd: @escaping @Sendable (ProcessEnd) -> Void
    ) async throws -> any RunningProcess {
        try await withCheckedThrowingContinuation { answer in
            let order = Order(command: command, onOutput: onOutput, onEnd: onEnd, answer: answer)
            let isAccepted = state.withLock { state in
                guard !state.isStopping else { return false }
                state.orders.append(order)
                // Rung while the lock is held: the thread closes the bell only after it has seen the stop under it.
                cspawn_bell_ring(bell)
                return true
            }
            if !isAccepted {
                answer.resume(throwing: ProcessLaunchError(stage: .creation, errorNumber: ECANCELED))
            }
        }
    }

    /// Kills every process that still runs, waits for each to be gone, and ends the thread.
    func stop() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.isStopped { return true }
                state.whenStopped.append(continuation)
                if !state.isStopping { cspawn_bell_ring(bell) }
                state.isStopping = true
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    // MARK: The thread

    private func run() {
        var running: [UInt64: SpawnedProcess] = [:]
        var nextToken: UInt64 = 1
        var tokens = [UInt64](repeating: 0, count: 64)
        while true {
            let count = cspawn_poll(poll, &tokens, CInt(tokens.count))
            // A broken poll would otherwise turn this into a busy loop over processes that nobody watches.
            if count < 0 { state.withLock { $0.isStopping = true } }
            for token in tokens.prefix(max(0, Int(count))) where token != Self.bellToken {
                // A process has two tokens: an odd one for its output, the even one behind it for its end.
                let isEnd = token.isMultiple(of: 2)
                let key = isEnd ? token - 1 : token
                guard let process = running[key] else { continue }
                if isEnd {
                    cspawn_poll_remove(poll, process.output)
                    cspawn_poll_remove(poll, process.pidfd)
                    if process.finish() {
                        running[key] = nil
                    } else {
                        cspawn_poll_add(poll, process.pidfd, token)
                    }
                } else if process.readOutput() == nil {
                    // Closed by the process, which may well run on.
                    cspawn_poll_remove(poll, process.output)
                }
            }
            cspawn_bell_silence(bell)
            let (orders, isStopping) = state.withLock { state in
                defer { state.orders = [] }
                return (state.orders, state.isStopping)
            }
            for order in orders {
                if let process = start(order, token: nextToken) {
                    running[nextToken] = process
                    nextToken += 2
                }
            }
            if isStopping {
                for process in running.values { process.kill() }
                if running.isEmpty || count < 0 { break }
            }
        }
        let waiting = state.withLock { state in
            state.isStopped = true
            close(poll)
            close(bell)
            defer { state.whenStopped = [] }
            return state.whenStopped
        }
        for continuation in waiting { continuation.resume() }
    }

    private func start(_ order: Order, token: UInt64) -> SpawnedProcess? {
        var reading: CInt = -1
        var writing: CInt = -1
        let noPipe = cspawn_pipe(&reading, &writing)
        guard noPipe == 0 else {
            order.answer.resume(throwing: ProcessLaunchError(stage: .creation, errorNumber: noPipe))
            return nil
        }
        var started = cspawn_process()
        let error = Self.spawn(order.command, output: writing, &started)
        close(writing)
        guard error == 0 else {
            close(reading)
            let stage: ProcessLaunchError.Stage =
                switch UInt32(started.stage) {
                case CSPAWN_STAGE_EXECUTE.rawValue: .execution
                case CSPAWN_STAGE_DIRECTORY.rawValue: .directory
                default: .creation
                }
            order.answer.resume(throwing: ProcessLaunchError(stage: stage, errorNumber: error))
            return nil
        }
        let process = SpawnedProcess(
            processID: started.pid, pidfd: started.pidfd, output: reading, mark: order.command.mark,
            onOutput: order.onOutput, onEnd: order.onEnd)
        // Answered first: its end is then never told before its start.
        order.answer.resume(returning: process)
        cspawn_poll_add(poll, reading, token)
        cspawn_poll_add(poll, started.pidfd, token + 1)
        return process
    }

    private static func spawn(_ command: ProcessCommand, output: CInt, _ process: inout cspawn_process) -> CInt {
        withCStrings(command.arguments) { arguments in
            withCStrings(command.environment.map { "\($0.key)=\($0.value)" }) { environment in
                command.executable.withCString { executable in
                    command.directory.withCString { directory in
                        var request = cspawn_request(
                            executable: executable, arguments: arguments, environment: environment,
                            directory: directory, output: output, open_files: openFileLimit)
                        return cspawn_start(&request, &process)
                    }
                }
            }
        }
    }

    private static func withCStrings<Value>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Value
    ) -> Value {
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
