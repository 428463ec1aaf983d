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

    /// An extension's request for its next event, that waits.
    struct ExtensionPoller: Sendable {
        var number: UInt64
        var identifier: String
        var answer: CheckedContinuation<CloudResponse, Never>
    }

    /// The report of a call that is over only once the extensions have done with it.
    struct LateReport: Sendable {
        var report: CallReport
        var began: ContinuousClock.Instant
        var deadline: ContinuousClock.Instant
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
        var process: EnvironmentProcesses?
        var hasProcess = false
        var extensions = ExtensionRegistry()
        var extensionPollers: [ExtensionPoller] = []
        /// What waits for the external extensions to have registered.
        var whenRegistered: CheckedContinuation<Void, Never>?
        /// Whether the runtime has asked for an event that it may only get once every extension waits for one too.
        var runtimeHasAsked = false
        /// What is said of a call that has been answered while extensions are still at work on it.
        var lateReport: LateReport?
        /// What has brought the environment down, where that is not the runtime's own end.
        var failure: CallFailure?
        /// Whether its processes are being told to end.
        var isShuttingDown = false
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
            state.extensions = ExtensionRegistry(tellsCalls: capacity == 1)
            state.runtimeHasAsked = false
            state.failure = nil
            state.isShuttingDown = false
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

    func openPort() async throws -> Int {
        if let open = server.withLock({ $0 }) { return open.port }
        var limits = HTTPLimits()
        // A handler may be silent for as long as it may run; the connection is its own business until then.
        limits.idle = .hours(24)
        // An error's cause comes in a field; AWS's client for Python sends one for every exception.
        limits.headerListBytes += LambdaLimits.errorCauseBytes
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
