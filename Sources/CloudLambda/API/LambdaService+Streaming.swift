import CloudCore
import Digests
import JSONValue
import NIOCore
import NIOHTTP1
import Synchronization

extension LambdaService {
    // MARK: InvokeWithResponseStream

    func invokeStreaming(_ request: CloudRequest, _ name: String, _ call: ServiceCall) async throws -> CloudResponse {
        let name = try FunctionName(name, qualifier: request.queryItems["Qualifier"])
        let wantsTail = try Self.wantsTail(request)
        let invocationType = request.header("X-Amz-Invocation-Type") ?? "RequestResponse"
        guard ["RequestResponse", "DryRun"].contains(invocationType) else {
            throw LambdaErrors.notOneOf("invocationType", invocationType, ["RequestResponse", "DryRun"])
        }
        _ = try resolve(name)
        if invocationType == "DryRun" {
            return CloudResponse(status: 204, headers: ["x-amzn-RequestId": call.requestID])
        }
        let clientContext = try Self.clientContext(request)
        let payload = try await payload(
            of: request, limit: LambdaLimits.synchronousEventBytes, invocationType: "RequestResponse")
        let invocation = invocation(of: name, request, payload, clientContext: clientContext)
        let tenantID = request.header("X-Amz-Tenant-Id")
        // Taken in before the answer begins: being refused is told by the status.
        let admitted = try admit(name)
        return CloudResponse(
            status: 200,
            headers: [
                // The API's `ResponseStreamContentType` is this very field: the type of the stream of events, not the one
                // that the function gives, which has no place in this answer.
                "Content-Type": "application/vnd.amazon.eventstream", "x-amzn-RequestId": call.requestID,
                "X-Amz-Executed-Version": admitted.version,
            ],
            body: .stream(length: nil) { [self] writer in
                let pieces = OrderedPieces { piece in
                    for frame in EventStreamFrame.payloadChunks(piece) { try await writer.write(frame) }
                }
                var invocation = invocation
                invocation.onResponsePiece = { piece in
                    if case .body(let bytes) = piece { try await pieces.pass(bytes) }
                }
                let outcome = await outcome(of: admitted, invocation, requestID: call.requestID, tenantID: tenantID)
                await pieces.close()
                if case .answered(let result) = outcome, result.functionError == nil {
                    for frame in EventStreamFrame.payloadChunks(result.payload) { try await writer.write(frame) }
                }
                try await writer.write(
                    EventStreamFrame.invokeComplete(Self.completion(of: outcome, wantsTail: wantsTail)))
            })
    }

    /// What the last event of a stream says.
    private static func completion(of outcome: CallOutcome, wantsTail: Bool) -> JSONObject {
        var completion: JSONObject = [:]
        switch outcome {
        case .answered(let result):
            if let error = result.functionError {
                completion["ErrorCode"] = .string(error)
                completion["ErrorDetails"] = .string(String(decoding: result.payload.readableBytesView, as: UTF8.self))
            }
            if wantsTail { completion["LogResult"] = .string(Base64.encode(result.logTail)) }
        case .refused(let error):
            completion["ErrorCode"] = .string(error.code)
            completion["ErrorDetails"] = .string(error.message)
        }
        return completion
    }
}

/// Pieces of a stream that end before something else is written: a call whose time is up ends while a piece of it may
/// still be on its way to a slow caller.
private final class OrderedPieces: Sendable {
    private struct State {
        var isClosed = false
        var isPassing = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let write: @Sendable (ByteBuffer) async throws -> Void
    private let state = Mutex(State())

    init(_ write: @escaping @Sendable (ByteBuffer) async throws -> Void) { self.write = write }

    /// Passes a piece on, one at a time.
    ///
    /// - Throws: what writing throws; `CancellationError` where no pieces are taken any more.
    func pass(_ piece: ByteBuffer) async throws {
        try state.withLock { state in
            guard !state.isClosed else { throw CancellationError() }
            state.isPassing = true
        }
        defer {
            let waiting = state.withLock { state in
                state.isPassing = false
                defer { state.waiting = nil }
                return state.waiting
            }
            waiting?.resume()
        }
        try await write(piece)
    }

    /// Takes no more, and returns once the piece under way has gone out.
    func close() async {
        await withCheckedContinuation { continuation in
            let isPassing = state.withLock { state in
                state.isClosed = true
                if state.isPassing { state.waiting = continuation }
                return state.isPassing
            }
            if !isPassing { continuation.resume() }
        }
    }
}
