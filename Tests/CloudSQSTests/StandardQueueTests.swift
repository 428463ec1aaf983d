import CloudCore
import GRDB
import JSONValue
import Synchronization
import Testing

@testable import CloudSQS

@Suite struct StandardQueueTests {
    @Test func aMessageIsSentReceivedAndDeleted() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        #expect(url == "http://localhost:4566/000000000000/q")
        let sent = await sqs.send("hello", to: url)
        #expect(sent["MD5OfMessageBody"] == "5d41402abc4b2a76b9719d911017c592")
        let message = try #require(await sqs.receive(url).first)
        #expect(message["Body"] == "hello" && message["MessageId"] == sent["MessageId"])
        #expect(message["MD5OfBody"] == "5d41402abc4b2a76b9719d911017c592")
        #expect(await sqs.counts(url) == ["0", "1", "0"])
        #expect(await sqs.receive(url).isEmpty)
        #expect(await sqs.delete(message, from: url).status == 200)
        #expect(await sqs.counts(url) == ["0", "0", "0"])
        await sqs.clock.advance(by: .seconds(60))
        #expect(await sqs.receive(url).isEmpty)
    }

    @Test func visibilityRunsOnTheCloudsClock() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q", ["VisibilityTimeout": "20"])
        await sqs.send("a", to: url)
        let first = try #require(await sqs.receive(url).first)
        await sqs.clock.advance(by: .milliseconds(19_999))
        #expect(await sqs.receive(url).isEmpty)
        await sqs.clock.advance(by: .milliseconds(1))
        #expect(await sqs.counts(url) == ["1", "0", "0"])
        let second = try #require(await sqs.receive(url, ["VisibilityTimeout": 5, "AttributeNames": ["All"]]).first)
        #expect(second["ReceiptHandle"] != first["ReceiptHandle"])
        #expect(second["Attributes"]?["ApproximateReceiveCount"] == "2")
        #expect(
            second["Attributes"]?["ApproximateFirstReceiveTimestamp"]?.string
                == String(LocalSQS.now.milliseconds))
        // The first receipt is outdated: the call succeeds and does nothing.
        #expect(await sqs.delete(first, from: url).status == 200)
        #expect(await sqs.counts(url) == ["0", "1", "0"])
        await sqs.hide(second, in: url, 100)
        await sqs.clock.advance(by: .seconds(99))
        #expect(await sqs.receive(url).isEmpty)
        await sqs.hide(second, in: url, 0)
        let third = try #require(await sqs.receive(url).first)
        #expect(await sqs.delete(third, from: url).status == 200)
        #expect(await sqs.counts(url) == ["0", "0", "0"])
    }

    @Test func anExpiredReceiptDeletesUntilTheNextReceive() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q", ["VisibilityTimeout": "1"])
        await sqs.send("a", to: url)
        let message = await sqs.receive(url).first
        await sqs.clock.advance(by: .seconds(5))
        #expect(await sqs.counts(url) == ["1", "0", "0"])
        // Changing it after the timeout works, as SQS does it.
        #expect(await sqs.hide(message, in: url, 0).status == 200)
        #expect(await sqs.delete(message, from: url).status == 200)
        #expect(await sqs.counts(url) == ["0", "0", "0"])
        let gone = await sqs.hide(message, in: url, 10)
        #expect(gone.code == "InvalidParameterValue;Sender")
        #expect(
            gone.message?.hasSuffix("Message does not exist or is not available for visibility timeout change.") == true
        )
    }

    @Test func aTimeoutOfZeroDoesNotDoubleAMessageInOneAnswer() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        for body in ["a", "b", "c"] { await sqs.send(body, to: url) }
        #expect(await sqs.bodies(url, ["VisibilityTimeout": 0]) == ["a", "b", "c"])
        #expect(await sqs.bodies(url, ["VisibilityTimeout": 0]) == ["a", "b", "c"])
    }

    @Test func visibilityHasATotalLimit() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        await sqs.send("a", to: url)
        let message = await sqs.receive(url).first
        #expect(await sqs.hide(message, in: url, 43_200).status == 200)
        await sqs.clock.advance(by: .seconds(10))
        let answer = await sqs.hide(message, in: url, 43_191)
        #expect(
            answer.message
                == "Value 43191 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"
        )
        #expect(await sqs.hide(message, in: url, 43_190).status == 200)
    }

    @Test func delaysHoldMessagesBack() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q", ["DelaySeconds": "10"])
        await sqs.send("late", to: url)
        await sqs.send("later", to: url, ["DelaySeconds": 20])
        await sqs.send("now", to: url, ["DelaySeconds": 0])
        #expect(await sqs.counts(url) == ["1", "0", "2"])
        #expect(await sqs.bodies(url) == ["now"])
        await sqs.clock.advance(by: .seconds(10))
        #expect(await sqs.bodies(url) == ["late"])
        await sqs.clock.advance(by: .seconds(10))
        #expect(await sqs.bodies(url) == ["later"])
    }

    @Test func whatIsTooOldIsGoneFromMemoryAndStore() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q", ["MessageRetentionPeriod": "60"])
        await sqs.send("old", to: url)
        await sqs.clock.advance(by: .seconds(30))
        await sqs.send("young", to: url)
        await sqs.clock.advance(by: .seconds(30))
        #expect(await sqs.counts(url) == ["1", "0", "0"])
        #expect(try sqs.rows() == 1)
        await sqs.clock.advance(by: .seconds(30))
        #expect(try sqs.rows() == 0)
        #expect(await sqs.bodies(url).isEmpty)
        await sqs.send("short-lived", to: url)
        _ = await sqs.call(
            "SetQueueAttributes", ["QueueUrl": .string(url), "Attributes": ["MessageRetentionPeriod": "120"]])
        await sqs.clock.advance(by: .seconds(119))
        #expect(await sqs.bodies(url) == ["short-lived"])
    }

    @Test func purgingTakesAllAndIsAllowedOnceAMinute() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        for body in ["a", "b", "c"] { await sqs.send(body, to: url, ["DelaySeconds": body == "c" ? 5 : 0]) }
        _ = await sqs.receive(url, max: 1)
        #expect(await sqs.call("PurgeQueue", ["QueueUrl": .string(url)]).status == 200)
        #expect(await sqs.counts(url) == ["0", "0", "0"])
        #expect(try sqs.rows() == 0)
        let again = await sqs.call("PurgeQueue", ["QueueUrl": .string(url)])
        #expect(again.status == 403 && again.code == "AWS.SimpleQueueService.PurgeQueueInProgress;Sender")
        #expect(again.message == "Only one PurgeQueue operation on q is allowed every 60 seconds.")
        await sqs.clock.advance(by: .seconds(60))
        #expect(await sqs.call("PurgeQueue", ["QueueUrl": .string(url)]).status == 200)
    }

    @Test func deadLettersKeepTheirIdentifierAndSayWhereTheyComeFrom() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let dead = try await sqs.queue("dead")
        let url = try await sqs.queue(
            "q",
            [
                "RedrivePolicy":
                    #"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":"2"}"#,
                "VisibilityTimeout": "0",
            ])
        let sent = await sqs.send("poison", to: url)
        for _ in 0..<2 { #expect(await sqs.bodies(url) == ["poison"]) }
        #expect(await sqs.bodies(url).isEmpty)
        #expect(await sqs.counts(url) == ["0", "0", "0"])
        let message = try #require(await sqs.receive(dead, ["MessageSystemAttributeNames": ["All"]]).first)
        #expect(message["MessageId"] == sent["MessageId"])
        let attributes = message["Attributes"]
        #expect(attributes?["DeadLetterQueueSourceArn"] == "arn:aws:sqs:us-east-1:000000000000:q")
        #expect(attributes?["ApproximateReceiveCount"] == "3")
        #expect(attributes?["SentTimestamp"]?.string == String(LocalSQS.now.milliseconds))
        let sources = await sqs.call("ListDeadLetterSourceQueues", ["QueueUrl": .string(dead)])
        #expect(sources["queueUrls"] == [.string(url)])
    }

    @Test func receiptsOfOtherQueuesAndForgedOnesAreRefused() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        let other = try await sqs.queue("other")
        await sqs.send("a", to: url)
        let message = await sqs.receive(url).first
        let foreign = await sqs.delete(message, from: other)
        #expect(foreign.status == 404 && foreign.code == "ReceiptHandleIsInvalid;Sender")
        let handle = try #require(message?["ReceiptHandle"]?.string)
        for forged in ["x", "\u{1F600}", String(handle.dropLast(4)) + "AAA=", handle + handle] {
            let answer = await sqs.delete(["ReceiptHandle": .string(forged)], from: url)
            #expect(answer.code == "ReceiptHandleIsInvalid;Sender")
            #expect(answer.message == "The input receipt handle \"\(forged)\" is not a valid receipt handle.")
        }
        #expect(await sqs.counts(url) == ["0", "1", "0"])
    }

    @Test func manyMessagesKeepTheirCountsRight() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q", ["VisibilityTimeout": "5"])
        var random = SystemRandomNumberGenerator()
        var sent = 0
        var deleted: Set<String> = []
        for round in 0..<200 {
            await sqs.send("\(round)", to: url, ["DelaySeconds": JSONValue(Int.random(in: 0...3, using: &random))])
            sent += 1
            for message in await sqs.receive(url, max: Int.random(in: 1...10, using: &random)) {
                switch Int.random(in: 0..<3, using: &random) {
                case 0:
                    await sqs.delete(message, from: url)
                    let isFirst = deleted.insert(message["Body"]?.string ?? "").inserted
                    #expect(isFirst, "deleted twice")
                case 1: await sqs.hide(message, in: url, Int.random(in: 0...9, using: &random))
                default: break
                }
            }
            await sqs.clock.advance(by: .milliseconds(Int.random(in: 0...1500, using: &random)))
            let counts = await sqs.counts(url).compactMap { Int($0) }
            #expect(counts.reduce(0, +) == sent - deleted.count)
        }
        await sqs.clock.advance(by: .seconds(20))
        var left: [String] = []
        while true {
            let bodies = await sqs.bodies(url)
            if bodies.isEmpty { break }
            left += bodies
        }
        #expect(left.count == Set(left).count && deleted.isDisjoint(with: left))
        #expect(left.count + deleted.count == sent)
    }
}

extension LocalSQS {
    /// How many messages the store has.
    func rows() throws -> Int {
        try service.storage.database.read { database in
            try Int64.fetchOne(database, sql: "SELECT count(*) FROM contents").map(Int.init) ?? -1
        }
    }
}
