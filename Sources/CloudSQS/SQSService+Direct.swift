import CloudCore
import JSONValue

/// A message as event source mappings get it, with everything that goes into an event's record.
public struct ReceivedMessage: Sendable {
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
    /// The attributes that the service sets, such as `ApproximateReceiveCount` and `MessageGroupId`, in their order.
    public var attributes: [(name: String, value: String)]
    /// The attributes that the sender set, in the order of their names.
    public var messageAttributes: [(name: String, dataType: String, value: AttributeValue)]
    /// The MD5 of those; nil for none.
    public var attributesDigest: String?
    /// The group, in a FIFO queue.
    public var groupID: String?
}

/// What is wrong with one receipt of several.
public struct ReceiptFailure: Error, Sendable {
    /// The receipt.
    public var receiptHandle: String
    /// Why nothing was done.
    public var error: ServiceError
}

/// Queues without HTTP: for templates, event source mappings, notifications and rules of the same cloud.
extension SQSService {
    /// Makes a queue if there is none of this name, as a template declares it. One that is there gets the declared
    /// attributes; its messages stay.
    ///
    /// - Throws: ``ServiceError`` for names and attributes that SQS refuses; the store's errors.
    public func createQueueIfMissing(
        _ name: String, attributes told: [String: String] = [:], tags: [String: String] = [:]
    ) async throws {
        if storage.catalog.withLock({ $0.number(named: name) }) != nil {
            var settable = told
            settable["FifoQueue"] = nil
            guard !settable.isEmpty else { return }
            _ = try await setQueueAttributes(
                SQSInput([
                    "QueueUrl": .string(queueURL(name)),
                    "Attributes": .object(JSONObject(settable.map { ($0.key, .string($0.value)) })),
                ]))
            return
        }
        let isFIFO = told["FifoQueue"] == "true"
        try QueueAddress.check(name, isFIFO: isFIFO)
        try checkTags(tags)
        var attributes = QueueAttributes(isFIFO: isFIFO)
        try attributes.set(told, isNew: true)
        try await create(name, attributes, told: told, tags: tags, ignoresDeletion: true)
    }

    /// The URL of a queue, whether it is there or not.
    public func queueURL(_ name: String) -> String { url(of: name, host: nil) }

    /// The ARN of a queue, whether it is there or not.
    public func queueARN(_ name: String) -> String { identity.arn("sqs", name) }

    /// The names of all queues, in order.
    public var queueNames: [String] { storage.catalog.withLock { $0.names } }

    /// How long a received message of a queue stays hidden, in seconds.
    ///
    /// - Throws: `QueueDoesNotExist`.
    public func visibilityTimeout(of arn: String) throws(ServiceError) -> Int {
        Int(try queue(arn: arn).attributes.visibilityTimeout)
    }

    /// How many messages a queue has: to be received, in flight, delayed.
    ///
    /// - Throws: `QueueDoesNotExist`.
    public func messageCounts(of arn: String) throws(ServiceError) -> (visible: Int, inFlight: Int, delayed: Int) {
        let number = try queue(arn: arn).number
        let now = now
        let counts = storage.catalog.withLock { catalog in
            catalog[number]?.advance(to: now)
            return catalog[number].map { ($0.readyCount, $0.inFlightCount, $0.delayedCount) }
        }
        guard let counts else { throw .queueDoesNotExist }
        return counts
    }

    /// Sends a message. Answers its identifier.
    ///
    /// - Parameters:
    ///   - attributes: the message's own, of type `String` or `Number`.
    ///   - sender: who sends, such as the principal of a service.
    ///   - groupID: needed for a FIFO queue.
    ///   - deduplicationID: needed for a FIFO queue that does not deduplicate by content.
    /// - Throws: ``ServiceError`` such as `QueueDoesNotExist`, `InvalidParameterValue`; the store's errors.
    @discardableResult
    public func send(
        _ body: String, to arn: String, attributes: [(name: String, dataType: String, value: String)] = [],
        groupID: String? = nil, deduplicationID: String? = nil, sender: String? = nil
    ) async throws -> String {
        let queue = try queue(arn: arn)
        guard !body.isEmpty else { throw ServiceError.missingParameter("MessageBody") }
        guard MessageText.isAllowed(body) else { throw MessageText.invalidCharacters }
        var message = OutgoingMessage(body: body)
        message.attributes = try MessageAttribute.attributes(
            .object(
                JSONObject(
                    attributes.map {
                        ($0.name, ["DataType": .string($0.dataType), "StringValue": .string($0.value)])
                    })),
            kind: .user)
        message.group = groupID
        message.deduplicationID = deduplicationID
        try message.check(for: queue)
        let sent = try await send([message], to: queue, sender: sender ?? identity.accountID)
        return sent.first?.messageID ?? ""
    }

    /// Receives messages; waits for some of this cloud's time where there are none.
    ///
    /// Returns early, with nothing, when its task is cancelled or the service stops.
    ///
    /// - Parameters:
    ///   - limit: 1 to 10.
    ///   - visibilityTimeout: seconds; nil for the queue's own.
    /// - Throws: `QueueDoesNotExist`, `OverLimit`; the store's errors.
    public func receive(
        from arn: String, limit: Int = 10, wait: Duration = .zero, visibilityTimeout: Int? = nil
    ) async throws -> [ReceivedMessage] {
        let queue = try queue(arn: arn)
        let demand = QueueCatalog.Demand(
            limit: min(max(limit, 1), 10), visibilityTimeout: visibilityTimeout.map { Int64($0) })
        let received = try await receive(
            from: queue, demand, until: now + wait.wholeMilliseconds, isWanted: { !Task.isCancelled })
        return received.map { message($0, queue) }
    }

    private func message(_ received: Received, _ queue: QueueFacts) -> ReceivedMessage {
        let (entry, content) = received
        let attributes = AttributeSelection.all.messageAttributes(content)
        return ReceivedMessage(
            messageID: content.messageID,
            receiptHandle: ReceiptHandle(queue: queue.number, row: entry.row, receipt: entry.receipt)
                .text(key: storage.handleKey),
            body: content.body, bodyDigest: content.digest,
            attributes: AttributeSelection.systemNames.compactMap { name in
                AttributeSelection.value(of: name, received, isFIFO: queue.isFIFO).map { (name, $0) }
            },
            messageAttributes: attributes.map { attribute in
                switch attribute.value {
                case .text(let text): (attribute.name, attribute.dataType, .text(text))
                case .bytes(let bytes): (attribute.name, attribute.dataType, .bytes(bytes))
                }
            },
            attributesDigest: MessageChecksum.of(attributes), groupID: content.group)
    }

    /// Deletes received messages, in one transaction. Answers those that could not be.
    ///
    /// - Throws: `QueueDoesNotExist`; the store's errors.
    @discardableResult
    public func delete(_ receiptHandles: [String], from arn: String) async throws -> [ReceiptFailure] {
        try await perform(receiptHandles, .delete, arn)
    }

    /// Hides received messages for some seconds from now on; 0 shows them at once. Answers those that could not be.
    ///
    /// - Throws: `QueueDoesNotExist`; the store's errors.
    @discardableResult
    public func changeVisibility(
        of receiptHandles: [String], in arn: String, to seconds: Int
    ) async throws -> [ReceiptFailure] {
        try await perform(receiptHandles, .hide(Int64(min(max(seconds, 0), 43_200))), arn)
    }

    private func perform(_ handles: [String], _ action: ReceiptAction, _ arn: String) async throws -> [ReceiptFailure] {
        let queue = try queue(arn: arn)
        guard !handles.isEmpty else { return [] }
        let errors = try await perform(handles.map { ($0, action) }, in: queue)
        return zip(handles, errors).compactMap { handle, error in
            error.map { ReceiptFailure(receiptHandle: handle, error: $0) }
        }
    }

    /// Tells of messages that can be received: before a send returns that brought one, and within the clock's timer by which
    /// a delay or a visibility timeout ends. So whoever is told can hold the clock (`CloudClock/hold()`) before anything
    /// else happens. It is told at least once of every message that nobody has taken yet; it must be quick, and look for
    /// itself what there is.
    ///
    /// The queue need not be there yet.
    ///
    /// - Returns: the interest, which ends with it.
    public func observeArrivals(
        in arn: String, _ onArrival: @escaping @Sendable () -> Void
    ) -> ArrivalObservation {
        let number = board.observe(arn, onArrival)
        if let queue = storage.catalog.withLock({ $0.number(arn: arn) }) {
            board.opened(queue, arn: arn)
            passOn(queue)
        }
        return ArrivalObservation { [board] in board.stopObserving(arn, number) }
    }

    /// Waits until a queue has a message to receive, without receiving it. Answers whether it has.
    ///
    /// Returns early when its task is cancelled or the service stops.
    ///
    /// - Parameter deadline: until when, on the cloud's clock.
    /// - Throws: `QueueDoesNotExist`.
    public func waitForMessages(in arn: String, until deadline: Timestamp) async throws -> Bool {
        let queue = try queue(arn: arn)
        return try await hasArrived(in: queue.number, until: deadline.milliseconds)
    }
}
