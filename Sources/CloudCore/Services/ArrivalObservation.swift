import Synchronization

/// Standing interest in what arrives somewhere, such as messages in a queue. Ends with ``cancel()``, or when nobody keeps
/// it any more.
public final class ArrivalObservation: Sendable {
    private let isOver = Atomic(false)
    private let onCancel: @Sendable () -> Void

    /// An observation.
    ///
    /// - Parameter onCancel: ends it; called once.
    public init(onCancel: @escaping @Sendable () -> Void = {}) { self.onCancel = onCancel }

    deinit { cancel() }

    /// Ends it. A second time nothing happens.
    public func cancel() {
        if !isOver.exchange(true, ordering: .acquiringAndReleasing) { onCancel() }
    }
}
