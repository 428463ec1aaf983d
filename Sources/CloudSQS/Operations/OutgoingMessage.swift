import CloudCore
import Digests
import JSONValue

/// A message that is about to be sent: read from a request and checked against its queue.
struct OutgoingMessage: Sendable {
    var body: String
    var attributes: [MessageAttribute] = []
    var systemAttributes: [MessageAttribute] = []
    /// Seconds; nil for the queue's own delay.
    var delay: Int64?
    var group: String?
    var deduplicationID: String?

    /// Bytes that count.
    var size: Int { body.utf8.count + attributes.reduce(0) { $0 + $1.size } }

    init(body: String) { self.body = body }

    /// Reads a request, or an entry of a batch.
    ///
    /// - Throws: ``ServiceError``.
    init(_ members: JSONObject) throws(ServiceError) {
        guard let body = try SQSInput.text("MessageBody", in: members), !body.isEmpty else {
            throw .missingParameter("MessageBody")
        }
        guard MessageText.isAllowed(body) else { throw MessageText.invalidCharacters }
        self.body = body
        attributes = try MessageAttribute.attributes(members["MessageAttributes"], kind: .user)
        systemAttributes = try MessageAttribute.attributes(members["MessageSystemAttributes"], kind: .system)
        delay = try SQSInput.integer("DelaySeconds", in: members).map(Int64.init)
        group = try SQSInput.text("MessageGroupId", in: members)
        deduplicationID = try SQSInput.text("MessageDeduplicationId", in: members)
    }

    /// Checks the message against its queue.
    ///
    /// - Throws: ``ServiceError``.
    func check(for queue: QueueFacts) throws(ServiceError) {
        if let delay {
            guard (0...900).contains(delay) else {
                throw .invalidParameter(
                    "DelaySeconds", String(delay), reason: "DelaySeconds must be >= 0 and <= 900.")
            }
            guard !queue.isFIFO || delay == 0 else {
                throw .invalidParameter("DelaySeconds", String(delay), reason: Self.notForThisType)
            }
        }
        guard size <= queue.attributes.maximumMessageSize else {
            throw .invalidParameter(
                "One or more parameters are invalid. Reason: Message must be shorter than "
                    + "\(queue.attributes.maximumMessageSize) bytes.")
        }
        if let group, !MessageText.isIdentifier(group) {
            throw .invalidParameter(
                "MessageGroupId", group,
                reason: "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.")
        }
        if let deduplicationID {
            guard queue.isFIFO else {
                throw .invalidParameter("MessageDeduplicationId", deduplicationID, reason: Self.notForThisType)
            }
            guard MessageText.isIdentifier(deduplicationID) else {
                throw .invalidParameter(
                    "MessageDeduplicationId", deduplicationID,
                    reason:
                        "MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 to 128 in "
                        + "length.")
            }
        }
        guard queue.isFIFO else { return }
        guard group != nil else { throw .missingParameter("MessageGroupId") }
        guard deduplicationID != nil || queue.attributes.deduplicatesByContent else {
            throw .invalidParameter(
                "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
                    + "explicitly")
        }
    }

    private static let notForThisType = "The request include parameter that is not valid for this queue type."

    /// What is stored of it.
    func content(id: String, sender: String, in queue: QueueFacts) -> MessageContent {
        let trace = systemAttributes.first { $0.name == "AWSTraceHeader" }.flatMap { attribute -> String? in
            if case .text(let text) = attribute.value { text } else { nil }
        }
        let deduplication = queue.isFIFO ? deduplicationID ?? Hex.encode(Digest.of(body.utf8, .sha256)) : nil
        return MessageContent(
            messageID: id, body: body, digest: MessageChecksum.of(body), sender: sender,
            attributes: MessageAttribute.storedText(attributes), group: group, deduplicationID: deduplication,
            trace: trace)
    }
}
