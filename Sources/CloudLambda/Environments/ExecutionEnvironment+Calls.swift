import CloudCore
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

extension ExecutionEnvironment {
    /// Gives the process a call. Returns false where it cannot take one any more.
    func assign(_ call: Call) -> Bool {
        enum Step {
            case refused
            case starts
            case deliver([Poller], ActiveCall)
            case keep
        }
        let now = ContinuousClock.now
        let step: Step = state.withLock { state in
            guard !state.isClosed else { return .refused }
            switch state.phase {
            case .cold: return .starts
            case .ready:
                var active = activate(call, at: now)
                active.initDuration = state.initDuration
                state.initDuration = nil
                state.calls[call.requestID] = active
                let pollers = takePollers(&state)
                if pollers.isEmpty {
                    state.undelivered.append(call.requestID)
                    return .keep
                }
                try? state.session.deliver(call.requestID)
                return .deliver(pollers, active)
            case .starting, .resetting, .ended: return .refused
            }
        }
        switch step {
        case .refused: return false
        case .starts: return start(for: call)
        case .keep:
            log.start(requestID: call.requestID, version: generation.configuration.version)
            armTimer()
        case .deliver(let pollers, let active):
            // Before the event goes out: nothing that the function writes may stand above its start.
            log.start(requestID: call.requestID, version: generation.configuration.version)
            for poller in pollers { poller.answer.resume(returning: eventResponse(active)) }
            armTimer()
        }
        return true
    }

    /// The requests that an event goes to. A runtime that asks again without having been answered may no longer listen
    /// to the first request; where it takes one call at a time, every request that is still open gets the same event.
    private func takePollers(_ state: inout State) -> [Poller] {
        if capacity == 1 {
            defer { state.pollers = [] }
            return state.pollers
        }
        return state.pollers.isEmpty ? [] : [state.pollers.removeFirst()]
    }

    /// Fails a call that waited for an environment with what kept this one from starting.
    func reject(_ call: Call, _ failure: CallFailure) {
        log.start(requestID: call.requestID, version: generation.configuration.version)
        settle(activate(call, at: ContinuousClock.now), failure)
    }

    /// Ends a call with a failure.
    func settle(_ active: ActiveCall, _ failure: CallFailure) {
        state.withLock { $0.process }?.drainOutput()
        let duration = ContinuousClock.now - active.began
        let requestID = active.call.requestID
        let report = CallReport(
            requestID: requestID, duration: duration, memorySize: generation.configuration.memorySize,
            peakMemory: peakMemory(), initDuration: active.initDuration, status: failure.status,
            errorType: failure.status == .success ? nil : failure.type)
        let tail = log.end(report, note: failure.note(requestID: requestID, at: context.clock.now))
        active.call.finish(
            .answered(
                InvocationResult(
                    payload: failure.payload(requestID: requestID), contentType: failure.contentType,
                    functionError: "Unhandled", requestID: requestID, logTail: tail, duration: duration)))
    }

    /// Ends a call with the function's response.
    func settle(_ active: ActiveCall, response: ByteBuffer, contentType: String?) {
        state.withLock { $0.process }?.drainOutput()
        let duration = ContinuousClock.now - active.began
        let requestID = active.call.requestID
        let report = CallReport(
            requestID: requestID, duration: duration, memorySize: generation.configuration.memorySize,
            peakMemory: peakMemory(), initDuration: active.initDuration, status: .success)
        let tail = log.end(report)
        active.call.finish(
            .answered(
                InvocationResult(
                    payload: response, contentType: contentType, requestID: requestID, logTail: tail,
                    duration: duration)))
    }

    /// The most memory that the process has held, looked up at most once a second.
    private func peakMemory() -> Int? {
        let now = ContinuousClock.now
        let (process, known) = state.withLock { ($0.process, $0.memory) }
        if let known, now - known.read < .seconds(1) { return known.peak }
        guard let peak = process?.peakMemory else { return known?.peak }
        state.withLock { $0.memory = (now, peak) }
        return peak
    }

    // MARK: The process's end

    func processEnded(_ end: ProcessEnd, _ incarnation: Int) {
        log.endOfOutput()
        struct Consequences {
            var calls: [ActiveCall] = []
            var startFailure: CallFailure?
            var startsAgain = false
            var isFree = false
            var ends = false
            var phase = "init"
        }
        var pollers: [Poller] = []
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
            startDuration = ContinuousClock.now - state.startBegan
            guard state.phase != .ended else { return Consequences() }
            var result = Consequences()
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
                result.calls.append(bound)
                result.isFree = true
                result.phase = "invoke"
                if wasStarting { result.startFailure = .exit(end) }
            } else if wasStarting, state.hasReportedInitError {
                result.ends = true
            } else if wasStarting {
                result.startFailure = .exit(end)
                result.ends = true
            } else if wasResetting, state.startTimedOut {
                result.startsAgain = true
            } else {
                // An environment that had no call is not worth keeping; one that had keeps its temporary files.
                result.isFree = wasResetting || !result.calls.isEmpty
                result.ends = !result.isFree
            }
            if result.ends { state.isClosed = true }
            return result
        }
        for continuation in gone { continuation.resume() }
        for poller in pollers { poller.answer.resume(returning: RuntimeRefusal.ending.response) }
        guard let consequences else { return }
        if let failure = consequences.startFailure {
            log.initReport(
                duration: startDuration, phase: consequences.phase, status: .error, errorType: failure.type)
        }
        if consequences.isFree { owner.environmentIsFinishing(self) }
        for active in consequences.calls { settle(active, .exit(end)) }
        if consequences.startsAgain {
            startAgain()
        } else if consequences.isFree {
            owner.environment(self, canTake: capacity)
        } else if consequences.ends {
            if let failure = consequences.startFailure { owner.environment(self, failedToStart: failure) }
            Task { await self.end() }
        }
    }

    /// The time of a start was up and its process is gone: the next call that waits starts another, in its own time.
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
            guard state.incarnation == incarnation, state.phase == .starting || state.phase == .resetting else {
                return (ActiveCall?.none, Duration.zero, false)
            }
            state.phase = .cold
            state.isClosed = true
            state.startDeadline = nil
            defer { state.boundCall = nil }
            return (state.boundCall, ContinuousClock.now - state.startBegan, true)
        }
        guard isCurrent else { return }
        log.initReport(
            duration: duration, phase: bound == nil ? "init" : "invoke", status: .error, errorType: failure.type)
        if let bound {
            settle(bound, failure)
        } else {
            owner.environment(self, failedToStart: failure)
        }
        Task { await end() }
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
