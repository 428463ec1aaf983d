import Synchronization

/// Hands a streamed answer from the thread that receives it to the task that reads it, holding a bounded number of
/// bytes: past the bound the receiver is told to pause, and is woken when the reader has caught up.
final class DownloadQueue: Sendable {
    private struct State: ~Copyable {
        var pieces: [[UInt8]] = []
        var waiting = 0
        var end: Result<Void, TransportError>?
        var reader: CheckedContinuation<[UInt8]?, any Error>?
        var wakeReceiver: (@Sendable () -> Void)?
        var largest = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int) { self.capacity = max(1, capacity) }

    // MARK: The receiver's side

    /// Takes a piece, or refuses it because the reader is behind; then `wake` is called once it has caught up.
    func offer(_ piece: UnsafeRawBufferPointer, wake: @escaping @Sendable () -> Void) -> Bool {
        var reader: CheckedContinuation<[UInt8]?, any Error>?
        let bytes: [UInt8]? = state.withLock { state in
            guard state.waiting < capacity else {
                state.wakeReceiver = wake
                return nil
            }
            let bytes = [UInt8](piece)
            reader = state.reader.take()
            if reader == nil {
                state.pieces.append(bytes)
                state.waiting += bytes.count
                state.largest = max(state.largest, state.waiting)
            }
            return bytes
        }
        reader?.resume(returning: bytes)
        return bytes != nil
    }

    /// Says that nothing more comes.
    func finish(_ end: Result<Void, TransportError>) {
        let reader = state.withLock { state in
            if state.end == nil { state.end = end }
            return state.reader.take()
        }
        switch end {
        case .success: reader?.resume(returning: nil)
        case .failure(let error): reader?.resume(throwing: error)
        }
    }

    // MARK: The reader's side

    /// The next piece; nil at the end. One reader at a time.
    func next() async throws -> [UInt8]? {
        try await withCheckedThrowingContinuation { continuation in
            var result: Result<[UInt8]?, any Error>?
            let wake: (@Sendable () -> Void)? = state.withLock { state in
                if !state.pieces.isEmpty {
                    let piece = state.pieces.removeFirst()
                    state.waiting -= piece.count
                    result = .success(piece)
                    // Woken at half full, so that pausing and resuming do not alternate piece by piece.
                    return state.waiting <= capacity / 2 ? state.wakeReceiver.take() : nil
                }
                switch state.end {
                case .success: result = .success(nil)
                case .failure(let error): result = .failure(error)
                case nil: state.reader = continuation
                }
                return state.wakeReceiver.take()
            }
            if let result { continuation.resume(with: result) }
            wake?()
        }
    }

    /// The most bytes that ever waited here.
    var highWaterMark: Int { state.withLock { $0.largest } }
}
