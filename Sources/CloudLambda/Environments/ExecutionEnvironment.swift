import CloudCore
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// A place where a function runs: a process, the port at which its runtime finds its events, a folder for temporary
/// files, and a log stream. When the process ends, another can start in its place.
///
/// What happens is decided under one lock, on ``State``; what follows from it is done after the lock is let go.
final class ExecutionEnvironment: Sendable {
    /// What the environment is about.
    enum Phase: Sendable, Equatable {
        /// There is no process; the next call starts one.
        case cold
        /// The process has been started and has not asked for an event yet.
        case starting
        /// The process takes events.
        case ready
        /// The process is being killed; another may follow.
        case resetting
        /// Everything is being taken down.
        case ended
    }

    /// A call that the process has, or is about to get.
    struct ActiveCall: Sendable {
        var call: Call
        var began: ContinuousClock.Instant
        var deadline: ContinuousClock.Instant
        /// Milliseconds since the epoch, as the runtime is told it: by the machine's clock, which the process reads too.
        var deadlineMilliseconds: Int64
        /// How long the start took that this call waited for.
        var initDuration: Duration?
    }

    /// A request for the next event that waits.
    struct Poller: Sendable {
        var number: UInt64
        var connection: ConnectionState
        var answer: CheckedContinuation<CloudResponse, Never>
    }

    struct State: Sendable {
        var phase = Phase.cold
        /// Counts the processes; what comes from an earlier one is ignored.
        var incarnation = 0
        var process: (any RunningProcess)?
        var hasProcess = false
        var session: RuntimeSession
        var pollers: [Poller] = []
        var nextPoller: UInt64 = 0
        var calls: [String: ActiveCall] = [:]
        /// Calls that no request for an event has taken yet.
        var undelivered: [String] = []
        /// The call that waits for the process to start, and in whose time it starts.
        var boundCall: ActiveCall?
        var startBegan = ContinuousClock.now
        var startDeadline: ContinuousClock.Instant?
        var initDuration: Duration?
        /// Whether the process starts, or started, for a call and in its time.
        var isStartOfACall = false
        /// The start has failed, by an error of its own or by its time, and the process is about to be gone.
        var startHasFailed = false
        /// A process that has reported an error of its start is given until then to end.
        var killDeadline: ContinuousClock.Instant?
        var armed: ContinuousClock.Instant?
        /// Whether it takes no more calls.
        var isClosed = false
        var whenGone: [CheckedContinuation<Void, Never>] = []
        var memory: (read: ContinuousClock.Instant, peak: Int)?
    }

    let generation: FunctionGeneration
    let context: EnvironmentContext
    let log: EnvironmentLog
    let temporaryDirectory: String
    private let identifier: String
    let state: Mutex<State>
    let server = Mutex<HTTPServer?>(nil)
    /// Its pool, which outlives it.
    let owner: any EnvironmentOwner

    init(generation: FunctionGeneration, context: EnvironmentContext, owner: any EnvironmentOwner) {
        self.generation = generation
        self.context = context
        self.owner = owner
        identifier = context.identifiers.hex(bytes: 8)
        temporaryDirectory = "\(context.temporaryFolder)/\(identifier)"
        log = EnvironmentLog(
            function: generation.configuration,
            stream: EnvironmentLog.streamName(
                version: generation.configuration.version, at: context.clock.now, identifiers: context.identifiers),
            sink: context.sink, clock: context.clock)
        state = Mutex(State(session: RuntimeSession(capacity: generation.configuration.callsPerEnvironment)))
    }

    /// Calls that it takes at once.
    var capacity: Int { max(1, generation.configuration.callsPerEnvironment) }

    // MARK: Starting

    /// Starts a process.
    ///
    /// - Parameter call: the call in whose time it starts; nil where the start has its own.
    /// - Returns: false where the environment has been closed.
    @discardableResult
    func start(for call: Call? = nil) -> Bool {
        let now = ContinuousClock.now
        let incarnation: Int? = state.withLock { state in
            guard state.phase == .cold, !state.isClosed else { return nil }
            state.phase = .starting
            state.incarnation += 1
            state.session = RuntimeSession(capacity: capacity)
            state.startBegan = now
            state.isStartOfACall = call != nil
            state.startHasFailed = false
            state.killDeadline = nil
            state.boundCall = call.map { activate($0, at: now) }
            state.startDeadline = call == nil ? now + context.initLimit : nil
            return state.incarnation
        }
        guard let incarnation else { return false }
        // What a start in a call's time takes is part of the call: it is only told where it fails.
        if call == nil { log.initStart(runtime: generation.configuration.runtime) }
        armTimer()
        Task { await launch(incarnation) }
        return true
    }

    func activate(_ call: Call, at now: ContinuousClock.Instant) -> ActiveCall {
        ActiveCall(
            call: call, began: now, deadline: now + generation.timeout,
            deadlineMilliseconds: (Timestamp.machineTime + generation.timeout).milliseconds)
    }

    private func launch(_ incarnation: Int) async {
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
            let process = try await launch(command, incarnation)
            let isWanted = state.withLock { state in
                guard state.incarnation == incarnation, state.hasProcess else { return false }
                state.process = process
                return state.phase == .starting || state.phase == .ready
            }
            if !isWanted { process.kill() }
        } catch let error as ProcessLaunchError {
            // Its time was up before there was a process: what follows is what follows from the end of one.
            let isTooLate = state.withLock { $0.incarnation == incarnation && $0.phase == .resetting }
            if isTooLate { processEnded(.signalled(SIGKILL), incarnation) } else { startFailed(error, incarnation) }
        } catch {
            cannotBeMade("\(error)", incarnation)
        }
    }

    /// Launches, and again for a while where the program is still being written.
    private func launch(_ command: ProcessCommand, _ incarnation: Int) async throws -> any RunningProcess {
        let began = ContinuousClock.now
        while true {
            do {
                try state.withLock { state in
                    guard state.incarnation == incarnation, state.phase == .starting else {
                        throw ProcessLaunchError(stage: .creation, errorNumber: ECANCELED)
                    }
                    state.hasProcess = true
                }
                return try await context.launcher.launch(
                    command, onOutput: { [log] in log.output($0) },
                    onEnd: { [weak self] in self?.processEnded($0, incarnation) })
            } catch let error as ProcessLaunchError {
                let (isStarting, gone) = state.withLock { state in
                    guard state.incarnation == incarnation else { return (false, [CheckedContinuation<Void, Never>]()) }
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

    private func openPort() async throws -> Int {
        if let open = server.withLock({ $0 }) { return open.port }
        var limits = HTTPLimits()
        // A handler may be silent for as long as it may run; the connection is its own business until then.
        limits.idle = .hours(24)
        let opened = try await HTTPServer.start(limits: limits, group: context.group) { [weak self] request in
            await self?.respond(to: request) ?? RuntimeRefusal.ending.response
        }
        let isEnded = state.withLock { $0.phase == .ended }
        if isEnded {
            await opened.stop()
            throw CancellationError()
        }
        server.withLock { $0 = opened }
        return opened.port
    }
}

extension ExecutionEnvironment: Hashable {
    /// An environment is itself.
    static func == (left: ExecutionEnvironment, right: ExecutionEnvironment) -> Bool { left === right }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
