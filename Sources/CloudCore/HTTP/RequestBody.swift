import NIOCore
import NIOHTTP1
import Synchronization

/// Why a request's body could not be read to its end.
public enum RequestBodyError: Error, Sendable, Equatable {
    /// The body is longer than the reader allows.
    case tooLarge(limit: Int)
    /// The connection closed, or fell silent, before the body was complete.
    case incomplete
}

/// The body of a request, read as it comes in: in pieces, or collected up to a limit.
///
/// One reader at a time. What is not yet read is bounded: the connection stops reading from its socket while more than
/// ``highWaterMark`` bytes wait.
public final class RequestBody: Sendable, AsyncSequence {
    /// Bytes that may wait unread before the connection pauses.
    public static let highWaterMark = 512 * 1024

    private struct State {
        var pieces: [ByteBuffer] = []
        var buffered = 0
        var isComplete = false
        var trailers: HTTPHeaders?
        var failure: RequestBodyError?
        var reader: CheckedContinuation<ByteBuffer?, any Error>?
        /// Asks the connection for more; also sends `100 Continue` where the caller waits for it.
        var demand: (@Sendable () -> Void)?
        var isPaused = false
        var wasAskedFor = false
        var observer: Observer?
    }

    /// A closure of its own type: see how closures fare in generic containers.
    private struct Observer: Sendable {
        let receive: @Sendable (ByteBuffer) -> Void
    }

    private let state: Mutex<State>

    /// A body that is all at hand.
    public init(_ bytes: ByteBuffer) {
        var state = State()
        if bytes.readableBytes > 0 {
            state.pieces = [bytes]
            state.buffered = bytes.readableBytes
        }
        state.isComplete = true
        self.state = Mutex(state)
    }

    /// A body that a connection will deliver.
    init(demand: @escaping @Sendable () -> Void) {
        var state = State()
        state.demand = demand
        self.state = Mutex(state)
    }

    /// The trailer fields behind a chunked body; nil before its end and where there are none.
    public var trailers: HTTPHeaders? { state.withLock { $0.trailers } }

    /// Shows each piece to an observer as it arrives, whoever reads it: first those that wait already. The observer must be
    /// quick, and must not touch the body.
    public func observe(_ receive: @escaping @Sendable (ByteBuffer) -> Void) {
        state.withLock { state in
            for piece in state.pieces { receive(piece) }
            state.observer = Observer(receive: receive)
        }
    }

    /// Whether all of the body has arrived.
    var isComplete: Bool { state.withLock { $0.isComplete } }
    var wasAskedFor: Bool { state.withLock { $0.wasAskedFor } }

    /// The next piece; nil at the end.
    ///
    /// - Throws: ``RequestBodyError/incomplete``.
    public func next() async throws -> ByteBuffer? {
        try await withCheckedThrowingContinuation { continuation in
            var demand: (@Sendable () -> Void)?
            let answer: Result<ByteBuffer?, any Error>? = state.withLock { state in
                let firstRequest = !state.wasAskedFor
                state.wasAskedFor = true
                if !state.pieces.isEmpty {
                    let piece = state.pieces.removeFirst()
                    state.buffered -= piece.readableBytes
                    if state.isPaused, state.buffered < Self.highWaterMark / 2 {
                        state.isPaused = false
                        demand = state.demand
                    }
                    return .success(piece)
                }
                if let failure = state.failure { return .failure(failure) }
                if state.isComplete { return .success(nil) }
                state.reader = continuation
                if firstRequest || state.isPaused { demand = state.demand }
                state.isPaused = false
                return nil
            }
            demand?()
            if let answer { continuation.resume(with: answer) }
        }
    }

    /// The whole body.
    ///
    /// - Throws: ``RequestBodyError/tooLarge(limit:)`` as soon as more than `limit` bytes have come;
    ///   ``RequestBodyError/incomplete``.
    public func collect(upTo limit: Int) async throws -> ByteBuffer {
        let whole: ByteBuffer?? = state.withLock { state in
            state.wasAskedFor = state.wasAskedFor || state.isComplete
            guard state.isComplete, state.pieces.count <= 1, state.failure == nil else { return nil }
            state.buffered = 0
            return .some(state.pieces.popLast())
        }
        if let whole {
            let bytes = whole ?? ByteBuffer()
            guard bytes.readableBytes <= limit else { throw RequestBodyError.tooLarge(limit: limit) }
            return bytes
        }
        var bytes = ByteBuffer()
        while var piece = try await next() {
            guard bytes.readableBytes + piece.readableBytes <= limit else {
                throw RequestBodyError.tooLarge(limit: limit)
            }
            if bytes.readableBytes == 0 { bytes = piece } else { bytes.writeBuffer(&piece) }
        }
        return bytes
    }

    /// Takes in a piece from the connection. Answers whether the connection should pause.
    func receive(_ piece: ByteBuffer) -> Bool {
        guard piece.readableBytes > 0 else { return false }
        let (reader, pause) = state.withLock { state in
            state.observer?.receive(piece)
            if let reader = state.reader {
                state.reader = nil
                return (Optional(reader), false)
            }
            state.pieces.append(piece)
            state.buffered += piece.readableBytes
            // Only a reader ends a pause: it is the one that asks the connection to go on.
            if state.buffered > Self.highWaterMark { state.isPaused = true }
            return (nil, state.isPaused)
        }
        reader?.resume(returning: piece)
        return pause
    }

    func finish(trailers: HTTPHeaders?) {
        let reader = state.withLock { state in
            state.isComplete = true
            state.trailers = trailers
            state.demand = nil
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    func fail(_ error: RequestBodyError) {
        let reader = state.withLock { state in
            guard !state.isComplete else { return CheckedContinuation<ByteBuffer?, any Error>?.none }
            state.failure = error
            state.demand = nil
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(throwing: error)
    }

    /// Reads the pieces in turn.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let body: RequestBody

        /// The next piece; nil at the end.
        public mutating func next() async throws -> ByteBuffer? { try await body.next() }
    }

    /// Starts reading.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }
}

/// Whether a request's connection is still there: a long poll looks before it hands out what it could not take back.
public final class ConnectionState: Sendable {
    private let state = Mutex<(isOpen: Bool, actions: [@Sendable () -> Void])>((true, []))

    /// An open connection.
    public init() {}

    /// Whether the caller can still be answered.
    public var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Runs an action once the connection closes; at once if it has.
    public func whenClosed(_ action: @escaping @Sendable () -> Void) {
        let runNow = state.withLock { state in
            if state.isOpen { state.actions.append(action) }
            return !state.isOpen
        }
        if runNow { action() }
    }

    func close() {
        let actions = state.withLock { state in
            state.isOpen = false
            defer { state.actions = [] }
            return state.actions
        }
        for action in actions { action() }
    }

    /// Forgets the actions of the request that was answered.
    func forget() { state.withLock { $0.actions = [] } }
}
