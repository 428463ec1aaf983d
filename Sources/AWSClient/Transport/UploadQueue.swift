import Synchronization

/// Hands a streamed request body from the task that produces it to the thread that sends it, one piece at a time: the
/// producer waits until its piece is taken, so that no more than one piece is held.
final class UploadQueue: Sendable {
    enum Taken {
        case bytes(Int)
        case nothingYet
        case end
        case failed
    }

    private struct State: ~Copyable {
        var piece: [UInt8] = []
        var offset = 0
        var isFinished = false
        var hasFailed = false
        var isClosed = false
        var producer: CheckedContinuation<Void, Never>?
        /// Set while the sender has stopped for want of bytes.
        var wakeSender: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    /// How many bytes the body has on the wire.
    let length: Int

    init(length: Int) { self.length = length }

    // MARK: The sender's side

    /// Copies what there is into the sender's buffer. When there is nothing yet, `wake` is called as soon as there is.
    func take(into buffer: UnsafeMutableRawBufferPointer, wake: @escaping @Sendable () -> Void) -> Taken {
        var producer: CheckedContinuation<Void, Never>?
        let taken: Taken = state.withLock { state in
            if state.hasFailed { return .failed }
            let available = state.piece.count - state.offset
            guard available > 0 else {
                if state.isFinished { return .end }
                state.wakeSender = wake
                return .nothingYet
            }
            let count = min(available, buffer.count)
            state.piece.withUnsafeBytes { piece in
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: piece[state.offset..<state.offset + count]))
            }
            state.offset += count
            if state.offset == state.piece.count {
                state.piece = []
                state.offset = 0
                producer = state.producer.take()
            }
            return .bytes(count)
        }
        producer?.resume()
        return taken
    }

    /// Ends the exchange from the sender's side: the producer waits no more.
    func close() {
        let producer = state.withLock { state in
            state.isClosed = true
            state.piece = []
            state.offset = 0
            state.wakeSender = nil
            return state.producer.take()
        }
        producer?.resume()
    }

    // MARK: The producer's side

    /// Hands over a piece and waits until it is taken; false when nobody takes any more.
    func offer(_ piece: [UInt8]) async -> Bool {
        guard !piece.isEmpty else { return state.withLock { !$0.isClosed } }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            var isClosed = false
            let wake = state.withLock { state in
                if state.isClosed {
                    isClosed = true
                } else {
                    state.piece = piece
                    state.offset = 0
                    state.producer = continuation
                }
                return state.wakeSender.take()
            }
            if isClosed { continuation.resume() }
            wake?()
        }
        return state.withLock { !$0.isClosed }
    }

    /// Says that all pieces were handed over, or that no more can be.
    func finish(failed: Bool) {
        let wake = state.withLock { state in
            state.isFinished = true
            state.hasFailed = failed
            return state.wakeSender.take()
        }
        wake?()
    }
}
