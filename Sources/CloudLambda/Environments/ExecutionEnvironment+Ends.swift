import CloudCore
import Foundation
import NIOCore
import Synchronization

/// What follows when a process ends, or never begins.
///
/// A start that fails before there was a call is repeated once, for the next call that waits and in its time; what comes
/// of that is the call's answer. AWS's guide says so of the time limit ("Lambda retries the Init phase at the time of
/// the first function invocation"), and its logs show it of crashes and errors too: `INIT_REPORT … Phase: init`, then
/// `INIT_REPORT … Phase: invoke`, and only then `START`.
extension ExecutionEnvironment {
    private struct Consequences {
        enum Next {
            case nothing
            /// The next call that waits starts another process.
            case startsAgain
            /// It is cold, and can take calls.
            case isFree
            case ends
        }

        var calls: [ActiveCall] = []
        /// The call that was to be the first of the process.
        var boundCall: ActiveCall?
        var startFailure: CallFailure?
        /// What the calls are answered with.
        var failure: CallFailure
        /// A report that is still to be written, and with which failure.
        var lateReport: (report: LateReport, failure: CallFailure?)?
        var next = Next.nothing
    }

    func processEnded(_ end: ProcessEnd, _ incarnation: Int) {
        log.endOfOutput()
        var pollers: [Poller] = []
        var extensionPollers: [ExtensionPoller] = []
        var gone: [CheckedContinuation<Void, Never>] = []
        var startDuration = Duration.zero
        let consequences: Consequences? = state.withLock { state in
            guard state.incarnation == incarnation else { return nil }
            state.process = nil
            state.hasProcess = false
            gone = state.whenGone
            state.whenGone = []
            pollers = state.pollers
            state.pollers = []
            extensionPollers = state.extensionPollers
            state.extensionPollers = []
            startDuration = ContinuousClock.now - state.startBegan
            guard state.phase != .ended else {
                defer { state.lateReport = nil }
                return Consequences(failure: .exit(end), lateReport: state.lateReport.map { ($0, nil) })
            }
            return Self.consequences(of: end, &state)
        }
        for continuation in gone { continuation.resume() }
        for poller in pollers { poller.answer.resume(returning: RuntimeRefusal.ending.response) }
        for poller in extensionPollers { poller.answer.resume(returning: ExtensionRefusal.ending.response) }
        guard let consequences else { return }
        if let late = consequences.lateReport { report(late.report, late.failure) }
        if let failure = consequences.startFailure { reportStart(failure, startDuration, consequences.boundCall) }
        if case .isFree = consequences.next { owner.environmentIsFinishing(self) }
        for active in consequences.calls { settle(active, consequences.failure) }
        if let bound = consequences.boundCall, !isTakenBack(bound) { settleUnstarted(bound, consequences.failure) }
        switch consequences.next {
        case .nothing: break
        case .startsAgain: startAgain()
        case .isFree: owner.environment(self, canTake: capacity)
        case .ends: Task { await self.end() }
        }
    }

    private static func consequences(of end: ProcessEnd, _ state: inout State) -> Consequences {
        let failure = state.failure ?? .exit(end)
        var result = Consequences(failure: failure, lateReport: state.lateReport.map { ($0, failure) })
        state.lateReport = nil
        result.calls = Array(state.calls.values)
        let wasStarting = state.phase == .starting
        let wasResetting = state.phase == .resetting
        state.calls = [:]
        state.undelivered = []
        state.initDuration = nil
        state.phase = .cold
        state.startDeadline = nil
        state.killDeadline = nil
        if let bound = state.boundCall {
            state.boundCall = nil
            result.boundCall = bound
            result.startFailure = failure
            result.next = .isFree
        } else if wasStarting || state.startHasFailed {
            if !state.startHasFailed { result.startFailure = failure }
            result.next = state.isStartOfACall ? .isFree : .startsAgain
        } else {
            // An environment that had no call is not worth keeping; one that had keeps its temporary files.
            result.next = wasResetting || !result.calls.isEmpty ? .isFree : .ends
        }
        if case .ends = result.next { state.isClosed = true }
        return result
    }

    /// Writes down that a start did not end well.
    func reportStart(_ failure: CallFailure, _ duration: Duration, _ bound: ActiveCall?) {
        for entry in state.withLock({ $0.extensions.entries }) { log.extensionState(entry) }
        log.initReport(
            duration: duration, phase: bound == nil ? "init" : "invoke", status: .error, errorType: failure.type)
    }

    /// Ends a call whose process did not come to ask for it.
    func settleUnstarted(_ bound: ActiveCall, _ failure: CallFailure) {
        announce(bound.call)
        settle(bound, failure)
    }

    /// A program that was replaced while it was starting says nothing about the new one: the call waits for that.
    private func isTakenBack(_ bound: ActiveCall) -> Bool { owner.environment(self, givesBack: bound.call) }

    /// A start has failed and its process is gone: the next call that waits starts another, in its own time.
    private func startAgain() {
        if let call = owner.callToStartWith(self) {
            guard !start(for: call) else { return }
            call.finish(.refused(LambdaErrors.service("The cloud was ended before the function answered.")))
        } else {
            Task { await end() }
        }
    }

    /// The program could not be started.
    func startFailed(_ error: ProcessLaunchError, _ incarnation: Int) {
        let reason = String(cString: strerror(error.errorNumber)).lowercased()
        switch error.stage {
        case .creation: cannotBeMade(reason, incarnation)
        case .directory:
            startFailed(.invalidEntrypoint("chdir \(generation.code.taskRoot): \(reason)"), incarnation)
        case .execution:
            // The interpreter that a script names may be missing as well as the file itself.
            let isMissing = access(generation.code.executable, F_OK) != 0
            startFailed(
                .invalidEntrypoint(
                    isMissing
                        ? generation.code.missingProgramMessage : "fork/exec \(generation.code.executable): \(reason)"),
                incarnation)
        }
    }

    private func startFailed(_ failure: CallFailure, _ incarnation: Int) {
        let (bound, duration, isCurrent) = state.withLock { state in
            guard state.incarnation == incarnation, state.phase == .starting else {
                return (ActiveCall?.none, Duration.zero, false)
            }
            state.phase = .cold
            state.startDeadline = nil
            defer { state.boundCall = nil }
            return (state.boundCall, ContinuousClock.now - state.startBegan, true)
        }
        guard isCurrent else { return }
        reportStart(failure, duration, bound)
        guard let bound else { return startAgain() }
        owner.environmentIsFinishing(self)
        if !isTakenBack(bound) { settleUnstarted(bound, failure) }
        owner.environment(self, canTake: capacity)
    }

    func cannotBeMade(_ reason: String, _ incarnation: Int) {
        let (bound, isCurrent) = state.withLock { state in
            guard state.incarnation == incarnation, state.phase == .starting || state.phase == .resetting else {
                return (ActiveCall?.none, false)
            }
            state.phase = .cold
            state.isClosed = true
            state.startDeadline = nil
            defer { state.boundCall = nil }
            return (state.boundCall, true)
        }
        guard isCurrent else { return }
        if let bound {
            bound.call.finish(
                .refused(LambdaErrors.service("The execution environment cannot be made: \(reason).")))
        } else {
            owner.environment(self, cannotBeMade: reason)
        }
        Task { await end() }
    }
}
