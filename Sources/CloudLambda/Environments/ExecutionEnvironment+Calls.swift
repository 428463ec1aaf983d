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
            case takes(Advance)
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
                state.undelivered.append(call.requestID)
                let told = tellExtensions(of: active, &state)
                var advance = advance(&state)
                advance.begins = active
                advance.told += told
                return .takes(advance)
            case .starting, .resetting, .ended: return .refused
            }
        }
        switch step {
        case .refused: return false
        case .starts: return start(for: call)
        case .takes(let advance):
            carryOut(advance)
            armTimer()
        }
        return true
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
        let tail = conclude(
            report, note: failure.note(requestID: requestID, at: context.clock.now), of: active)
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
        let tail = conclude(report, of: active)
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
