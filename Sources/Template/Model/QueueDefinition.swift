import JSONValue

/// An SQS queue, from `AWS::SQS::Queue`.
public struct QueueDefinition: Sendable, Hashable {
    /// Where messages go that were received too often.
    public struct Redrive: Sendable, Hashable {
        /// The ARN of the dead-letter queue.
        public var deadLetterTargetARN: String
        /// After how many receives.
        public var maxReceiveCount: Int
    }

    /// The name of the resource in the template.
    public var logicalID: String
    /// The queue's name, with `.fifo` at the end if it is one.
    public var name: String
    /// Its ARN.
    public var arn: String
    /// Its URL.
    public var url: String
    /// Whether order and single delivery are kept.
    public var isFIFO: Bool
    /// Whether a message's content is its deduplication id.
    public var contentBasedDeduplication: Bool
    /// `queue` or `messageGroup`.
    public var deduplicationScope: String?
    /// `perQueue` or `perMessageGroupId`.
    public var fifoThroughputLimit: String?
    /// Seconds before a message can be received, 0 to 900.
    public var delaySeconds: Int
    /// Bytes, 1,024 to 1,048,576.
    public var maximumMessageSize: Int
    /// Seconds, 60 to 1,209,600.
    public var messageRetentionPeriod: Int
    /// Seconds for which a receive waits, 0 to 20.
    public var receiveMessageWaitTime: Int
    /// Seconds for which a received message is hidden, 0 to 43,200.
    public var visibilityTimeout: Int
    /// Where messages go that were received too often.
    public var redrive: Redrive?
    /// `RedriveAllowPolicy`, as written.
    public var redriveAllowPolicy: JSONValue?
    /// `KmsMasterKeyId`.
    public var kmsKeyID: String?
    /// Tags.
    public var tags: [String: String]

    /// The attributes as `CreateQueue` takes them.
    public var attributes: [String: String] {
        var attributes: [String: String] = [:]
        if isFIFO { attributes["FifoQueue"] = "true" }
        if contentBasedDeduplication { attributes["ContentBasedDeduplication"] = "true" }
        attributes["DeduplicationScope"] = deduplicationScope
        attributes["FifoThroughputLimit"] = fifoThroughputLimit
        attributes["DelaySeconds"] = String(delaySeconds)
        attributes["MaximumMessageSize"] = String(maximumMessageSize)
        attributes["MessageRetentionPeriod"] = String(messageRetentionPeriod)
        attributes["ReceiveMessageWaitTimeSeconds"] = String(receiveMessageWaitTime)
        attributes["VisibilityTimeout"] = String(visibilityTimeout)
        if let redrive {
            let policy: JSONValue = [
                "deadLetterTargetArn": .string(redrive.deadLetterTargetARN),
                "maxReceiveCount": JSONValue(redrive.maxReceiveCount),
            ]
            attributes["RedrivePolicy"] = policy.text()
        }
        attributes["RedriveAllowPolicy"] = redriveAllowPolicy?.text()
        attributes["KmsMasterKeyId"] = kmsKeyID
        return attributes
    }
}
