import CloudCore
import Digests
import JSONValue
import NIOCore

extension LambdaService {
    /// Calls a function and waits for its answer.
    ///
    /// - Throws: ``ServiceError`` where the call is refused: no such function, too many calls, payload too large.
    public func invoke(_ invocation: Invocation) async throws -> InvocationResult {
        let name = try FunctionName(invocation.function, qualifier: invocation.qualifier)
        let size = invocation.payload.readableBytes
        guard size <= LambdaLimits.synchronousEventBytes else {
            throw LambdaErrors.tooLarge(
                size, invocationType: "RequestResponse", limit: LambdaLimits.synchronousEventBytes)
        }
        let admitted = try admit(name)
        return try await run(admitted, invocation, requestID: identifiers.uuid())
    }

    /// Hands an event over to a function; when this returns, it is stored.
    ///
    /// - Returns: the request identifier.
    /// - Throws: ``ServiceError``.
    public func enqueue(_ invocation: Invocation) async throws -> String {
        let requestID = identifiers.uuid()
        try await enqueue(invocation, requestID: requestID, limit: LambdaLimits.asynchronousEventBytes)
        return requestID
    }

    /// Whether there is such a function.
    public func hasFunction(_ function: String) -> Bool {
        guard let name = try? FunctionName(function, qualifier: nil) else { return false }
        return (try? resolve(name)) != nil
    }

    func enqueue(_ invocation: Invocation, requestID: String, tenantID: String? = nil, limit: Int) async throws {
        let name = try FunctionName(invocation.function, qualifier: invocation.qualifier)
        _ = try resolve(name)
        let size = invocation.payload.readableBytes
        guard size <= limit else { throw LambdaErrors.tooLarge(size, invocationType: "Event", limit: limit) }
        try await events.append(
            QueuedEvent(
                requestID: requestID, function: name.name, qualifier: name.qualifier, payload: invocation.payload,
                traceID: traceID(invocation.traceID), tenantID: tenantID, source: invocation.source,
                enqueued: clock.now, due: clock.now))
    }

    /// A call that counts as in flight.
    struct AdmittedCall: Sendable {
        var name: FunctionName
        /// Where it runs.
        var pool: EnvironmentPool
        /// `$LATEST` or a number.
        var version: String
    }

    /// Takes a call in.
    ///
    /// - Throws: `ResourceNotFoundException`, `TooManyRequestsException`.
    func admit(_ name: FunctionName) throws(ServiceError) -> AdmittedCall {
        let version = try resolveVersion(name)
        try ledger.admit(name.name)
        return AdmittedCall(name: name, pool: version.pool, version: version.number)
    }

    /// Runs a call that was taken in.
    ///
    /// - Throws: where it was refused after all.
    func run(
        _ admitted: AdmittedCall, _ invocation: Invocation, requestID: String, tenantID: String? = nil,
        attempt: Int? = nil
    ) async throws(ServiceError) -> InvocationResult {
        switch await outcome(
            of: admitted, invocation, requestID: requestID, tenantID: tenantID, attempt: attempt)
        {
        case .answered(let result): return result
        case .refused(let error): throw error
        }
    }

    /// Runs a call that was taken in, lets it go, and tells who wants to know.
    ///
    /// - Parameter attempt: which attempt at an event of the queue it is, from 1.
    func outcome(
        of admitted: AdmittedCall, _ invocation: Invocation, requestID: String, tenantID: String? = nil,
        attempt: Int? = nil
    ) async -> CallOutcome {
        let start = clock.now
        let began = ContinuousClock.now
        let call = Call(
            requestID: requestID, payload: invocation.payload,
            invokedARN: arn(admitted.name.name) + (admitted.name.qualifier.map { ":" + $0 } ?? ""),
            clientContext: invocation.clientContext, cognitoIdentity: invocation.cognitoIdentity,
            traceID: traceID(invocation.traceID), tenantID: tenantID, onResponsePiece: invocation.onResponsePiece)
        // What a function is doing belongs to the moment at which it was called: the clock is not turned meanwhile.
        let hold = clock.hold()
        defer { hold.release() }
        admitted.pool.submit(call)
        var outcome = await call.outcome()
        ledger.release(admitted.name.name)
        if case .answered(var result) = outcome {
            result.executedVersion = admitted.version
            outcome = .answered(result)
        }
        settings.observer?.invocationEnded(
            CompletedInvocation(
                function: admitted.name.name, qualifier: admitted.name.qualifier, source: invocation.source,
                requestID: requestID, attempt: attempt, payload: invocation.payload, start: start,
                duration: .now - began, outcome: outcome.completed))
        return outcome
    }

    /// The trace that a call belongs to: the caller's with what it lacks, or one of its own that is not sampled.
    func traceID(_ given: String?) -> String {
        if let trace = given.flatMap(TraceHeader.init) {
            return trace.text { identifiers.hex(bytes: 8) }
        }
        let seconds = String(UInt32(truncatingIfNeeded: clock.now.seconds), radix: 16)
        let time = String(repeating: "0", count: 8 - seconds.count) + seconds
        let random = Hex.encode(identifiers.bytes(20))
        return "Root=1-\(time)-\(random.prefix(24));Parent=\(random.suffix(16));Sampled=0"
    }
}
