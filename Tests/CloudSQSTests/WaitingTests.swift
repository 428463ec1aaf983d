import JSONValue
import Synchronization
import Testing

@testable import CloudCore
@testable import CloudSQS

@Suite struct WaitingTests {
    /// Starts a receive and returns once it waits.
    private func waiting(
        _ sqs: LocalSQS, _ url: String, seconds: Int = 20, connection: ConnectionState = ConnectionState()
    ) async throws -> Task<SQSAnswer, Never> {
        let number = try sqs.service.queue(named: String(url.split(separator: "/").last ?? "")).number
        let before = sqs.service.board.count(number)
        let task = Task {
            await sqs.call(
                "ReceiveMessage", ["QueueUrl": .string(url), "WaitTimeSeconds": JSONValue(seconds)],
                connection: connection)
        }
        while sqs.service.board.count(number) == before { await Task.yield() }
        return task
    }

    private func body(_ answer: SQSAnswer) -> String? { answer["Messages"]?[0]?["Body"]?.string }

    @Test func aMessageWakesWhoWaits() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        let first = try await waiting(sqs, url)
        let second = try await waiting(sqs, url)
        await sqs.send("a", to: url)
        #expect(body(await first.value) == "a")
        await sqs.send("b", to: url)
        #expect(body(await second.value) == "b")
        // What the waits had set on the clock goes with them; the retention of the messages is left.
        await sqs.clock.advance(by: .seconds(60))
        #expect(sqs.clock.pending.count == 1)
    }

    @Test func theClockEndsTheWait() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        let task = try await waiting(sqs, url, seconds: 20)
        await sqs.clock.advance(by: .seconds(20))
        let answer = await task.value
        #expect(answer.status == 200 && answer.text == "{}")
    }

    @Test func whatBecomesVisibleByItselfWakes() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q", ["VisibilityTimeout": "10"])
        await sqs.send("hidden", to: url)
        _ = await sqs.receive(url)
        let task = try await waiting(sqs, url)
        await sqs.send("delayed", to: url, ["DelaySeconds": 5])
        await sqs.clock.advance(by: .seconds(5))
        #expect(body(await task.value) == "delayed")
        let next = try await waiting(sqs, url)
        await sqs.clock.advance(by: .seconds(5))
        #expect(body(await next.value) == "hidden")
    }

    @Test func shorteningAVisibilityWakes() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        await sqs.send("a", to: url)
        let message = await sqs.receive(url).first
        let task = try await waiting(sqs, url)
        await sqs.hide(message, in: url, 3)
        await sqs.clock.advance(by: .seconds(3))
        #expect(body(await task.value) == "a")
    }

    @Test func aGroupThatBecomesFreeWakes() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q.fifo", ["FifoQueue": "true"])
        for body in ["a", "b"] { await sqs.send(body, to: url, group: "g", deduplication: body) }
        let first = await sqs.receive(url, max: 1).first
        let task = try await waiting(sqs, url)
        await sqs.delete(first, from: url)
        #expect(body(await task.value) == "b")
    }

    @Test func nothingIsHandedToAConnectionThatHasGone() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        let gone = ConnectionState()
        let lost = try await waiting(sqs, url, connection: gone)
        let waiter = try await waiting(sqs, url)
        gone.close()
        #expect(await lost.value["Messages"] == nil)
        await sqs.send("a", to: url)
        #expect(body(await waiter.value) == "a")
        await sqs.send("b", to: url)
        let closed = ConnectionState()
        closed.close()
        let answer = await sqs.call("ReceiveMessage", ["QueueUrl": .string(url)], connection: closed)
        #expect(answer["Messages"] == nil)
        #expect(await sqs.counts(url) == ["1", "1", "0"])
    }

    @Test func stoppingAndDeletingEndTheWait() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        let deleted = try await waiting(sqs, url)
        _ = await sqs.call("DeleteQueue", ["QueueUrl": .string(url)])
        #expect(await deleted.value.code == "AWS.SimpleQueueService.NonExistentQueue;Sender")
        let other = try await sqs.queue("other")
        let stopped = try await waiting(sqs, other)
        sqs.service.stop()
        #expect(await stopped.value.text == "{}")
    }

    @Test func waitingWithoutTakingLeavesTheMessage() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        let arn = sqs.service.queueARN("q")
        #expect(try await !sqs.service.waitForMessages(in: arn, until: sqs.clock.now))
        let number = try sqs.service.queue(named: "q").number
        let task = Task { try await sqs.service.waitForMessages(in: arn, until: sqs.clock.now + .seconds(60)) }
        while sqs.service.board.count(number) == 0 { await Task.yield() }
        await sqs.send("a", to: url)
        #expect(try await task.value)
        #expect(await sqs.counts(url) == ["1", "0", "0"])
        let received = try await sqs.service.receive(from: arn)
        #expect(received.map(\.body) == ["a"])
        let cancelled = Task { try await sqs.service.receive(from: arn, wait: .seconds(20)) }
        while sqs.service.board.count(number) == 0 { await Task.yield() }
        cancelled.cancel()
        #expect(try await cancelled.value.isEmpty)
        try await sqs.service.delete(received.map(\.receiptHandle), from: arn)
        #expect(await sqs.counts(url) == ["0", "0", "0"])
    }

    @Test func fiftyConsumersLoseAndDoubleNothing() async throws {
        // On real time: waits and wakes race as they do in service.
        let sqs = try LocalSQS(clock: CloudClock())
        defer { sqs.close() }
        let count = 2000
        let arn = sqs.service.queueARN("q")
        try await sqs.service.createQueueIfMissing("q", attributes: ["VisibilityTimeout": "600"])
        let seen = Tally()
        let service = sqs.service
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    while seen.count < count {
                        let messages = try await service.receive(from: arn, limit: 3, wait: .seconds(20))
                        seen.add(messages.map(\.body))
                        try await service.delete(messages.map(\.receiptHandle), from: arn)
                        // The last one sends the others, who wait, home.
                        if seen.count == count { service.board.close() }
                    }
                }
            }
            for sender in 0..<4 {
                group.addTask {
                    for number in 0..<(count / 4) { try await service.send("\(sender)-\(number)", to: arn) }
                }
            }
            try await group.waitForAll()
        }
        #expect(seen.count == count)
        #expect(seen.isEachOnce)
        let counts = try service.messageCounts(of: arn)
        #expect(counts.visible == 0 && counts.inFlight == 0 && counts.delayed == 0)
    }
}

/// How often each of some texts has come.
private final class Tally: Sendable {
    private let times = Mutex<[String: Int]>([:])

    func add(_ texts: [String]) { times.withLock { times in for text in texts { times[text, default: 0] += 1 } } }

    var count: Int { times.withLock { $0.count } }
    var isEachOnce: Bool { times.withLock { $0.values.allSatisfy { $0 == 1 } } }
}
