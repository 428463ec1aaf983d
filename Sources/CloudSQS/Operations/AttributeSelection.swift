import CloudCore
import JSONValue

/// Which attributes a receive asks for, and messages written with those.
struct AttributeSelection: Sendable {
    /// The attributes that the service sets, in the order in which they are told.
    static let systemNames = [
        "SenderId", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "SentTimestamp", "SequenceNumber",
        "MessageDeduplicationId", "MessageGroupId", "AWSTraceHeader", "DeadLetterQueueSourceArn",
    ]

    private let system: Set<String>
    private let names: Set<String>
    private let prefixes: [String]
    private let isAll: Bool

    /// Everything.
    static let all = AttributeSelection(system: Set(systemNames), isAll: true)

    private init(system: Set<String>, isAll: Bool) {
        self.system = system
        self.isAll = isAll
        names = []
        prefixes = []
    }

    /// What a request asks for.
    ///
    /// - Throws: `InvalidAttributeName`.
    init(_ input: SQSInput) throws(ServiceError) {
        var system: Set<String> = []
        for name in try input.texts("AttributeNames") + input.texts("MessageSystemAttributeNames") {
            if name == "All" {
                system = Set(Self.systemNames)
            } else {
                // Queues' attributes are let pass, as SQS does.
                guard
                    Self.systemNames.contains(name) || QueueAttributes.settable.contains(name)
                        || QueueAttributes.computed.contains(name)
                else { throw .unknownAttribute(name) }
                system.insert(name)
            }
        }
        self.system = system
        let asked = try input.texts("MessageAttributeNames")
        isAll = asked.contains { $0 == "All" || $0 == ".*" || $0 == "*" }
        names = Set(asked)
        prefixes = asked.filter { $0.hasSuffix(".*") }.map { String($0.dropLast(2)) }
    }

    /// A message as the API writes it.
    func message(_ received: SQSService.Received, _ queue: QueueFacts, key: [UInt8]) -> JSONValue {
        let (entry, content) = received
        let handle = ReceiptHandle(queue: queue.number, row: entry.row, receipt: entry.receipt).text(key: key)
        var message: JSONObject = [
            "MessageId": .string(content.messageID), "ReceiptHandle": .string(handle),
            "MD5OfBody": .string(content.digest), "Body": .string(content.body),
        ]
        let attributes = Self.systemNames.filter(system.contains).compactMap { name in
            Self.value(of: name, received, isFIFO: queue.isFIFO).map { (name, JSONValue.string($0)) }
        }
        if !attributes.isEmpty { message["Attributes"] = .object(JSONObject(attributes)) }
        let chosen = messageAttributes(content)
        if let digest = MessageChecksum.of(chosen) {
            message["MD5OfMessageAttributes"] = .string(digest)
            message["MessageAttributes"] = .object(JSONObject(chosen.map { ($0.name, $0.json) }))
        }
        return .object(message)
    }

    /// The sender's attributes that are asked for.
    func messageAttributes(_ content: MessageContent) -> [MessageAttribute] {
        guard let stored = content.attributes, isAll || !names.isEmpty else { return [] }
        return MessageAttribute.stored(stored).filter { attribute in
            isAll || names.contains(attribute.name) || prefixes.contains { attribute.name.hasPrefix($0) }
        }
    }

    /// The value of an attribute that the service sets; nil where the message has none.
    static func value(of name: String, _ received: SQSService.Received, isFIFO: Bool) -> String? {
        let (entry, content) = received
        switch name {
        case "SenderId": return content.sender
        case "ApproximateFirstReceiveTimestamp": return entry.firstReceived.map { String($0) }
        case "ApproximateReceiveCount": return String(entry.receives)
        case "SentTimestamp": return String(entry.sent)
        case "SequenceNumber": return isFIFO ? SequenceNumber.text(entry.ordinal) : nil
        case "MessageDeduplicationId": return content.deduplicationID
        case "MessageGroupId": return content.group
        case "AWSTraceHeader": return content.trace
        case "DeadLetterQueueSourceArn": return entry.source
        default: return nil
        }
    }
}
