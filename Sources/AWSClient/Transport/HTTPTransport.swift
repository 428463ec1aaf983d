/// Sends requests and brings back answers. Owns the engine: with the last reference, its thread ends.
final class HTTPTransport: Sendable {
    private let engine: CurlEngine
    let options: TransportOptions

    init(options: TransportOptions, certificateBundle: String?) {
        self.options = options
        engine = CurlEngine(options: options, certificateBundle: certificateBundle)
    }

    deinit { engine.stop() }

    /// Sends a request and collects the answer.
    ///
    /// - Throws: ``TransportError``.
    func collect(_ request: HTTPRequest, limit: Int, limits: TransferLimits) async throws -> HTTPResponse {
        try await perform(Transfer(request: request, sink: .collect(limit: limit), limits: limits))
    }

    /// Sends a request and returns with the head of the answer; the body follows as it is read.
    ///
    /// - Throws: ``TransportError``.
    func stream(_ request: HTTPRequest, limits: TransferLimits) async throws -> (HTTPHead, StreamedBody) {
        let queue = DownloadQueue(capacity: options.streamBuffer)
        let transfer = Transfer(request: request, sink: .stream(queue), limits: limits)
        let response = try await perform(transfer)
        return (response.head, StreamedBody(queue: queue, transfer: transfer, transport: self))
    }

    func cancel(_ transfer: Transfer) { engine.cancel(transfer) }

    private func perform(_ transfer: Transfer) async throws -> HTTPResponse {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                transfer.wait(continuation)
                engine.start(transfer)
            }
        } onCancel: {
            engine.cancel(transfer)
        }
    }
}

/// The body of an answer that is read while it comes. To be read once, by one task.
///
/// The sender is held back while the reader is behind; when the value goes away unread, the transfer ends.
public struct StreamedBody: AsyncSequence, Sendable {
    /// A piece of the body.
    public typealias Element = [UInt8]

    /// Ends the transfer once nobody can read any more.
    private final class Owner: Sendable {
        let queue: DownloadQueue
        let transfer: Transfer
        let transport: HTTPTransport

        init(queue: DownloadQueue, transfer: Transfer, transport: HTTPTransport) {
            self.queue = queue
            self.transfer = transfer
            self.transport = transport
        }

        deinit { transport.cancel(transfer) }
    }

    private let owner: Owner
    /// Checks what was read, at its end.
    var checksum: ChecksumExpectation?

    init(queue: DownloadQueue, transfer: Transfer, transport: HTTPTransport) {
        owner = Owner(queue: queue, transfer: transfer, transport: transport)
    }

    /// The most bytes that ever waited for the reader.
    var highWaterMark: Int { owner.queue.highWaterMark }

    /// Reads the pieces one after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let body: StreamedBody
        private var running: RunningChecksum?

        fileprivate init(body: StreamedBody) {
            self.body = body
            running = body.checksum?.start()
        }

        /// The next piece; nil at the end.
        ///
        /// - Throws: ``TransportError`` when the answer breaks off, or is not what its checksum says.
        public mutating func next() async throws -> [UInt8]? {
            let owner = body.owner
            let piece = try await withTaskCancellationHandler {
                try await owner.queue.next()
            } onCancel: {
                owner.transport.cancel(owner.transfer)
            }
            if let piece { running?.update(piece) } else { try running?.check() }
            return piece
        }
    }

    /// Starts reading.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }

    /// The whole rest of the body.
    ///
    /// - Throws: ``TransportError``, also when it is longer than `limit` bytes.
    public func collect(limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in self {
            guard bytes.count + piece.count <= limit else {
                throw TransportError(
                    kind: .tooLarge(limit: limit), message: "the answer is larger than \(limit) bytes",
                    mayHaveBeenExecuted: true)
            }
            bytes.append(contentsOf: piece)
        }
        return bytes
    }
}
