import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Threads for work that computes long without a pause, which must not hold up Swift's own threads. A bounded number of
/// pieces runs at once, a bounded number waits; more are refused.
final class WorkThreads: Sendable {
    /// One piece of work, which tells its result by itself.
    private struct Piece {
        var id: Int
        var run: @Sendable () -> Void
        var drop: @Sendable () -> Void
    }

    private struct State {
        var waiting: [Piece] = []
        var nextID = 0
        /// Threads that exist. They end when nothing waits, so that an idle recogniser has none.
        var threads = 0
        var isStopped = false
        var whenIdle: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let count: Int
    private let limit: Int

    /// At most `count` pieces run at once; at most `limit` wait.
    init(count: Int, limit: Int) {
        self.count = count
        self.limit = limit
    }

    /// How many pieces wait.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Runs work on one of the threads. Throws ``RecognitionError/busy`` when too much waits; a task that is cancelled while
    /// its work waits does not wait on.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                let piece = Piece(
                    id: id, run: { continuation.resume(with: Swift.Result { try work() }) },
                    drop: { continuation.resume(throwing: CancellationError()) })
                if let refusal = add(piece) { continuation.resume(throwing: refusal) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Lets a piece wait, and starts a thread for it while there are fewer than may be.
    private func add(_ piece: Piece) -> (any Error)? {
        state.withLock { state in
            guard state.waiting.count < limit, !state.isStopped else { return RecognitionError.busy }
            state.waiting.append(piece)
            guard state.threads < count else { return nil }
            state.threads += 1
            guard startThread() else {
                state.threads -= 1
                if state.threads > 0 { return nil }
                state.waiting.removeAll { $0.id == piece.id }
                return RecognitionError.outOfMemory
            }
            return nil
        }
    }

    /// Takes out a piece that still waits. One that runs already runs to its end.
    private func cancel(_ id: Int) {
        let piece: Piece? = state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiting.remove(at: index)
        }
        piece?.drop()
    }

    /// The next piece, or nil: then the thread is no longer counted.
    private func next() -> Piece? {
        let (piece, idle): (Piece?, [CheckedContinuation<Void, Never>]) = state.withLock { state in
            guard state.waiting.isEmpty else { return (state.waiting.removeFirst(), []) }
            state.threads -= 1
            guard state.threads == 0 else { return (nil, []) }
            defer { state.whenIdle = [] }
            return (nil, state.whenIdle)
        }
        for continuation in idle { continuation.resume() }
        return piece
    }

    /// Drops what waits, refuses what comes, and returns once no thread runs any work.
    func stop() async {
        let dropped = state.withLock { state in
            state.isStopped = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for piece in dropped { piece.drop() }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.threads > 0 { state.whenIdle.append(continuation) }
                return state.threads == 0
            }
            if isIdle { continuation.resume() }
        }
    }

    private func startThread() -> Bool {
        var attributes = pthread_attr_t()
        guard pthread_attr_init(&attributes) == 0 else { return false }
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 4 << 20)
        var thread = pthread_t()
        let own = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let threads = Unmanaged<WorkThreads>.fromOpaque(argument).takeRetainedValue()
                while let piece = threads.next() { piece.run() }
                return nil
            }, own.toOpaque())
        if status != 0 { own.release() }
        return status == 0
    }
}
