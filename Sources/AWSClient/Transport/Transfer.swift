import CCurl
import Synchronization

/// How long an attempt may take, and may stand still.
struct TransferLimits: Sendable {
    /// From its start to the last byte of the answer; nil for no limit.
    var timeout: Duration?
    var stallTimeout: Duration
}

/// One request and its answer, while curl works on it.
///
/// `@unchecked Sendable`: everything but `waiter` is touched only by the engine's thread, from the moment the transfer
/// is handed to it; before that, only by the task that makes it. `waiter` has a lock of its own.
final class Transfer: @unchecked Sendable {
    /// Where the bytes of the answer go.
    enum Sink {
        /// Into memory, up to a limit.
        case collect(limit: Int)
        /// To a reader, as they come.
        case stream(DownloadQueue)
    }

    let request: HTTPRequest
    let sink: Sink
    let limits: TransferLimits
    private var lastActivity = ContinuousClock.now
    /// Whether the transfer waits for this side: for a reader to catch up, or a source to go on.
    private var waitsForCaller = false
    /// Called from callbacks when curl must be told that a paused direction may go on.
    var wake: @Sendable () -> Void = {}

    var headerList: UnsafeMutablePointer<curl_slist>?
    private(set) var status = 0
    private var fields = HTTPFields()
    private var headerBytes = 0
    private var isHeadComplete = false
    private var collected: [UInt8] = []
    /// Bytes of the answer that came, headers included.
    private(set) var receivedBytes = 0
    private var sentBytes = 0
    /// What a callback found wrong; curl itself then only reports that the callback gave up.
    private(set) var failure: TransportError?
    var isCancelled = false

    private let waiter = Mutex<CheckedContinuation<HTTPResponse, any Error>?>(nil)

    static let headerLimit = 256 * 1024

    init(request: HTTPRequest, sink: Sink, limits: TransferLimits) {
        self.request = request
        self.sink = sink
        self.limits = limits
    }

    /// Who waits for the answer: in full, or its head when the body is streamed.
    func wait(_ continuation: CheckedContinuation<HTTPResponse, any Error>) {
        waiter.withLock { $0 = continuation }
    }

    // MARK: Stalling

    func noteActivity() {
        lastActivity = .now
        waitsForCaller = false
    }

    /// How long nothing may still move; nil while it is not the other side that is waited for.
    func timeBeforeStalled(_ now: ContinuousClock.Instant) -> Duration? {
        waitsForCaller ? nil : limits.stallTimeout - (now - lastActivity)
    }

    var stalled: TransportError {
        TransportError(
            kind: .timeout,
            message: "\(request.method) \(request.endpoint): nothing has moved for \(limits.stallTimeout)",
            mayHaveBeenExecuted: true)
    }

    // MARK: Called back by curl

    func received(headerLine line: UnsafeRawBufferPointer) -> Bool {
        noteActivity()
        receivedBytes += line.count
        headerBytes += line.count
        guard headerBytes <= Self.headerLimit else {
            fail(.incompleteAnswer, "the headers are longer than \(Self.headerLimit) bytes")
            return false
        }
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // A final answer follows after each interim one; only the last counts.
            fields = HTTPFields()
            isHeadComplete = false
            status = Int(text.split(separator: " ").dropFirst().first?.prefix { $0.isNumber } ?? "") ?? 0
            return true
        }
        guard !isHeadComplete else { return true }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            // The empty line that ends the head.
            if status >= 200 { completeHead() }
            return true
        }
        fields.append(
            name: String(text[..<colon]), value: text[text.index(after: colon)...].trimmingWhitespace)
        return true
    }

    private func completeHead() {
        isHeadComplete = true
        switch sink {
        case .collect(let limit):
            guard request.method != "HEAD", let length = fields["content-length"].flatMap({ Int($0) }) else { return }
            // Refused by curl when the first byte of it comes; here the room is made once.
            if length > 0, length <= limit { collected.reserveCapacity(length) }
        case .stream: resume(.success(HTTPResponse(head: head, body: [])))
        }
    }

    var head: HTTPHead { HTTPHead(status: status, headers: fields) }

    enum Received { case taken, pause, abort }

    func received(body: UnsafeRawBufferPointer) -> Received {
        noteActivity()
        receivedBytes += body.count
        switch sink {
        case .collect(let limit):
            guard collected.count + body.count <= limit else {
                fail(.tooLarge(limit: limit), "the answer is larger than \(limit) bytes")
                return .abort
            }
            collected.append(contentsOf: body)
            return .taken
        case .stream(let queue):
            guard queue.offer(body, wake: wake) else {
                receivedBytes -= body.count
                waitsForCaller = true
                return .pause
            }
            return .taken
        }
    }

    func takeBody(into buffer: UnsafeMutableRawBufferPointer) -> UploadQueue.Taken {
        noteActivity()
        switch request.body {
        case .none: return .end
        case .bytes(let bytes):
            let count = min(bytes.count - sentBytes, buffer.count)
            guard count > 0 else { return .end }
            bytes.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sentBytes..<sentBytes + count]))
            }
            sentBytes += count
            return .bytes(count)
        case .upload(let queue):
            let taken = queue.take(into: buffer, wake: wake)
            switch taken {
            case .bytes(let count): sentBytes += count
            case .failed: fail(.bodySource, "the source of the request's body failed")
            case .end where sentBytes < queue.length:
                fail(.bodySource, "the source of the request's body ended \(queue.length - sentBytes) bytes early")
                return .failed
            case .nothingYet: waitsForCaller = true
            case .end: break
            }
            return taken
        }
    }

    /// Starts the body over, which curl asks for when a kept connection was dead. A request that must not be carried
    /// out twice refuses, because nobody knows how far it got.
    func rewind(to offset: Int) -> Bool {
        guard request.isRepeatable || sentBytes == 0, case .bytes(let bytes) = request.body,
            (0...bytes.count).contains(offset)
        else { return false }
        sentBytes = offset
        return true
    }

    // MARK: The end

    private func fail(_ kind: TransportError.Kind, _ message: String) {
        if failure == nil {
            failure = TransportError(
                kind: kind, message: "\(request.method) \(request.endpoint): \(message)", mayHaveBeenExecuted: true)
        }
    }

    /// Hands the result to whoever waits. Only the first call counts.
    func finish(_ error: TransportError?) {
        if case .upload(let queue) = request.body { queue.close() }
        if case .stream(let queue) = sink {
            queue.finish(error.map { .failure($0) } ?? .success(()))
        }
        if let error {
            resume(.failure(error))
        } else {
            let body = collected
            collected = []
            resume(.success(HTTPResponse(head: head, body: body)))
        }
    }

    private func resume(_ result: Result<HTTPResponse, TransportError>) {
        let continuation = waiter.withLock { $0.take() }
        switch result {
        case .success(let response): continuation?.resume(returning: response)
        case .failure(let error): continuation?.resume(throwing: error)
        }
    }
}

extension Substring {
    /// Without spaces, tabs and line ends at its ends.
    var trimmingWhitespace: String {
        var bytes = utf8[...]
        while let first = bytes.first, first <= 0x20 { bytes = bytes.dropFirst() }
        while let last = bytes.last, last <= 0x20 { bytes = bytes.dropLast() }
        return String(bytes) ?? ""
    }
}
