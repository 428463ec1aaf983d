import CloudCore
import JSONValue
import Testing

@testable import CloudSQS

@Suite struct BatchTests {
    private func entries(_ ids: [String], body: String = "x") -> JSONValue {
        .array(ids.map { ["Id": .string($0), "MessageBody": .string(body)] })
    }

    static let operations = ["SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"]

    @Test(arguments: operations)
    func batchesAreCheckedAsAWhole(_ operation: String) async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        let cases: [([String], String, String)] = [
            ([], "EmptyBatchRequest", "There should be at least one \(operation)RequestEntry in the request."),
            (
                (0..<11).map { "\($0)" }, "TooManyEntriesInBatchRequest",
                "Maximum number of entries per request are 10. You have sent 11."
            ),
            (["a", "b", "a"], "BatchEntryIdsNotDistinct", "Id a repeated."),
            (
                [""], "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."
            ),
            (["a:b"], "InvalidBatchEntryId", ""),
            ([String(repeating: "a", count: 81)], "InvalidBatchEntryId", ""),
        ]
        for (ids, code, message) in cases {
            let answer = await sqs.call(operation, ["QueueUrl": .string(url), "Entries": entries(ids)])
            #expect(answer.status == 400 && answer.code == "AWS.SimpleQueueService.\(code);Sender")
            #expect(answer["__type"] == .string("com.amazonaws.sqs#" + code))
            if !message.isEmpty { #expect(answer.message == message) }
        }
    }

    @Test func oneBadEntryDoesNotSpoilTheOthers() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        let answer = await sqs.call(
            "SendMessageBatch",
            [
                "QueueUrl": .string(url),
                "Entries": [
                    ["Id": "good", "MessageBody": "1"], ["Id": "delay", "MessageBody": "2", "DelaySeconds": 1000],
                    ["Id": "bad", "MessageBody": "\u{1}"], ["Id": "also", "MessageBody": "4"],
                ],
            ])
        #expect(answer.status == 200)
        #expect(answer["Successful"]?.array?.compactMap { $0["Id"]?.string } == ["good", "also"])
        #expect(answer["Failed"]?.array?.compactMap { $0["Id"]?.string } == ["delay", "bad"])
        #expect(
            answer["Failed"]?.array?.compactMap { $0["Code"]?.string }
                == ["InvalidParameterValue", "InvalidMessageContents"])
        #expect(answer["Failed"]?[0]?["SenderFault"] == true)
        #expect(await sqs.bodies(url) == ["1", "4"])
    }

    @Test func theBatchHasALimitOfItsOwn() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q", ["MaximumMessageSize": "2048"])
        let half = String(repeating: "a", count: 2000)
        #expect(
            await sqs.call(
                "SendMessageBatch", ["QueueUrl": .string(url), "Entries": entries(["1", "2"], body: half)])[
                    "Failed"] == [])
        let large = try await sqs.queue("large")
        let answer = await sqs.call(
            "SendMessageBatch",
            [
                "QueueUrl": .string(large),
                "Entries": entries(["1", "2"], body: String(repeating: "a", count: 524_289)),
            ])
        #expect(answer.code == "AWS.SimpleQueueService.BatchRequestTooLong;Sender")
        #expect(answer.message == "Batch requests cannot be longer than 1048576 bytes. You have sent 1048578 bytes.")
    }

    @Test func whatFIFOQueuesNeedFailsTheWholeBatch() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q.fifo", ["FifoQueue": "true"])
        let noGroup = await sqs.call("SendMessageBatch", ["QueueUrl": .string(url), "Entries": entries(["1"])])
        #expect(noGroup.code == "InvalidParameterValue;Sender")
        #expect(noGroup.message == "The request must contain the parameter MessageGroupId.")
        let ordered: [JSONValue] = (0..<10).map {
            [
                "Id": .string("\($0)"), "MessageBody": .string("\($0)"), "MessageGroupId": "g",
                "MessageDeduplicationId": .string("\($0 / 2)"),
            ]
        }
        let answer = await sqs.call("SendMessageBatch", ["QueueUrl": .string(url), "Entries": .array(ordered)])
        let sequence = answer["Successful"]?.array?.compactMap { $0["SequenceNumber"]?.string } ?? []
        #expect(sequence.count == 10 && sequence == sequence.sorted() && Set(sequence).count == 5)
        #expect(await sqs.bodies(url) == ["0", "2", "4", "6", "8"])
    }

    @Test func receiptsAreDoneWithTogether() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        for body in ["a", "b", "c"] { await sqs.send(body, to: url) }
        let messages = await sqs.receive(url)
        var entries: [JSONValue] = messages.enumerated().map {
            ["Id": .string("\($0)"), "ReceiptHandle": $1["ReceiptHandle"] ?? "", "VisibilityTimeout": 0]
        }
        entries.append(["Id": "forged", "ReceiptHandle": "x", "VisibilityTimeout": 0])
        entries.append([
            "Id": "range", "ReceiptHandle": messages[0]["ReceiptHandle"] ?? "", "VisibilityTimeout": 50_000,
        ])
        let shown = await sqs.call(
            "ChangeMessageVisibilityBatch", ["QueueUrl": .string(url), "Entries": .array(entries)])
        #expect(shown["Successful"]?.array?.compactMap { $0["Id"]?.string } == ["0", "1", "2"])
        #expect(
            shown["Failed"]?.array?.compactMap { $0["Code"]?.string } == [
                "ReceiptHandleIsInvalid", "InvalidParameterValue",
            ])
        #expect(await sqs.counts(url) == ["3", "0", "0"])
        let deleted = await sqs.call(
            "DeleteMessageBatch", ["QueueUrl": .string(url), "Entries": .array(Array(entries.prefix(4)))])
        #expect(deleted["Successful"]?.array?.count == 3 && deleted["Failed"]?.array?.count == 1)
        #expect(await sqs.counts(url) == ["0", "0", "0"])
    }
}
