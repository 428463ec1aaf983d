/// The queues that event source mappings take messages from: where Lambda and the service that keeps them meet.
public protocol MessageSource: Sendable {
    /// How long a received message stays hidden, in seconds.
    ///
    /// - Parameter queue: an ARN.
    /// - Throws: ``ServiceError`` where there is no such queue.
    func visibilityTimeout(of queue: String) throws(ServiceError) -> Int

    /// Receives what is there, and does not wait.
    ///
    /// - Parameters:
    ///   - limit: 1 to 10.
    ///   - visibilityTimeout: for how many seconds the messages are hidden, 0 to 43,200.
    /// - Throws: where there is no such queue, or it cannot be read.
    func receive(from queue: String, limit: Int, visibilityTimeout: Int) async throws -> [SourceMessage]

    /// Deletes received messages. A receipt that no longer counts is passed over.
    func delete(_ receiptHandles: [String], from queue: String) async throws

    /// Hides received messages for some seconds from now on; 0 shows them.
    ///
    /// - Returns: the receipts that no longer count: their messages are visible already, received again, or gone.
    func changeVisibility(
        of receiptHandles: [String], in queue: String, to seconds: Int
    ) async throws -> Set<String>

    /// Tells of messages that can be received, as long as the observation is kept: before the send returns that brings
    /// one, and within the clock's timer that shows it again. The queue need not be there yet.
    func observeArrivals(in queue: String, _ onArrival: @escaping @Sendable () -> Void) -> ArrivalObservation
}

/// A cloud without queues.
public struct NoMessageSource: MessageSource {
    /// No queues.
    public init() {}

    /// There is none.
    public func visibilityTimeout(of queue: String) throws(ServiceError) -> Int { throw Self.missing }

    /// There is none.
    public func receive(from queue: String, limit: Int, visibilityTimeout: Int) async throws -> [SourceMessage] {
        throw Self.missing
    }

    /// There is none.
    public func delete(_ receiptHandles: [String], from queue: String) async throws { throw Self.missing }

    /// There is none.
    public func changeVisibility(
        of receiptHandles: [String], in queue: String, to seconds: Int
    ) async throws -> Set<String> { throw Self.missing }

    /// Nothing ever comes.
    public func observeArrivals(
        in queue: String, _ onArrival: @escaping @Sendable () -> Void
    ) -> ArrivalObservation { ArrivalObservation() }

    private static let missing = ServiceError(
        "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
}
