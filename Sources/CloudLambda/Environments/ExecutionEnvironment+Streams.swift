import CloudCore
import Digests
import NIOCore
import NIOHTTP1
import Synchronization

/// Answers that come in pieces.
extension ExecutionEnvironment {
    /// Passes a streamed answer on as it comes in, at the pace of the caller and of the cloud's ``StreamRate``.
    func takeStream(_ request: CloudRequest, _ active: ActiveCall) async -> CloudResponse {
        let requestID = active.call.requestID
        let contentType = request.headers.first(name: "Content-Type")
        var collected = ByteBuffer()
        do {
            if let pass = active.call.onResponsePiece {
                try await passOn(request.body, contentType, of: active.call, to: pass)
            } else {
                collected = try await request.body.collect(upTo: LambdaLimits.responseBytes)
            }
        } catch RequestBodyError.tooLarge {
            let response = fail(active, .responseTooLarge, .responseTooLarge)
            await Self.discard(request.body)
            return response
        } catch {
            return fail(active, .truncatedResponse, .truncated)
        }
        if endAnswer(requestID) {
            if let failure = Self.failure(in: request.body.trailers) {
                settle(active, failure)
            } else {
                settle(active, response: collected, contentType: contentType)
            }
        }
        makeRoom()
        return Self.accepted
    }

    private func passOn(
        _ body: RequestBody, _ contentType: String?, of call: Call,
        to pass: @Sendable (ResponsePiece) async throws -> Void
    ) async throws {
        try? await pass(.head(contentType: contentType))
        var count = 0
        var pace = context.streamRate.map { StreamPace($0, from: .now) }
        while let piece = try await body.next() {
            count += piece.readableBytes
            guard count <= LambdaLimits.streamedResponseBytes else {
                throw RequestBodyError.tooLarge(limit: LambdaLimits.streamedResponseBytes)
            }
            if let moment = pace?.take(piece.readableBytes, at: .now) { await context.streamPause.until(moment) }
            // What came in before the call's time was up may not go out behind its end.
            guard isOpen(call.requestID) else { throw RequestBodyError.incomplete }
            // A caller that has gone away does not stop the function: the rest is read and dropped.
            try? await pass(.body(piece))
        }
    }

    private func isOpen(_ requestID: String) -> Bool { state.withLock { $0.calls[requestID] != nil } }

    /// The failure that a runtime reports behind a stream that it could not finish.
    private static func failure(in trailers: HTTPHeaders?) -> CallFailure? {
        guard let trailers, let type = trailers.first(name: "Lambda-Runtime-Function-Error-Type") else { return nil }
        let body = trailers.first(name: "Lambda-Runtime-Function-Error-Body").flatMap { Base64.decode($0) }
        return .reported(
            ByteBuffer(bytes: body ?? Array("null".utf8)), contentType: "application/json",
            type: RuntimeErrorType.sanitised(type))
    }
}
