import NIOCore
import Synchronization

extension ExecutionEnvironment {
    /// Makes sure that somebody looks when the next deadline has passed.
    ///
    /// A timer is never taken back: most calls end long before their time, and a timer that finds nothing to do, once in
    /// a while, costs less than setting and cancelling one for each call.
    func armTimer() {
        let due: ContinuousClock.Instant? = state.withLock { state in
            guard let next = Self.nextDeadline(state) else { return nil }
            if let armed = state.armed, armed <= next { return nil }
            state.armed = next
            return next
        }
        guard let due else { return }
        let delay = max(.zero, due - ContinuousClock.now)
        let nanoseconds = delay.components.seconds * 1_000_000_000 + delay.components.attoseconds / 1_000_000_000
        context.group.next().scheduleTask(in: .nanoseconds(nanoseconds)) { [weak self] in self?.timerFired(due) }
    }

    private static func nextDeadline(_ state: State) -> ContinuousClock.Instant? {
        var next = state.calls.values.map(\.deadline).min()
        for other in [state.boundCall?.deadline, state.startDeadline, state.killDeadline, state.lateReport?.deadline] {
            if let other { next = min(next ?? other, other) }
        }
        return next
    }

    private func timerFired(_ due: ContinuousClock.Instant) {
        enum Step {
            case nothing
            case kill
            case startTimedOut(Duration)
            case callsTimedOut([ActiveCall], starting: (call: ActiveCall, for: Duration)?)
            /// The calls are answered, but extensions are not done with one of them.
            case extensionsTimedOut(LateReport)
        }
        let now = ContinuousClock.now
        var process: EnvironmentProcesses?
        let step: Step = state.withLock { state in
            if state.armed == due { state.armed = nil }
            guard state.phase == .starting || state.phase == .ready else { return .nothing }
            process = state.process
            if let kill = state.killDeadline, kill <= now {
                state.killDeadline = nil
                return .kill
            }
            if let start = state.startDeadline, start <= now, state.phase == .starting {
                state.startDeadline = nil
                state.startHasFailed = true
                state.phase = .resetting
                return .startTimedOut(now - state.startBegan)
            }
            if let report = state.lateReport, report.deadline <= now {
                state.lateReport = nil
                state.phase = .resetting
                return .extensionsTimedOut(report)
            }
            let late = state.calls.values.filter { $0.deadline <= now }
            for active in late { state.calls[active.call.requestID] = nil }
            var starting: (call: ActiveCall, for: Duration)?
            if let bound = state.boundCall, bound.deadline <= now {
                state.boundCall = nil
                starting = (bound, now - state.startBegan)
            }
            guard !late.isEmpty || starting != nil else { return .nothing }
            state.undelivered.removeAll { id in late.contains { $0.call.requestID == id } }
            state.phase = .resetting
            return .callsTimedOut(late, starting: starting)
        }
        switch step {
        case .nothing: break
        case .kill: shutDown(.failure)
        case .startTimedOut(let duration):
            process?.drainOutput()
            log.initReport(duration: duration, phase: "init", status: .timeout, errorType: nil)
            shutDown(.timeout)
        case .callsTimedOut(let late, let starting):
            owner.environmentIsFinishing(self)
            shutDown(.timeout)
            for active in late { settle(active, .timeout(generation.timeout)) }
            if let starting {
                process?.drainOutput()
                log.initReport(duration: starting.for, phase: "invoke", status: .timeout, errorType: nil)
                settleUnstarted(starting.call, .timeout(generation.timeout))
            }
        case .extensionsTimedOut(let late):
            report(late, .timeout(generation.timeout))
            shutDown(.timeout)
        }
        armTimer()
    }
}
