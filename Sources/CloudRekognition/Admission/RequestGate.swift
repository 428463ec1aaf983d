import CloudCore
import Synchronization

/// Lets as many requests in as can be held, and works on as many pictures at once as there is power for.
///
/// Whoever waits is served in the order of asking. Those for whom there is no room are refused at once, as Rekognition
/// refuses what goes beyond an account's rate: callers know how to wait, memory does not grow.
final class RequestGate: Sendable {
    private typealias Turn = CheckedContinuation<Void, any Error>

    private struct State {
        var admitted = 0
        var bytes = 0
        var running = 0
        var waiting: [(id: Int, turn: Turn)] = []
        var cancelled: Set<Int> = []
        var nextID = 0
    }

    private let capacity: RequestCapacity
    private let state = Mutex(State())

    init(capacity: RequestCapacity) { self.capacity = capacity }

    /// Runs a request for which there is room.
    ///
    /// - Parameter bytes: how much the request may hold.
    /// - Throws: `ProvisionedThroughputExceededException` where too many are there, `ThrottlingException` where they hold
    ///   too much; what `body` throws.
    func admit<Result: Sendable>(bytes: Int, _ body: () async throws -> Result) async throws -> Result {
        try state.withLock { state throws(ServiceError) in
            guard state.admitted < capacity.atOnce + capacity.waiting else {
                throw .rekognition(.provisionedThroughputExceeded)
            }
            // One request alone is always let in, however little there is to hold.
            guard state.admitted == 0 || state.bytes + bytes <= capacity.bytes else { throw .rekognition(.throttling) }
            state.admitted += 1
            state.bytes += bytes
        }
        defer {
            state.withLock { state in
                state.admitted -= 1
                state.bytes -= bytes
            }
        }
        return try await body()
    }

    /// Runs work as soon as fewer than the most that may are running.
    ///
    /// - Throws: `CancellationError` where the caller goes away before its turn; what `work` throws.
    func inTurn<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
        try await takeTurn()
        defer { passTurn() }
        return try await work()
    }

    private func takeTurn() async throws {
        let id: Int? = state.withLock { state in
            if state.running < capacity.atOnce {
                state.running += 1
                return nil
            }
            state.nextID += 1
            return state.nextID
        }
        guard let id else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (turn: Turn) in
                let outcome: Bool? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return false }
                    if state.running < capacity.atOnce {
                        state.running += 1
                        return true
                    }
                    state.waiting.append((id, turn))
                    return nil
                }
                switch outcome {
                case true?: turn.resume()
                case false?: turn.resume(throwing: CancellationError())
                case nil: return
                }
            }
        } onCancel: {
            let turn: Turn? = state.withLock { state in
                guard let index = state.waiting.firstIndex(where: { $0.id == id }) else {
                    // It is about to wait, or has had its turn: the mark is taken away by whichever comes.
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiting.remove(at: index).turn
            }
            turn?.resume(throwing: CancellationError())
        }
        state.withLock { _ = $0.cancelled.remove(id) }
    }

    private func passTurn() {
        let next: Turn? = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst().turn }
            state.running -= 1
            return nil
        }
        next?.resume()
    }
}
