import CloudCore
import JSONValue
import Testing

@testable import CloudSQS

@Suite struct FIFOQueueTests {
    static let attributes = ["FifoQueue": "true"]

    @Test func groupsKeepTheirOrderAndBlockWhileInFlight() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q.fifo", Self.attributes)
        for (body, group) in [("a1", "a"), ("b1", "b"), ("a2", "a"), ("a3", "a"), ("b2", "b")] {
            await sqs.send(body, to: url, group: group, deduplication: body)
        }
        let first = await sqs.receive(url, max: 1)
        #expect(first.compactMap { $0["Body"]?.string } == ["a1"])
        // The group is blocked, the other is not.
        let second = await sqs.receive(url, max: 1)
        #expect(second.compactMap { $0["Body"]?.string } == ["b1"])
        #expect(await sqs.bodies(url).isEmpty)
        await sqs.delete(first[0], from: url)
        #expect(await sqs.bodies(url) == ["a2", "a3"])
        await sqs.clock.advance(by: .seconds(30))
        // Groups come by their oldest message.
        #expect(await sqs.bodies(url) == ["b1", "b2", "a2", "a3"])
    }

    @Test func aBatchOfOneGroupIsTakenInOrderAndReturnsInOrder() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q.fifo", Self.attributes.merging(["VisibilityTimeout": "10"]) { $1 })
        for number in 1...12 { await sqs.send("\(number)", to: url, group: "g", deduplication: "\(number)") }
        let batch = await sqs.receive(url)
        #expect(batch.compactMap { $0["Body"]?.string } == (1...10).map(String.init))
        // Some are done; the rest of the batch still blocks the group.
        for message in batch.prefix(3) { await sqs.delete(message, from: url) }
        #expect(await sqs.bodies(url).isEmpty)
        await sqs.hide(batch[3], in: url, 0)
        #expect(await sqs.bodies(url).isEmpty)
        await sqs.clock.advance(by: .seconds(10))
        #expect(await sqs.bodies(url) == (4...12).map(String.init))
    }

    @Test func repetitionsAreKnownForFiveMinutes() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q.fifo", Self.attributes)
        let first = await sqs.send("one", to: url, group: "g", deduplication: "d")
        let again = await sqs.send("two", to: url, group: "other", deduplication: "d")
        #expect(again["MessageId"] == first["MessageId"] && again["SequenceNumber"] == first["SequenceNumber"])
        #expect(again["MD5OfMessageBody"] == .string(MessageChecksum.of("two")))
        let message = await sqs.receive(url).first
        #expect(message?["Body"] == "one")
        await sqs.delete(message, from: url)
        await sqs.clock.advance(by: .milliseconds(299_999))
        await sqs.send("three", to: url, group: "g", deduplication: "d")
        #expect(await sqs.bodies(url).isEmpty)
        await sqs.clock.advance(by: .milliseconds(1))
        await sqs.send("four", to: url, group: "g", deduplication: "d")
        #expect(await sqs.bodies(url) == ["four"])
    }

    @Test func theBodyMayStandForTheIdentifier() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q.fifo", Self.attributes.merging(["ContentBasedDeduplication": "true"]) { $1 })
        await sqs.send("same", to: url, group: "g")
        await sqs.send("same", to: url, group: "g")
        let digest = "0967115f2813a3541eaef77de9d9d5773f1c0c04314b0bbfe4ff3b3b1c55b5d5"
        await sqs.send("other", to: url, group: "g", deduplication: digest)
        let messages = await sqs.receive(url, ["AttributeNames": ["MessageDeduplicationId", "SequenceNumber"]])
        #expect(messages.compactMap { $0["Body"]?.string } == ["same"])
        #expect(messages[0]["Attributes"]?["MessageDeduplicationId"] == .string(digest))
        #expect(messages[0]["Attributes"]?["SequenceNumber"]?.string?.count == 20)
    }

    @Test func deduplicationMayBeOfTheGroup() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue(
            "q.fifo",
            ["FifoQueue": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"])
        await sqs.send("1", to: url, group: "a", deduplication: "d")
        await sqs.send("2", to: url, group: "b", deduplication: "d")
        await sqs.send("3", to: url, group: "b", deduplication: "d")
        #expect(await sqs.bodies(url) == ["1", "2"])
    }

    @Test func expiredReceiptsAreRefused() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q.fifo", Self.attributes.merging(["VisibilityTimeout": "1"]) { $1 })
        await sqs.send("a", to: url, group: "g", deduplication: "1")
        let message = await sqs.receive(url).first
        await sqs.clock.advance(by: .seconds(1))
        for answer in [await sqs.delete(message, from: url), await sqs.hide(message, in: url, 5)] {
            #expect(answer.code == "InvalidParameterValue;Sender")
            #expect(answer.message?.hasSuffix("Reason: The receipt handle has expired.") == true)
        }
        let again = await sqs.receive(url).first
        #expect(await sqs.delete(again, from: url).status == 200)
        // What is gone is gone: deleting it once more succeeds.
        #expect(await sqs.delete(again, from: url).status == 200)
    }

    @Test func aReceiveCanBeRepeated() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q.fifo", Self.attributes)
        for number in 1...3 { await sqs.send("\(number)", to: url, group: "g", deduplication: "\(number)") }
        let first = await sqs.receive(url, max: 2, ["ReceiveRequestAttemptId": "try"])
        await sqs.clock.advance(by: .seconds(20))
        let again = await sqs.receive(url, max: 2, ["ReceiveRequestAttemptId": "try"])
        #expect(again == first && first.count == 2)
        await sqs.clock.advance(by: .seconds(20))
        #expect(await sqs.counts(url) == ["1", "2", "0"])
        await sqs.delete(first[0], from: url)
        #expect(await sqs.receive(url, ["ReceiveRequestAttemptId": "try"]).isEmpty)
    }

    @Test func deadLettersLeaveTheGroupFree() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let dead = try await sqs.queue("dead.fifo", Self.attributes)
        let url = try await sqs.queue(
            "q.fifo",
            [
                "FifoQueue": "true", "VisibilityTimeout": "0",
                "RedrivePolicy":
                    #"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead.fifo","maxReceiveCount":1}"#,
            ])
        for body in ["a", "b", "c"] { await sqs.send(body, to: url, group: "g", deduplication: body) }
        #expect(await sqs.bodies(url, max: 1) == ["a"])
        #expect(await sqs.bodies(url, max: 2) == ["b", "c"])
        #expect(await sqs.bodies(url).isEmpty)
        #expect(await sqs.bodies(dead) == ["a", "b", "c"])
    }

    @Test func queueDelaysHoldWholeGroups() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q.fifo", Self.attributes.merging(["DelaySeconds": "5"]) { $1 })
        await sqs.send("a", to: url, group: "g", deduplication: "a")
        await sqs.clock.advance(by: .seconds(4))
        await sqs.send("b", to: url, group: "g", deduplication: "b")
        #expect(await sqs.bodies(url).isEmpty)
        await sqs.clock.advance(by: .seconds(1))
        let first = await sqs.receive(url)
        #expect(first.compactMap { $0["Body"]?.string } == ["a"])
        await sqs.clock.advance(by: .seconds(4))
        await sqs.delete(first[0], from: url)
        #expect(await sqs.bodies(url) == ["b"])
    }

    static let refused: [(JSONObject, String, String)] = [
        (
            ["MessageDeduplicationId": "d"], "MissingParameter;Sender",
            "The request must contain the parameter MessageGroupId."
        ),
        (
            ["MessageGroupId": "g"], "InvalidParameterValue;Sender",
            "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
        ),
        (
            ["MessageGroupId": "g", "MessageDeduplicationId": "d", "DelaySeconds": 2], "InvalidParameterValue;Sender",
            "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type."
        ),
        (
            ["MessageGroupId": "a b", "MessageDeduplicationId": "d"], "InvalidParameterValue;Sender",
            "Value a b for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length."
        ),
        (
            ["MessageGroupId": "g", "MessageDeduplicationId": ""], "InvalidParameterValue;Sender",
            "Value  for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 to 128 in length."
        ),
    ]

    @Test(arguments: refused.indices)
    func whatFIFOQueuesDoNotTake(_ index: Int) async throws {
        let (more, code, message) = Self.refused[index]
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q.fifo", Self.attributes)
        var input = more
        input["QueueUrl"] = .string(url)
        input["MessageBody"] = "x"
        let answer = await sqs.call("SendMessage", .object(input))
        #expect(answer.status == 400 && answer.code == code)
        #expect(answer.message == message)
        #expect(await sqs.counts(url) == ["0", "0", "0"])
    }
}
