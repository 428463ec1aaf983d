/// Messages of an Amazon SQS queue.
///
/// Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS".
public struct SQSEvent: Codable, Sendable, Equatable {
    /// The messages: up to 10 of a FIFO queue, up to 10,000 of a standard one.
    public var records: [Message]

    /// An event of these messages.
    public init(records: [Message]) { self.records = records }

    enum CodingKeys: String, CodingKey { case records = "Records" }

    /// One message.
    public struct Message: Codable, Sendable, Equatable {
        /// The message's identifier, by which a failure is reported.
        public var messageId: String
        /// What deletes the message, for this receipt.
        public var receiptHandle: String
        /// The text.
        public var body: String
        /// The queue's own attributes: `ApproximateReceiveCount`, `SentTimestamp`, `MessageGroupId`, …
        public var attributes: [String: String]
        /// The sender's attributes.
        public var messageAttributes: [String: Attribute]
        /// The MD5 digest of the sender's attributes, in hexadecimal digits.
        public var md5OfMessageAttributes: String?
        /// The MD5 digest of the body, in hexadecimal digits.
        public var md5OfBody: String
        /// `aws:sqs`.
        public var eventSource: String
        /// The queue.
        public var eventSourceARN: String
        /// The queue's region.
        public var awsRegion: String
    }

    /// An attribute that the sender gave a message.
    public struct Attribute: Codable, Sendable, Equatable {
        /// The value of a `String` or a `Number`.
        public var stringValue: String?
        /// The value of a `Binary`, in base64.
        public var binaryValue: String?
        /// Not used by SQS as yet.
        public var stringListValues: [String]?
        /// Not used by SQS as yet.
        public var binaryListValues: [String]?
        /// `String`, `Number`, `Binary`, or one of these with a label: `Number.int`.
        public var dataType: String
    }
}

extension SQSEvent.Message {
    /// How often the message was received, this time included.
    public var approximateReceiveCount: Int? { attributes["ApproximateReceiveCount"].flatMap { Int($0) } }
    /// The group in a FIFO queue.
    public var messageGroupID: String? { attributes["MessageGroupId"] }
}

extension SQSEvent {
    /// Handles each message for itself and reports those whose handling threw, so that the queue keeps these alone.
    ///
    /// Of a FIFO queue, the rest of a message's group is reported with it unhandled: it must not overtake.
    /// The function's event source mapping must list `ReportBatchItemFailures`; else what is reported is lost.
    public func forEachMessage(_ handle: (Message) async throws -> Void) async -> SQSBatchResponse {
        var response = SQSBatchResponse()
        var stuckGroups: Set<String> = []
        for message in records {
            let group = message.messageGroupID
            if let group, stuckGroups.contains(group) {
                response.fail(message)
                continue
            }
            do {
                try await handle(message)
            } catch {
                response.fail(message)
                if let group { stuckGroups.insert(group) }
            }
        }
        return response
    }
}
