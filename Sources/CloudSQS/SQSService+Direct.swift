import CloudCore
import JSONValue

/// Queues without HTTP: for templates, notifications and rules of the same cloud.
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
    ) async throws -> [SourceMessage] {
        let queue = try queue(arn: arn)
        let demand = QueueCatalog.Demand(
            limit: min(max(limit, 1), 10), visibilityTimeout: visibilityTimeout.map { Int64($0) })
        let received = try await receive(
            from: queue, demand, until: now + wait.wholeMilliseconds, isWanted: { !Task.isCancelled })
        return received.map { sourceMessage($0, queue) }
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
