import CloudCore
import JSONValue
import Testing

@testable import CloudSQS

@Suite struct MoveTaskTests {
    static let dead: JSONValue = "arn:aws:sqs:us-east-1:000000000000:dead"

    /// Ten dead letters of a queue. Answers the queues' URLs.
    private func deadLetters(_ sqs: LocalSQS) async throws -> (url: String, dead: String) {
        let dead = try await sqs.queue("dead")
        let url = try await sqs.queue(
            "q",
            [
                "VisibilityTimeout": "0",
                "RedrivePolicy":
                    #"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":1}"#,
            ])
        for number in 0..<10 { await sqs.send("\(number)", to: url) }
        for _ in 0..<2 { _ = await sqs.receive(url) }
        #expect(await sqs.counts(dead) == ["10", "0", "0"])
        return (url, dead)
    }

    private func tasks(_ sqs: LocalSQS) async -> [JSONValue] {
        await sqs.call("ListMessageMoveTasks", ["SourceArn": Self.dead, "MaxResults": 10])["Results"]?.array ?? []
    }

    private func finished(_ sqs: LocalSQS) async -> JSONValue? {
        while true {
            let task = await tasks(sqs).first
            if task?["Status"] != "RUNNING" { return task }
            await Task.yield()
        }
    }

    @Test func messagesGoBackToWhereTheyCameFromAsNewOnes() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let (url, dead) = try await deadLetters(sqs)
        let started = await sqs.call("StartMessageMoveTask", ["SourceArn": Self.dead])
        #expect(started["TaskHandle"] != nil)
        let task = await finished(sqs)
        #expect(task?["Status"] == "COMPLETED" && task?["ApproximateNumberOfMessagesMoved"] == 10)
        #expect(task?["TaskHandle"] == nil && task?["DestinationArn"] == nil)
        #expect(task?["StartedTimestamp"]?.int == Int(LocalSQS.now.milliseconds))
        #expect(await sqs.counts(dead) == ["0", "0", "0"])
        let messages = await sqs.receive(url, ["AttributeNames": ["All"], "VisibilityTimeout": 30])
        #expect(messages.compactMap { $0["Body"]?.string } == (0..<10).map(String.init))
        #expect(messages[0]["Attributes"]?["ApproximateReceiveCount"] == "1")
        #expect(messages[0]["Attributes"]?["DeadLetterQueueSourceArn"] == nil)
    }

    @Test func theRateIsKeptAndTasksCanBeCancelled() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let (url, _) = try await deadLetters(sqs)
        let other = try await sqs.queue("other")
        let input: JSONValue = [
            "SourceArn": Self.dead, "DestinationArn": "arn:aws:sqs:us-east-1:000000000000:other",
            "MaxNumberOfMessagesPerSecond": 2,
        ]
        let handle = try #require(await sqs.call("StartMessageMoveTask", input)["TaskHandle"])
        #expect(await tasks(sqs).first?["ApproximateNumberOfMessagesMoved"] == 0)
        #expect(await tasks(sqs).first?["ApproximateNumberOfMessagesToMove"] == 10)
        #expect(await tasks(sqs).first?["TaskHandle"] == handle)
        #expect(
            await sqs.call("StartMessageMoveTask", input).message
                == "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
        )
        await sqs.clock.advance(by: .seconds(3))
        #expect(await sqs.counts(other) == ["6", "0", "0"])
        let cancelled = await sqs.call("CancelMessageMoveTask", ["TaskHandle": handle])
        #expect(cancelled["ApproximateNumberOfMessagesMoved"] == 6)
        await sqs.clock.advance(by: .seconds(3))
        #expect(await sqs.counts(other) == ["6", "0", "0"])
        #expect(await tasks(sqs).first?["Status"] == "CANCELLED")
        #expect(await sqs.call("CancelMessageMoveTask", ["TaskHandle": handle]).status == 400)
        #expect(await sqs.counts(url) == ["0", "0", "0"])
    }

    @Test func aDestinationThatGoesFailsTheTask() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        _ = try await deadLetters(sqs)
        let other = try await sqs.queue("other")
        _ = await sqs.call(
            "StartMessageMoveTask",
            [
                "SourceArn": Self.dead, "DestinationArn": "arn:aws:sqs:us-east-1:000000000000:other",
                "MaxNumberOfMessagesPerSecond": 1,
            ])
        await sqs.clock.advance(by: .seconds(2))
        _ = await sqs.call("DeleteQueue", ["QueueUrl": .string(other)])
        await sqs.clock.advance(by: .seconds(2))
        let task = await tasks(sqs).first
        #expect(task?["Status"] == "FAILED" && task?["ApproximateNumberOfMessagesMoved"] == 2)
        #expect(task?["FailureReason"] == "AWS.SimpleQueueService.NonExistentQueue")
    }

    @Test func whatIsWrongIsSaid() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        _ = try await sqs.queue("dead")
        let plain = await sqs.call("StartMessageMoveTask", ["SourceArn": Self.dead])
        #expect(plain.message == "Source queue must be configured as a Dead Letter Queue.")
        let missing = await sqs.call("StartMessageMoveTask", ["SourceArn": "arn:aws:sqs:us-east-1:000000000000:no"])
        #expect(missing.status == 404 && missing.code == "ResourceNotFoundException;Sender")
        #expect(missing.message == "The resource that you specified for the SourceArn parameter doesn't exist.")
        let handle = await sqs.call("CancelMessageMoveTask", ["TaskHandle": "foobared"])
        #expect(handle.message == "Value for parameter TaskHandle is invalid.")
        let task = MoveTask(
            id: "x", source: "arn:aws:sqs:us-east-1:000000000000:dead", destination: nil, rate: nil, started: 0,
            total: 0)
        let unknown = await sqs.call("CancelMessageMoveTask", ["TaskHandle": .string(task.handle)])
        #expect(unknown.status == 404 && unknown.message == "Task does not exist.")
    }
}
