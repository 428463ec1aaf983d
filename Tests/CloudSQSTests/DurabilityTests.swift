import CloudCore
import CloudCoreTesting
import JSONValue
import Testing

@testable import CloudSQS

/// What is there again after the process has gone without a word.
@Suite struct DurabilityTests {
    @Test func messagesReceiptsAndOrderSurvive() async throws {
        let before = try LocalSQS()
        defer { before.close() }
        let url = try await before.queue("q.fifo", ["FifoQueue": "true", "VisibilityTimeout": "60"])
        for number in 0..<20 {
            await before.send("\(number)", to: url, group: "g\(number % 2)", deduplication: "\(number)")
        }
        let taken = await before.receive(url, max: 2)
        #expect(taken.compactMap { $0["Body"]?.string } == ["0", "2"])
        await before.delete(taken[0], from: url)
        await before.clock.advance(by: .seconds(10))

        let folder = try TemporaryFolder(afterCrashOf: before.store, database: "sqs")
        defer { folder.remove() }
        let after = try LocalSQS(
            directory: folder.path, clock: CloudClock(startingAt: before.clock.now, pace: .frozen))
        defer { after.close() }
        #expect(await after.counts(url) == ["18", "1", "0"])
        // The group of what is in flight is still blocked, its receipt still good, what was sent still known.
        #expect(await after.bodies(url) == ["1", "3", "5", "7", "9", "11", "13", "15", "17", "19"])
        await after.send("again", to: url, group: "g0", deduplication: "4")
        #expect(await after.delete(taken[1], from: url).status == 200)
        #expect(await after.bodies(url) == ["4", "6", "8", "10", "12", "14", "16", "18"])
        let sent = await after.send("new", to: url, group: "g0", deduplication: "new")
        let last = try #require(await after.receive(url, ["AttributeNames": ["All"]]).isEmpty ? sent : nil)
        #expect(last["SequenceNumber"]?.string ?? "" > SequenceNumber.text(20))
    }

    @Test func queuesWithAllTheirSettingsSurvive() async throws {
        let before = try LocalSQS()
        defer { before.close() }
        _ = try await before.queue("dead")
        let attributes = [
            "VisibilityTimeout": "7", "DelaySeconds": "3", "KmsMasterKeyId": "key",
            "RedrivePolicy": #"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":3}"#,
            "Policy": #"{"Version":"2012-10-17","Statement":[]}"#,
        ]
        let url = try await before.queue("q", attributes)
        _ = await before.call("TagQueue", ["QueueUrl": .string(url), "Tags": ["a": "b"]])
        let purged = try await before.queue("purged")
        _ = await before.call("PurgeQueue", ["QueueUrl": .string(purged)])
        let gone = try await before.queue("gone")
        _ = await before.call("DeleteQueue", ["QueueUrl": .string(gone)])
        let all: JSONValue = ["QueueUrl": .string(url), "AttributeNames": ["All"]]
        let told = await before.call("GetQueueAttributes", all).text

        let folder = try TemporaryFolder(afterCrashOf: before.store, database: "sqs")
        defer { folder.remove() }
        let after = try LocalSQS(directory: folder.path)
        defer { after.close() }
        #expect(await after.call("GetQueueAttributes", all).text == told)
        #expect(await after.call("ListQueueTags", ["QueueUrl": .string(url)])["Tags"] == ["a": "b"])
        #expect(await after.call("PurgeQueue", ["QueueUrl": .string(purged)]).status == 403)
        #expect(await after.call("CreateQueue", ["QueueName": "gone"]).code?.contains("QueueDeletedRecently") == true)
    }

    @Test func everyAcknowledgedMessageIsThereOnceAfterACrashUnderLoad() async throws {
        let before = try LocalSQS(clock: CloudClock())
        defer { before.close() }
        let url = try await before.queue("q")
        let acknowledged = await withTaskGroup(of: [String].self) { group in
            for sender in 0..<8 {
                group.addTask {
                    var sent: [String] = []
                    for number in 0..<50 {
                        await before.send("\(sender)-\(number)", to: url)
                        sent.append("\(sender)-\(number)")
                    }
                    return sent
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        let folder = try TemporaryFolder(afterCrashOf: before.store, database: "sqs")
        defer { folder.remove() }
        let after = try LocalSQS(directory: folder.path, clock: CloudClock())
        defer { after.close() }
        var found: [String] = []
        while true {
            let messages = await after.receive(url)
            if messages.isEmpty { break }
            found += messages.compactMap { $0["Body"]?.string }
            for message in messages { await after.delete(message, from: url) }
        }
        #expect(found.sorted() == acknowledged.sorted())
        #expect(try after.rows() == 0)
    }

    @Test func aFailedChangeIsTakenBackInMemoryToo() async throws {
        struct Failure: Error {}
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        await sqs.send("a", to: url)
        let number = try sqs.service.queue(named: "q").number
        let storage = sqs.service.storage
        await #expect(throws: Failure.self) {
            try await storage.write { _ in
                storage.catalog.withLock { $0[number]?.removeAll() }
                throw Failure()
            }
        }
        _ = await sqs.call("TagQueue", ["QueueUrl": .string(url), "Tags": ["a": "b"]])
        #expect(await sqs.bodies(url) == ["a"])
    }
}
