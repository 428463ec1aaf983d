import CloudCore
import Testing

@testable import CloudLambda

/// How many batches are in flight.
@Suite struct QueuePollerScalingTests {
    @Test func fiveAtFirstAndFiveMoreASecond() async throws {
        let function = FakeFunction()
        let mapped = try Mapped(function) { $0.batchSize = 1 }
        function.close()
        mapped.queue.send((0..<40).map(String.init))
        await mapped.until { function.running == 5 }
        #expect(mapped.queue.visible.count == 35)
        // The clock is held by what is in flight, so it is turned beside that.
        let turn = Task { await mapped.clock.advance(by: .seconds(2)) }
        for _ in 0..<100 { await Task.yield() }
        #expect(function.running == 5)
        function.open()
        await turn.value
        #expect(mapped.queue.bodies.isEmpty && function.most == 5)
    }

    @Test func moreAreAddedAsTimePasses() async throws {
        let clock = CloudClock(startingAt: Mapped.now, pace: .running(factor: 50))
        let queue = FakeQueue(clock: clock)
        let function = FakeFunction()
        let mapping = EventSourceMapping(id: "id", source: queue.arn, functionARN: "f", batchSize: 1)
        let poller = QueuePoller(mapping, filter: nil, context: .init(source: queue, functions: function, clock: clock))
        poller.start()
        function.close()
        queue.setTimeout(10_000)
        queue.send((0..<40).map(String.init))
        while function.running < 17 { await Task.yield() }
        function.open()
        await poller.settled()
        #expect(queue.bodies.isEmpty && function.most >= 17)
        // Back to the beginning.
        #expect(poller.state.withLock { $0.scale.allowed } == 5)
        poller.stop()
    }

    @Test(arguments: [2, 3, 7]) func theMaximumIsKept(_ most: Int) async throws {
        let function = FakeFunction()
        let mapped = try Mapped(function) {
            $0.batchSize = 1
            $0.maximumConcurrency = most
        }
        let first = min(most, 5)
        function.close()
        mapped.queue.send((0..<30).map(String.init))
        await mapped.until { function.running == first }
        for _ in 0..<30 {
            let calls = function.events.count
            function.openOnce()
            await mapped.until { function.events.count > calls || function.running == 0 || function.events.count == 30 }
            #expect(function.running <= first)
        }
        function.open()
        await mapped.clock.settled()
        #expect(function.most == first && mapped.queue.bodies.isEmpty)
    }

    @Test func aLowerMaximumCountsAtOnce() async throws {
        let function = FakeFunction()
        var mapped = try Mapped(function) { $0.batchSize = 1 }
        function.close()
        mapped.queue.send((0..<9).map(String.init))
        await mapped.until { function.running == 5 }
        try mapped.change { $0.maximumConcurrency = 2 }
        for left in [4, 3, 2, 2] {
            let queue = mapped.queue
            let done = queue.bodies.count
            function.openOnce()
            await mapped.until { queue.bodies.count < done && function.running == left }
        }
        function.open()
        await mapped.clock.settled()
        #expect(mapped.queue.bodies.isEmpty)
    }
}
