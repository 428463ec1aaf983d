import CloudCore
import JSONValue
import NIOCore
import Synchronization

/// Errors that a runtime reports: of its start, and as all of them are read.
extension ExecutionEnvironment {
    func takeInitError(_ request: CloudRequest) async -> CloudResponse {
        let reported: Result<Int, RuntimeRefusal> = state.withLock { state in
            guard state.phase == .starting || state.phase == .ready else { return .failure(.ending) }
            do throws(RuntimeRefusal) { try state.session.reportInitError() } catch { return .failure(error) }
            return .success(state.incarnation)
        }
        let incarnation: Int
        switch reported {
        case .success(let number): incarnation = number
        case .failure(let refusal): return refusal.response
        }
        let failure: CallFailure
        do {
            failure = try await Self.reportedFailure(request)
        } catch RequestBodyError.tooLarge {
            await Self.discard(request.body)
            return RuntimeRefusal.responseTooLarge.response
        } catch {
            return RuntimeRefusal.truncated.response
        }
        let (bound, duration, process) = state.withLock { state in
            guard state.incarnation == incarnation, state.phase == .starting else {
                return (ActiveCall?.none, Duration?.none, EnvironmentProcesses?.none)
            }
            state.startHasFailed = true
            state.startDeadline = nil
            // It ends by itself as a rule, and is given the time to.
            state.killDeadline = ContinuousClock.now + .milliseconds(500)
            defer { state.boundCall = nil }
            return (state.boundCall, ContinuousClock.now - state.startBegan, state.process)
        }
        // Its time may have run out, or the process may have ended, while the report came in.
        guard let duration else { return Self.accepted }
        process?.drainOutput()
        reportStart(failure, duration, bound)
        if let bound {
            owner.environmentIsFinishing(self)
            settleUnstarted(bound, failure)
        }
        armTimer()
        return Self.accepted
    }

    /// An error as a runtime posts it.
    static func reportedFailure(_ request: CloudRequest) async throws -> CallFailure {
        var body = try await request.body.collect(upTo: LambdaLimits.errorBytes)
        var contentType = request.headers.first(name: "Content-Type")
        if contentType == "application/vnd.aws.lambda.error.cause+json" {
            // The cause is for the trace, not for the caller.
            contentType = "application/json"
            if case .object(var error)? = try? JSONValue(parsing: body.readableBytesView) {
                error["errorCause"] = nil
                body = ByteBuffer(bytes: JSONValue.object(error).encoded())
            }
        }
        let type = RuntimeErrorType.sanitised(request.headers.first(name: "Lambda-Runtime-Function-Error-Type"))
        return .reported(body, contentType: contentType, type: type)
    }
}
