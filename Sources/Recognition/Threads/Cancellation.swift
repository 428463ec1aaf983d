import Synchronization

/// Whether a piece of work is no longer wanted; for work on threads of its own, which no task can tell.
final class Cancellation: Sendable {
    private let cancelled = Atomic(false)

    func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// Throws `CancellationError` once the work is cancelled.
    func check() throws(CancellationError) {
        if cancelled.load(ordering: .relaxed) { throw CancellationError() }
    }
}
