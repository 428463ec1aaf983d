import CloudCore

/// The queues that event source mappings take messages from: what Lambda knows of the service that keeps them.
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

/// A message as it was received, with everything that goes into an event's record.
public struct SourceMessage: Sendable {
    /// An attribute that the sender gave it.
    public enum AttributeValue: Sendable, Equatable {
        /// `String`, `Number` and their kinds.
        case text(String)
        /// `Binary` and its kinds.
        case bytes([UInt8])
    }

    /// The message's identifier.
    public var messageID: String
    /// By which this receipt is deleted or hidden again.
    public var receiptHandle: String
    /// The body.
    public var body: String
    /// The MD5 of the body, in hexadecimal digits.
    public var bodyDigest: String
    /// The attributes that the queue sets, such as `SentTimestamp`.
    public var attributes: [(name: String, value: String)]
    /// The attributes that the sender set, in the order of their names.
    public var messageAttributes: [(name: String, dataType: String, value: AttributeValue)]
    /// The MD5 of those; nil for none.
    public var attributesDigest: String?
    /// The group, in a FIFO queue.
    public var groupID: String?

    /// A message.
    public init(
        messageID: String, receiptHandle: String, body: String, bodyDigest: String,
        attributes: [(name: String, value: String)] = [],
        messageAttributes: [(name: String, dataType: String, value: AttributeValue)] = [],
        attributesDigest: String? = nil, groupID: String? = nil
    ) {
        self.messageID = messageID
        self.receiptHandle = receiptHandle
        self.body = body
        self.bodyDigest = bodyDigest
        self.attributes = attributes
        self.messageAttributes = messageAttributes
        self.attributesDigest = attributesDigest
        self.groupID = groupID
    }
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
