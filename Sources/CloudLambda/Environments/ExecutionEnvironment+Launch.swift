import CloudCore
import Foundation
import Synchronization

/// How an environment's processes are started: its external extensions, and when they have registered its runtime.
extension ExecutionEnvironment {
    func launch(_ incarnation: Int) async {
        let processes = EnvironmentProcesses(
            group: context.group, onLoss: { [weak self] in self?.lost($0, $1, incarnation) },
            onEnd: { [weak self] in self?.processEnded($0, incarnation) })
        do {
            let port = try await openPort()
            try FileManager.default.createDirectory(
                atPath: temporaryDirectory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let command = ProcessCommand(
                executable: generation.code.executable, arguments: generation.code.arguments,
                environment: context.variables.variables(
                    of: generation.configuration, code: generation.code, logStream: log.stream,
                    runtimeAPI: "127.0.0.1:\(port)", temporaryDirectory: temporaryDirectory),
                directory: generation.code.taskRoot)
            do {
                try await launchExtensions(beside: command, processes, incarnation)
                try await launch(command, processes, incarnation)
            } catch {
                // Those that are being told to end have their time for it.
                if !state.withLock({ $0.isShuttingDown }) { processes.kill() }
                await processes.wait(for: nil, until: nil)
                state.withLock { state in
                    guard state.incarnation == incarnation, state.phase == .starting else { return }
                    state.hasProcess = false
                    state.process = nil
                }
                throw error
            }
            processes.isComplete()
            let isWanted = state.withLock { state in
                state.incarnation == incarnation && (state.phase == .starting || state.phase == .ready)
                    || state.isShuttingDown
            }
            if !isWanted { processes.kill() }
        } catch let error as ProcessLaunchError {
            // Its time was up, or an extension had failed, before there was a runtime: what follows is what follows from
            // the end of one.
            let isTooLate = state.withLock { state in
                state.incarnation == incarnation && (state.phase != .starting || state.failure != nil)
            }
            if isTooLate { processEnded(.signalled(SIGKILL), incarnation) } else { startFailed(error, incarnation) }
        } catch {
            cannotBeMade("\(error)", incarnation)
        }
    }

    /// Starts the external extensions, and waits until each has registered.
    private func launchExtensions(
        beside command: ProcessCommand, _ processes: EnvironmentProcesses, _ incarnation: Int
    ) async throws {
        let programs = generation.code.extensions
        guard !programs.isEmpty else { return }
        let names = programs.map { String($0[$0.index(after: $0.lastIndex(of: "/") ?? $0.startIndex)...]) }
        let isTooMany = programs.count > ExtensionRegistry.limit
        try state.withLock { state in
            guard state.incarnation == incarnation, state.phase == .starting else { throw Self.notWanted }
            guard !isTooMany else {
                state.failure = .extensionFailed(
                    type: "Extension.LaunchError", reason: "Extension limit (\(ExtensionRegistry.limit)) reached")
                throw Self.notWanted
            }
            for name in names { state.extensions.expect(name, identifier: context.identifiers.uuid()) }
            state.hasProcess = true
            state.process = processes
        }
        for (name, program) in zip(names, programs) {
            let extensionCommand = ProcessCommand(
                executable: program, arguments: [program],
                environment: EnvironmentVariables.variables(ofExtension: name, beside: command.environment),
                directory: command.directory)
            do {
                try await processes.launch(
                    .external(name), extensionCommand, by: context.launcher,
                    onOutput: { [log] in log.output($0, of: name) })
            } catch let error as ProcessLaunchError where error.stage != .creation {
                let reason = String(cString: strerror(error.errorNumber)).lowercased()
                state.withLock { state in
                    guard state.incarnation == incarnation, state.failure == nil else { return }
                    state.failure = .extensionFailed(
                        type: "Extension.LaunchError", reason: "fork/exec \(program): \(reason)")
                }
                throw error
            }
        }
        await withCheckedContinuation { continuation in
            let isDecided = state.withLock { state in
                let isDecided = Self.registrationIsDecided(state, incarnation)
                if !isDecided { state.whenRegistered = continuation }
                return isDecided
            }
            if isDecided { continuation.resume() }
        }
    }

    private static let notWanted = ProcessLaunchError(stage: .creation, errorNumber: ECANCELED)

    private static func registrationIsDecided(_ state: State, _ incarnation: Int) -> Bool {
        state.incarnation != incarnation || state.phase != .starting || state.failure != nil
            || state.extensions.isRegistered
    }

    /// Goes on with the start where the extensions have registered, or will not.
    func lookAtRegistration() {
        let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard Self.registrationIsDecided(state, state.incarnation) else { return nil }
            defer { state.whenRegistered = nil }
            return state.whenRegistered
        }
        waiting?.resume()
    }

    /// Launches the runtime, and again for a while where the program is still being written.
    private func launch(
        _ command: ProcessCommand, _ processes: EnvironmentProcesses, _ incarnation: Int
    ) async throws {
        let began = ContinuousClock.now
        while true {
            do {
                try state.withLock { state in
                    guard state.incarnation == incarnation, state.phase == .starting, state.failure == nil else {
                        throw Self.notWanted
                    }
                    state.hasProcess = true
                    state.process = processes
                }
                return try await processes.launch(
                    .runtime, command, by: context.launcher, onOutput: { [log] in log.output($0) })
            } catch let error as ProcessLaunchError {
                let (isStarting, gone) = state.withLock { state in
                    guard state.incarnation == incarnation else { return (false, [CheckedContinuation<Void, Never>]()) }
                    // With extensions there is more to end than this.
                    guard state.extensions.isEmpty else { return (state.phase == .starting, []) }
                    state.hasProcess = false
                    defer { state.whenGone = [] }
                    return (state.phase == .starting, state.whenGone)
                }
                for continuation in gone { continuation.resume() }
                // A program that was there a moment ago is being replaced.
                let comesBack =
                    [ENOENT, ENOEXEC, EACCES].contains(error.errorNumber) && generation.fingerprint.isComplete
                    && CodeFingerprint(of: generation.code.watched) != generation.fingerprint
                let patience = error.errorNumber == ETXTBSY ? context.initLimit : comesBack ? .seconds(2) : .zero
                guard isStarting, ContinuousClock.now - began < patience else { throw error }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }
}
