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
