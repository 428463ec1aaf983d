import CloudCore
import NIOCore
import NIOHTTP1
import Synchronization

/// An answer that goes out while the function still writes it.
///
/// What it is, the content type says that the function gives with it: one type of its own announces a
/// ``StreamedPrelude`` with the status and the fields; any other is the response's, a 200 of those bytes, whatever they
/// are. The function is held back to the pace of the caller: one piece is handed over at a time.
final class StreamedAnswer: Sendable {
    private enum Signal {
        case piece(ResponsePiece)
        /// The function did not stream: this is all of it.
        case whole(InvocationResult)
        case end
        case failure(ServiceError)
        case functionError
    }

    private struct State {
        var signals: [Signal] = []
        var reader: CheckedContinuation<Signal, Never>?
        var writer: CheckedContinuation<Void, any Error>?
        var isAbandoned = false
    }

    private let state = Mutex(State())

    static func respond(
        to invocation: Invocation, by invoker: any FunctionInvoker, kind: GatewayAPI.Kind
    ) async -> CloudResponse {
        let answer = StreamedAnswer()
        var invocation = invocation
        invocation.onResponsePiece = { try await answer.push($0) }
        let streaming = invocation
        Task {
            do {
                let result = try await invoker.invoke(streaming)
                if result.functionError != nil { return answer.signal(.functionError) }
                answer.signal(result.payload.readableBytes > 0 ? .whole(result) : .end)
            } catch let error as ServiceError {
                answer.signal(.failure(error))
            } catch {
                answer.signal(.failure(ServiceError("ServiceException", "\(error)", status: 500)))
            }
        }
        return await answer.head(kind)
    }

    /// Waits until it is known how the answer begins.
    private func head(_ kind: GatewayAPI.Kind) async -> CloudResponse {
        switch await beginning(kind) {
        case .stream(let response): return response
        case .whole(let response):
            // A call can end while a piece of it is still on its way here, such as one whose time is up.
            abandon()
            return response
        }
    }

    private enum Beginning {
        /// The answer is there, and nothing more of the function's is waited for.
        case whole(CloudResponse)
        /// The body takes what the function goes on to write.
        case stream(CloudResponse)
    }

    private func beginning(_ kind: GatewayAPI.Kind) async -> Beginning {
        var type: String?
        var prelude = StreamedPrelude()
        while true {
            switch await next() {
            case .failure(let error): return .whole(Gateway.refusal(error).response(of: kind))
            // Nothing has gone out yet: the caller can still be told by the status.
            case .functionError: return .whole(GatewayRefusal.badAnswer.response(of: kind))
            case .whole(let result): return .whole(Self.whole(result, kind))
            // It does not begin the answer yet: a function that fails before its first byte is told by the status.
            case .piece(.head(let contentType)): type = contentType
            case .piece(.body(let bytes)):
                guard StreamedPrelude.isAnnounced(by: type) else {
                    return .stream(stream(200, ["Content-Type": Self.contentType(type)], from: bytes))
                }
                switch prelude.take(bytes) {
                case .incomplete: break
                case .complete(let status, let headers, let rest): return .stream(stream(status, headers, from: rest))
                case .malformed: return .whole(GatewayRefusal.badAnswer.response(of: kind))
                }
            case .end:
                // What was announced did not come whole.
                if StreamedPrelude.isAnnounced(by: type) { return .whole(GatewayRefusal.badAnswer.response(of: kind)) }
                return .whole(CloudResponse(status: 200, contentType: Self.contentType(type), text: ""))
            }
        }
    }

    /// The type of the bytes, where the function gave one that can stand in a head.
    private static func contentType(_ type: String?) -> String {
        guard let type, !type.isEmpty, FunctionAnswer.isFieldValue(type) else { return "application/octet-stream" }
        return type
    }

    /// The answer of a function that does not stream: read as that of any function URL, and bytes where it is no JSON.
    private static func whole(_ result: InvocationResult, _ kind: GatewayAPI.Kind) -> CloudResponse {
        if StreamedPrelude.isAnnounced(by: result.contentType) {
            var prelude = StreamedPrelude()
            guard case .complete(let status, let headers, let rest) = prelude.take(result.payload) else {
                return GatewayRefusal.badAnswer.response(of: kind)
            }
            return CloudResponse(status: status, headers: headers, body: .bytes(rest))
        }
        if let answer = FunctionAnswer(format2: result.payload) {
            return CloudResponse(status: answer.status, headers: answer.headers, body: .bytes(answer.body))
        }
        return CloudResponse(status: 200, headers: ["Content-Type": contentType(nil)], body: .bytes(result.payload))
    }

    /// A response whose body begins with these bytes and goes on with what the function writes.
    private func stream(_ status: Int, _ headers: HTTPHeaders, from first: ByteBuffer) -> CloudResponse {
        CloudResponse(
            status: status, headers: headers,
            body: .stream(length: nil) { writer in
                do {
                    if first.readableBytes > 0 { try await writer.write(first) }
                    while case let signal = await self.next() {
                        switch signal {
                        case .piece(.head): break
                        case .piece(.body(let bytes)): try await writer.write(bytes)
                        case .whole(let result): return try await writer.write(result.payload)
                        case .end: return
                        // Half an answer has gone out: breaking off is the only way left to say that it is not whole.
                        case .failure(let error): throw error
                        case .functionError: throw ServiceError("FunctionError", "The function failed.", status: 502)
                        }
                    }
                } catch {
                    self.abandon()
                    throw error
                }
            })
    }

    /// Hands a piece over, and returns once it has been taken.
    private func push(_ piece: ResponsePiece) async throws {
        try await withCheckedThrowingContinuation { (writer: CheckedContinuation<Void, any Error>) in
            let (reader, isAbandoned) = state.withLock { state in
                if state.isAbandoned { return (CheckedContinuation<Signal, Never>?.none, true) }
                if let reader = state.reader {
                    state.reader = nil
                    return (reader, false)
                }
                state.signals.append(.piece(piece))
                state.writer = writer
                return (nil, false)
            }
            if isAbandoned { return writer.resume(throwing: CancellationError()) }
            guard let reader else { return }
            reader.resume(returning: .piece(piece))
            writer.resume()
        }
    }

    private func signal(_ signal: Signal) {
        let reader = state.withLock { state in
            defer { state.reader = nil }
            if state.reader == nil { state.signals.append(signal) }
            return state.reader
        }
        reader?.resume(returning: signal)
    }

    private func next() async -> Signal {
        await withCheckedContinuation { reader in
            let (signal, writer) = state.withLock { state in
                guard !state.signals.isEmpty else {
                    state.reader = reader
                    return (Signal?.none, CheckedContinuation<Void, any Error>?.none)
                }
                defer { state.writer = nil }
                return (state.signals.removeFirst(), state.writer)
            }
            writer?.resume()
            if let signal { reader.resume(returning: signal) }
        }
    }

    /// Nobody listens any more: the function's next piece is refused.
    private func abandon() {
        let writer = state.withLock { state in
            state.isAbandoned = true
            state.signals = []
            defer { state.writer = nil }
            return state.writer
        }
        writer?.resume(throwing: CancellationError())
    }
}
