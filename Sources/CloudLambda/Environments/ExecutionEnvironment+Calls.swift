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
            announce(call)
            armTimer()
        case .deliver(let pollers, let active):
            // Before the event goes out: nothing that the function writes may stand above its start.
            announce(call)
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

    /// Says that a call begins.
    func announce(_ call: Call) {
        log.start(requestID: call.requestID, version: generation.configuration.version)
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
}
