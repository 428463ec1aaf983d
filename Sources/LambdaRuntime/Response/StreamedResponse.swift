import Synchronization

/// The pieces of a response between the handler that writes them and the connection that sends them.
///
/// Bounded: a writer that is ahead by more than ``ResponseWriter/backlogLimit`` waits until the connection has caught up.
final class StreamedResponse: Sendable {
    private struct State {
        var contentType: String?
        var pieces: [[UInt8]] = []
        /// How much of the first piece has been taken.
        var taken = 0
        var backlog = 0
        var end: End?
        var isAbandoned = false
        /// Writers that are too far ahead: more than one where a handler shares its writer among tasks.
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// How the stream ended.
    enum End: Sendable {
        case complete
        case failed(ErrorReport)
    }

    private let state = Mutex(State())
    private let backlogLimit: Int

    init(backlogLimit: Int = ResponseWriter.backlogLimit) { self.backlogLimit = backlogLimit }

    // MARK: The handler's side

    var hasStarted: Bool { contentType != nil }

    var contentType: String? { state.withLock { $0.contentType } }

    /// Whether this call was the one that began the stream.
    @discardableResult
    func start(contentType: String) -> Bool {
        state.withLock { state in
            guard state.contentType == nil else { return false }
            state.contentType = contentType
            return true
        }
    }

    func append(_ piece: [UInt8]) {
        guard !piece.isEmpty else { return }
        state.withLock { state in
            state.pieces.append(piece)
            state.backlog += piece.count
        }
    }

    func write(_ piece: [UInt8]) async throws {
        guard state.withLock({ !$0.isAbandoned && $0.end == nil }) else { throw ResponseStreamClosed() }
        append(piece)
        guard state.withLock({ $0.backlog > backlogLimit }) else { return }
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                if state.isAbandoned || state.backlog <= backlogLimit { return true }
                state.waiting.append(continuation)
                return false
            }
            if goesOn { continuation.resume() }
        }
        guard state.withLock({ !$0.isAbandoned }) else { throw ResponseStreamClosed() }
    }

    func end(_ end: End) {
        state.withLock { state in if state.end == nil { state.end = end } }
    }

    // MARK: The connection's side

    /// What to send next.
    enum Next {
        /// So many bytes were put into the buffer.
        case bytes(Int)
        /// The handler has written nothing new.
        case nothingYet
        case ended
    }

    /// Fills a buffer with what waits to be sent.
    func take(into buffer: UnsafeMutableRawBufferPointer) -> Next {
        let (next, writers) = state.withLock { state -> (Next, [CheckedContinuation<Void, Never>]) in
            var filled = 0
            var finished = 0
            while finished < state.pieces.count, filled < buffer.count {
                let piece = state.pieces[finished]
                let count = min(piece.count - state.taken, buffer.count - filled)
                piece.withUnsafeBytes { bytes in
                    UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + count])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[state.taken..<state.taken + count]))
                }
                filled += count
                state.taken += count
                if state.taken == piece.count {
                    finished += 1
                    state.taken = 0
                }
            }
            state.pieces.removeFirst(finished)
            state.backlog -= filled
            var writers: [CheckedContinuation<Void, Never>] = []
            if state.backlog <= backlogLimit / 2 { swap(&writers, &state.waiting) }
            if filled > 0 { return (.bytes(filled), writers) }
            return (state.end == nil ? .nothingYet : .ended, writers)
        }
        for writer in writers { writer.resume() }
        return next
    }

    /// How the handler ended it; nil while it goes on.
    var end: End? { state.withLock { $0.end } }

    /// The receiver is gone: writers are told, and what waits is dropped.
    func abandon() {
        let writers = state.withLock { state in
            state.isAbandoned = true
            state.pieces = []
            state.backlog = 0
            state.taken = 0
            var writers: [CheckedContinuation<Void, Never>] = []
            swap(&writers, &state.waiting)
            return writers
        }
        for writer in writers { writer.resume() }
    }
}
