import NIOCore
import Synchronization

/// The processes of an environment, as one: its runtime and its external extensions. It has ended when each has.
final class EnvironmentProcesses: RunningProcess {
    enum Member: Sendable, Hashable {
        case runtime
        case external(String)
    }

    private struct Waiter: Sendable {
        /// Whose end is waited for; nil for everybody's.
        var member: Member?
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State: Sendable {
        /// Those that are being started or run.
        var alive: Set<Member> = []
        var processes: [Member: any RunningProcess] = [:]
        var runtimeEnd: ProcessEnd?
        /// Whether more are to come: the end of those that are there is then not the end.
        var isStarting = true
        /// Whether they are meant to end.
        var isEnding = false
        var hasEnded = false
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())
    private let group: any EventLoopGroup
    private let onLoss: @Sendable (Member, ProcessEnd) -> Void
    private let onEnd: @Sendable (ProcessEnd) -> Void

    /// - Parameters:
    ///   - onLoss: called when one has ended by itself while another is still there.
    ///   - onEnd: called once, when all have ended after ``isComplete()``, with how the runtime has.
    init(
        group: any EventLoopGroup, onLoss: @escaping @Sendable (Member, ProcessEnd) -> Void,
        onEnd: @escaping @Sendable (ProcessEnd) -> Void
    ) {
        self.group = group
        self.onLoss = onLoss
        self.onEnd = onEnd
    }

    // MARK: Starting

    /// Starts one of them.
    ///
    /// - Throws: ``ProcessLaunchError``.
    func launch(
        _ member: Member, _ command: ProcessCommand, by launcher: any ProcessLauncher,
        onOutput: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
    ) async throws {
        state.withLock { _ = $0.alive.insert(member) }
        do {
            let process = try await launcher.launch(
                command, onOutput: onOutput, onEnd: { [weak self] in self?.ended(member, $0) })
            let isLate = state.withLock { state in
                // Its end may have been told already.
                guard state.alive.contains(member) else { return false }
                state.processes[member] = process
                return state.isEnding
            }
            if isLate { process.kill() }
        } catch {
            state.withLock { _ = $0.alive.remove(member) }
            throw error
        }
    }

    /// Everything has been started: from now on the end of all of them is the end.
    func isComplete() {
        state.withLock { $0.isStarting = false }
        tellEnd()
    }

    // MARK: Ending

    private func ended(_ member: Member, _ end: ProcessEnd) {
        let (isLoss, continuations) = state.withLock { state in
            state.alive.remove(member)
            state.processes[member] = nil
            if member == .runtime { state.runtimeEnd = end }
            let done = state.waiters.filter { waiter in
                waiter.value.member.map { !state.alive.contains($0) } ?? state.alive.isEmpty
            }
            for number in done.keys { state.waiters[number] = nil }
            let isLoss = !state.isEnding && (state.isStarting || !state.alive.isEmpty || member != .runtime)
            return (isLoss, done.values.map(\.continuation))
        }
        if isLoss { onLoss(member, end) }
        for continuation in continuations { continuation.resume() }
        tellEnd()
    }

    private func tellEnd() {
        let end: ProcessEnd? = state.withLock { state in
            guard !state.isStarting, state.alive.isEmpty, !state.hasEnded else { return nil }
            state.hasEnded = true
            return state.runtimeEnd ?? .signalled(9)
        }
        if let end { onEnd(end) }
    }

    /// Waits for the end of one, or of all, but not for longer than until a moment.
    func wait(for member: Member?, until limit: ContinuousClock.Instant?) async {
        await withCheckedContinuation { continuation in
            let number: Int? = state.withLock { state in
                guard member.map({ state.alive.contains($0) }) ?? !state.alive.isEmpty else { return nil }
                state.nextWaiter += 1
                state.waiters[state.nextWaiter] = Waiter(member: member, continuation: continuation)
                return state.nextWaiter
            }
            guard let number else { return continuation.resume() }
            guard let limit else { return }
            let delay = max(.zero, limit - .now).wholeMilliseconds + 1
            group.next().scheduleTask(in: .milliseconds(delay)) { [weak self] in
                let waiter = self?.state.withLock { $0.waiters.removeValue(forKey: number) }
                waiter?.continuation.resume()
            }
        }
    }

    /// From now on their ends are no surprise.
    func beginEnding() { state.withLock { $0.isEnding = true } }

    func kill(_ member: Member) { state.withLock { $0.processes[member] }?.kill() }

    private var running: [any RunningProcess] { state.withLock { Array($0.processes.values) } }

    private var runtime: (any RunningProcess)? { state.withLock { $0.processes[.runtime] } }

    // MARK: As one

    var processID: Int32 { runtime?.processID ?? 0 }

    var peakMemory: Int? {
        let peaks = running.compactMap(\.peakMemory)
        return peaks.isEmpty ? nil : peaks.reduce(0, +)
    }

    /// Tells the runtime to end; extensions are told by an event.
    func terminate() { runtime?.terminate() }

    func kill() {
        beginEnding()
        for process in running { process.kill() }
    }

    func drainOutput() {
        for process in running { process.drainOutput() }
    }
}
