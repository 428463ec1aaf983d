import CloudCore

/// The queues as event source mappings take messages from them.
extension SQSService: MessageSource {
    /// How long a received message of a queue stays hidden, in seconds.
    ///
    /// - Throws: `QueueDoesNotExist`.
    public func visibilityTimeout(of queue: String) throws(ServiceError) -> Int {
        Int(try self.queue(arn: queue).attributes.visibilityTimeout)
    }

    /// Receives what is there, and does not wait.
    ///
    /// - Throws: `QueueDoesNotExist`, `OverLimit`; the store's errors.
    public func receive(from queue: String, limit: Int, visibilityTimeout: Int) async throws -> [SourceMessage] {
        try await receive(from: queue, limit: limit, wait: .zero, visibilityTimeout: visibilityTimeout)
    }

    /// A message with everything that goes into an event's record.
    func sourceMessage(_ received: Received, _ queue: QueueFacts) -> SourceMessage {
        let (entry, content) = received
        let attributes = AttributeSelection.all.messageAttributes(content)
        return SourceMessage(
            messageID: content.messageID,
            receiptHandle: ReceiptHandle(queue: queue.number, row: entry.row, receipt: entry.receipt)
                .text(key: storage.handleKey),
            body: content.body, bodyDigest: content.digest,
            attributes: AttributeSelection.systemNames.compactMap { name in
                AttributeSelection.value(of: name, received, isFIFO: queue.isFIFO).map { (name, $0) }
            },
            messageAttributes: attributes.map { ($0.name, $0.dataType, $0.value) },
            attributesDigest: MessageChecksum.of(attributes), groupID: content.group)
    }

    /// Deletes received messages, in one transaction. A receipt that no longer counts is passed over.
    ///
    /// - Throws: `QueueDoesNotExist`; the store's errors.
    public func delete(_ receiptHandles: [String], from queue: String) async throws {
        _ = try await perform(receiptHandles, .delete, queue)
    }

    /// Hides received messages for some seconds from now on; 0 shows them at once. Answers the receipts that no longer
    /// count.
    ///
    /// - Throws: `QueueDoesNotExist`; the store's errors.
    public func changeVisibility(
        of receiptHandles: [String], in queue: String, to seconds: Int
    ) async throws -> Set<String> {
        try await perform(receiptHandles, .hide(Int64(min(max(seconds, 0), 43_200))), queue)
    }

    /// Does the same with several receipts. Answers those with which it could not be done.
    private func perform(_ handles: [String], _ action: ReceiptAction, _ arn: String) async throws -> Set<String> {
        let queue = try queue(arn: arn)
        guard !handles.isEmpty else { return [] }
        let errors = try await perform(handles.map { ($0, action) }, in: queue)
        return Set(zip(handles, errors).compactMap { handle, error in error.map { _ in handle } })
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
}
