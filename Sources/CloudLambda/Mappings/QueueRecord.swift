import CloudCore
import Digests

/// A message as a record of an event: its JSON text, member for member as Lambda writes it.
struct QueueRecord: Sendable {
    /// What stands around the records of an event.
    static let eventHead = Array(#"{"Records":["#.utf8)
    static let eventTail = Array("]}".utf8)

    /// The queue's attributes in the order of the record.
    private static let attributeOrder = [
        "ApproximateReceiveCount", "AWSTraceHeader", "SentTimestamp", "SequenceNumber", "MessageGroupId", "SenderId",
        "MessageDeduplicationId", "ApproximateFirstReceiveTimestamp", "DeadLetterQueueSourceArn",
    ]

    let messageID: String
    let receiptHandle: String
    let groupID: String?
    /// JSON text.
    let bytes: [UInt8]

    /// Writes a message.
    ///
    /// - Parameters:
    ///   - source: the queue's ARN.
    ///   - tellsMissingDigest: whether a message without attributes has a digest of `null`, as where messages are gathered
    ///     or filtered, or none at all.
    init(_ message: SourceMessage, source: String, tellsMissingDigest: Bool) {
        messageID = message.messageID
        receiptHandle = message.receiptHandle
        groupID = message.groupID
        var writer = RecordWriter()
        writer.output.reserveCapacity(message.body.utf8.count + 700)
        writer.object { record in
            record.member("messageId", message.messageID)
            record.member("receiptHandle", message.receiptHandle)
            record.member("body", message.body)
            record.member("attributes") { value in
                value.object { attributes in
                    for name in Self.attributeOrder {
                        if let attribute = message.attributes.first(where: { $0.name == name }) {
                            attributes.member(name, attribute.value)
                        }
                    }
                }
            }
            record.member("messageAttributes") { value in
                value.object { attributes in
                    for attribute in message.messageAttributes {
                        attributes.member(attribute.name) { Self.write(attribute.dataType, attribute.value, to: &$0) }
                    }
                }
            }
            if let digest = message.attributesDigest {
                record.member("md5OfMessageAttributes", digest)
            } else if tellsMissingDigest {
                record.member("md5OfMessageAttributes") { $0.null() }
            }
            record.member("md5OfBody", message.bodyDigest)
            record.member("eventSource", "aws:sqs")
            record.member("eventSourceARN", source)
            let parts = source.split(separator: ":", omittingEmptySubsequences: false)
            record.member("awsRegion", parts.count > 3 ? String(parts[3]) : "")
        }
        bytes = writer.output
    }

    private static func write(
        _ dataType: String, _ value: SourceMessage.AttributeValue, to writer: inout RecordWriter
    ) {
        writer.object { attribute in
            switch value {
            case .text(let text): attribute.member("stringValue", text)
            case .bytes(let bytes): attribute.member("binaryValue", Base64.encode(bytes))
            }
            attribute.member("stringListValues") { $0.emptyArray() }
            attribute.member("binaryListValues") { $0.emptyArray() }
            attribute.member("dataType", dataType)
        }
    }

    /// The event with these records.
    static func event(_ records: some Sequence<QueueRecord>) -> [UInt8] {
        var event = eventHead
        event.reserveCapacity(eventHead.count + records.reduce(eventTail.count) { $0 + $1.bytes.count + 1 })
        var isFirst = true
        for record in records {
            if !isFirst { event.append(UInt8(ascii: ",")) }
            isFirst = false
            event.append(contentsOf: record.bytes)
        }
        event.append(contentsOf: eventTail)
        return event
    }

    /// Records in the groups in which they fit into events of so many bytes, in order.
    static func split(_ records: [QueueRecord], limit: Int) -> [[QueueRecord]] {
        let room = limit - eventHead.count - eventTail.count
        var parts: [[QueueRecord]] = []
        var size = 0
        for record in records {
            if !parts.isEmpty, size + record.bytes.count + 1 <= room {
                parts[parts.count - 1].append(record)
                size += record.bytes.count + 1
            } else {
                parts.append([record])
                size = record.bytes.count
            }
        }
        return parts
    }
}
