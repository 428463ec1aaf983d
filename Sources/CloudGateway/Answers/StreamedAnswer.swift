import CloudCore
import JSONValue
import NIOCore
import NIOHTTP1
import Synchronization

/// An answer that goes out while the function still writes it.
///
/// The function's first bytes may be a prelude: a JSON object with the status and the fields, then eight zero bytes.
/// Without one the answer is a 200 with bytes. The function is held back to the pace of the caller: one piece is handed
/// over at a time.
final class StreamedAnswer: Sendable {
    /// How long a prelude may be, in bytes.
    private static let preludeLimit = 64 * 1024
    private static let separator = [UInt8](repeating: 0, count: 8)

    private enum Signal {
        case piece(ByteBuffer)
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
                // A function that does not stream answers all at once.
                if result.payload.readableBytes > 0 { answer.signal(.piece(result.payload)) }
                answer.signal(.end)
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
        var start = ByteBuffer()
        var isWhole = false
        var prelude: (status: Int, headers: HTTPHeaders)?
        reading: while prelude == nil {
            switch await next() {
            case .failure(let error): return .whole(Gateway.refusal(error).response(of: kind))
            // Nothing has gone out yet: the caller can still be told by the status.
            case .functionError: return .whole(GatewayRefusal.badAnswer.response(of: kind))
            case .end:
                isWhole = true
                break reading
            case .piece(var piece): start.writeBuffer(&piece)
            }
            guard start.readableBytesView.first == UInt8(ascii: "{"), start.readableBytes <= Self.preludeLimit else {
                break
            }
            if let end = start.readableBytesView.firstRange(of: Self.separator) {
                let length = end.lowerBound - start.readerIndex
                guard let text = start.readSlice(length: length), let read = Self.prelude(text) else {
                    return .whole(GatewayRefusal.badAnswer.response(of: kind))
                }
                start.moveReaderIndex(forwardBy: Self.separator.count)
                prelude = read
            }
        }
        if isWhole, prelude == nil, let answer = FunctionAnswer(format2: start) {
            return .whole(CloudResponse(status: answer.status, headers: answer.headers, body: .bytes(answer.body)))
        }
        let first = start
        let (status, headers) = prelude ?? (200, ["Content-Type": "application/octet-stream"])
        if isWhole { return .whole(CloudResponse(status: status, headers: headers, body: .bytes(first))) }
        return .stream(
            CloudResponse(
                status: status, headers: headers,
                body: .stream(length: nil) { writer in
                    do {
                        if first.readableBytes > 0 { try await writer.write(first) }
                        while case let signal = await self.next() {
                            switch signal {
                            case .piece(let piece): try await writer.write(piece)
                            case .end: return
                            // Half an answer has gone out: breaking off is the only way left to say that it is not whole.
                            case .failure(let error): throw error
                            case .functionError:
                                throw ServiceError("FunctionError", "The function failed.", status: 502)
                            }
                        }
                    } catch {
                        self.abandon()
                        throw error
                    }
                }))
    }

    private static func prelude(_ text: ByteBuffer) -> (status: Int, headers: HTTPHeaders)? {
        guard let value = try? JSONValue(parsing: text.readableBytesView), let members = value.object,
            let status = members["statusCode"].map(FunctionAnswer.status) ?? 200,
            var headers = FunctionAnswer.headers(members["headers"], members["multiValueHeaders"])
        else { return nil }
        for cookie in members["cookies"]?.array ?? [] {
            guard let text = cookie.string, FunctionAnswer.isFieldValue(text) else { return nil }
            headers.add(name: "Set-Cookie", value: text)
        }
        if !headers.contains(name: "content-type") {
            headers.add(name: "Content-Type", value: "application/octet-stream")
        }
        return (status, headers)
    }

    /// Hands a piece over, and returns once it has been taken.
    private func push(_ piece: ByteBuffer) async throws {
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
