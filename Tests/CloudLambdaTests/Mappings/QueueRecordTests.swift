import CloudCore
import Testing

@testable import CloudLambda

/// The records of events, member for member as they were recorded from Lambda.
@Suite struct QueueRecordTests {
    private static let source = "arn:aws:sqs:eu-west-1:000000000000:orders"

    private func text(_ message: SourceMessage, tellsMissingDigest: Bool = false) -> String {
        String(
            decoding: QueueRecord(message, source: Self.source, tellsMissingDigest: tellsMissingDigest).bytes,
            as: UTF8.self)
    }

    @Test func aPlainMessage() {
        let message = SourceMessage(
            messageID: "i", receiptHandle: "h", body: "Grüße \"\n", bodyDigest: "m",
            attributes: [
                ("SenderId", "S"), ("ApproximateFirstReceiveTimestamp", "2"), ("ApproximateReceiveCount", "1"),
                ("SentTimestamp", "1"),
            ])
        let head =
            #"{"messageId":"i","receiptHandle":"h","body":"Grüße \"\n","attributes":{"ApproximateReceiveCount":"1","#
            + #""SentTimestamp":"1","SenderId":"S","ApproximateFirstReceiveTimestamp":"2"},"messageAttributes":{},"#
        let tail =
            #""md5OfBody":"m","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:000000000000:orders","#
            + #""awsRegion":"eu-west-1"}"#
        #expect(text(message) == head + tail)
        #expect(text(message, tellsMissingDigest: true) == head + #""md5OfMessageAttributes":null,"# + tail)
    }

    @Test func everyAttribute() {
        let message = SourceMessage(
            messageID: "i", receiptHandle: "h", body: "b", bodyDigest: "m",
            attributes: [
                "DeadLetterQueueSourceArn", "AWSTraceHeader", "MessageGroupId", "MessageDeduplicationId",
                "SequenceNumber", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp",
                "SenderId",
            ].map { ($0, "-") },
            messageAttributes: [("a", "Number.int", .text("7")), ("z", "Binary", .bytes([1, 2, 255]))],
            attributesDigest: "q", groupID: "-")
        let names = [
            "ApproximateReceiveCount", "AWSTraceHeader", "SentTimestamp", "SequenceNumber", "MessageGroupId",
            "SenderId",
            "MessageDeduplicationId", "ApproximateFirstReceiveTimestamp", "DeadLetterQueueSourceArn",
        ]
        #expect(text(message).contains(names.map { "\"\($0)\":\"-\"" }.joined(separator: ",")))
        #expect(
            text(message).contains(
                #""messageAttributes":{"a":{"stringValue":"7","stringListValues":[],"binaryListValues":[],"#
                    + #""dataType":"Number.int"},"z":{"binaryValue":"AQL/","stringListValues":[],"binaryListValues":[],"#
                    + #""dataType":"Binary"}},"md5OfMessageAttributes":"q","md5OfBody":"m""#))
    }

    @Test func eventsAreNoLargerThanAllowed() throws {
        let records = (0..<7).map { number in
            QueueRecord(
                SourceMessage(
                    messageID: "\(number)", receiptHandle: "h", body: String(repeating: "x", count: 200),
                    bodyDigest: "m"),
                source: Self.source, tellsMissingDigest: false)
        }
        let one = QueueRecord.event(records.prefix(1)).count
        let three = QueueRecord.event(records.prefix(3)).count
        let parts = QueueRecord.split(records, limit: three)
        #expect(parts.map(\.count) == [3, 3, 1])
        #expect(parts.flatMap { $0 }.map(\.messageID) == records.map(\.messageID))
        #expect(QueueRecord.event(parts[0]).count == three)
        #expect(QueueRecord.split(records, limit: three - 1).map(\.count) == [2, 2, 2, 1])
        #expect(QueueRecord.split(records, limit: one - 1).allSatisfy { $0.count == 1 })
        #expect(QueueRecord.split([], limit: 100).isEmpty)
    }
}
