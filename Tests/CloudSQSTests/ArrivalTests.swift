import CloudCore
import Synchronization
import Testing

@testable import CloudSQS

/// Who observes a queue is told of messages before anything else happens.
@Suite struct ArrivalTests {
    private func with(_ body: (LocalSQS) async throws -> Void) async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        try await body(sqs)
    }

    /// Counts how often it is told.
    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
        /// How often since it was last asked.
        func taken() -> Int {
            count.withLock { count in
                defer { count = 0 }
                return count
            }
        }
    }

    @Test func aSendTellsBeforeItReturns() async throws {
        try await with { sqs in
            let url = try await sqs.queue("q")
            let told = Counter()
            let observation = sqs.service.observeArrivals(in: sqs.service.queueARN("q")) { told.add() }
            #expect(told.value == 0)
            await sqs.send("a", to: url)
            #expect(told.taken() == 1)
            observation.cancel()
            await sqs.send("b", to: url)
            #expect(told.value == 0 && sqs.clock.pending.count == 1)
        }
    }

    @Test func whatIsThereAlreadyIsToldAtOnce() async throws {
        try await with { sqs in
            await sqs.send("a", to: try await sqs.queue("q"))
            let told = Counter()
            let observation = sqs.service.observeArrivals(in: sqs.service.queueARN("q")) { told.add() }
            #expect(told.value == 1)
            observation.cancel()
        }
    }

    @Test func delaysAndVisibilityTimeoutsTellInTheirTimers() async throws {
        try await with { sqs in
            let url = try await sqs.queue("q", ["VisibilityTimeout": "30"])
            let moments = Mutex<[Int64]>([])
            let clock = sqs.clock
            let observation = sqs.service.observeArrivals(in: sqs.service.queueARN("q")) {
                let moment = (clock.now - LocalSQS.now).wholeMilliseconds
                moments.withLock { $0.append(moment) }
            }
            await sqs.send("a", to: url, ["DelaySeconds": 10])
            #expect(moments.withLock { $0 } == [])
            await clock.advance(by: .seconds(15))
            #expect(moments.withLock { $0 } == [10_000])
            let received = await sqs.receive(url)
            #expect(received.count == 1)
            await clock.advance(by: .seconds(40))
            #expect(moments.withLock { $0 } == [10_000, 45_000])
            // And whoever shows a message again tells as well.
            let again = await sqs.receive(url)
            await sqs.hide(again.first, in: url, 0)
            #expect(moments.withLock { $0 }.last == 55_000)
            observation.cancel()
        }
    }

    @Test func aGroupThatBecomesFreeIsTold() async throws {
        try await with { sqs in
            let url = try await sqs.queue("q.fifo", ["FifoQueue": "true", "ContentBasedDeduplication": "true"])
            await sqs.send("a", to: url, group: "g")
            let first = await sqs.receive(url, max: 1)
            let told = Counter()
            let observation = sqs.service.observeArrivals(in: sqs.service.queueARN("q.fifo")) { told.add() }
            await sqs.send("b", to: url, group: "g")
            #expect(told.value == 0)
            await sqs.delete(first.first, from: url)
            #expect(told.value == 1)
            observation.cancel()
        }
    }

    @Test func deadLettersAreTold() async throws {
        try await with { sqs in
            _ = try await sqs.queue("dead")
            let policy = #"{"deadLetterTargetArn":"\#(sqs.service.queueARN("dead"))","maxReceiveCount":1}"#
            let url = try await sqs.queue("q", ["RedrivePolicy": policy, "VisibilityTimeout": "0"])
            let told = Counter()
            let observation = sqs.service.observeArrivals(in: sqs.service.queueARN("dead")) { told.add() }
            await sqs.send("a", to: url)
            _ = await sqs.receive(url)
            #expect(told.value == 0)
            #expect(await sqs.receive(url).isEmpty)
            #expect(told.value == 1)
            observation.cancel()
        }
    }

    @Test func aQueueMayComeLaterAndComeBack() async throws {
        try await with { sqs in
            let told = Counter()
            let observation = sqs.service.observeArrivals(in: sqs.service.queueARN("q")) { told.add() }
            let url = try await sqs.queue("q")
            await sqs.send("a", to: url)
            #expect(told.taken() == 1)
            #expect(await sqs.call("DeleteQueue", ["QueueUrl": .string(url)]).status == 200)
            await sqs.clock.advance(by: .seconds(60))
            _ = try await sqs.queue("q")
            await sqs.send("a", to: url)
            #expect(told.value == 1)
            observation.cancel()
        }
    }

    @Test func receiversAndObserversDoNotTakeFromOneAnother() async throws {
        try await with { sqs in
            let url = try await sqs.queue("q")
            let told = Counter()
            let observation = sqs.service.observeArrivals(in: sqs.service.queueARN("q")) { told.add() }
            async let bodies = sqs.bodies(url, ["WaitTimeSeconds": 20])
            let number = try #require(sqs.service.storage.catalog.withLock { $0.number(named: "q") })
            while sqs.service.board.count(number) == 0 { await Task.yield() }
            await sqs.send("a", to: url)
            #expect(await bodies == ["a"])
            #expect(told.value >= 1)
            observation.cancel()
        }
    }
}
