import CloudCore
import Testing

@testable import CloudLambda

/// Batching windows, and events at the size limit.
@Suite struct QueuePollerWindowTests {
    private func windowed(_ size: Int = 10, window: Int = 5, timeout: Int = 30) throws -> Mapped {
        try Mapped(timeout: timeout) {
            $0.batchSize = size
            $0.batchingWindow = window
        }
    }

    @Test func messagesWaitForOthersWithoutHoldingTheClock() async throws {
        let mapped = try windowed()
        mapped.queue.send("a")
        await mapped.clock.settled()
        #expect(mapped.function.batches.isEmpty && mapped.queue.visible.isEmpty)
        await mapped.clock.advance(by: .seconds(3))
        mapped.queue.send("b")
        await mapped.clock.advance(by: .milliseconds(1999))
        #expect(mapped.function.batches.isEmpty)
        await mapped.clock.advance(by: .milliseconds(1))
        #expect(mapped.function.batches == [["a", "b"]] && mapped.queue.bodies.isEmpty)
        // A digest of nothing is told as such where messages are gathered.
        #expect(mapped.function.events[0]["Records"]?[0]?["md5OfMessageAttributes"] == .null)
    }

    @Test func aFullBatchDoesNotWait() async throws {
        let mapped = try windowed(25)
        mapped.queue.send((0..<60).map(String.init))
        await mapped.clock.settled()
        #expect(mapped.function.batches.map(\.count) == [25, 25])
        await mapped.clock.advance(by: .seconds(5))
        #expect(mapped.function.batches.map(\.count) == [25, 25, 10])
        #expect(mapped.queue.bodies.isEmpty)
    }

    @Test func tenThousandInOneEvent() async throws {
        let mapped = try windowed(10_000, window: 300)
        mapped.queue.send((0..<10_000).map(String.init))
        await mapped.clock.settled()
        #expect(mapped.function.batches.map(\.count) == [10_000] && mapped.queue.bodies.isEmpty)
    }

    @Test func anEventHasSixMegabytesAtMost() async throws {
        let mapped = try windowed(100)
        mapped.queue.send((0..<9).map { String(repeating: "\($0)", count: 1_000_000) })
        await mapped.clock.settled()
        #expect(mapped.function.batches.map(\.count) == [6])
        await mapped.clock.advance(by: .seconds(5))
        #expect(mapped.function.batches.map(\.count) == [6, 3] && mapped.queue.bodies.isEmpty)
    }

    @Test func oneReceiveMayBeTwoEvents() async throws {
        let mapped = try Mapped()
        mapped.queue.send((0..<9).map { String(repeating: "\($0)", count: 1_000_000) })
        await mapped.clock.settled()
        #expect(mapped.function.batches.map(\.count) == [6, 3] && mapped.queue.bodies.isEmpty)
    }

    @Test func aWindowLongerThanTheVisibilityTimeoutLosesNothing() async throws {
        let mapped = try windowed(100, window: 300, timeout: 10)
        mapped.queue.send("a")
        await mapped.clock.advance(by: .seconds(200))
        mapped.queue.send("b")
        await mapped.clock.advance(by: .seconds(100))
        #expect(mapped.function.batches == [["a", "b"]] && mapped.queue.bodies.isEmpty)
    }

    @Test func whatFailsComesAgainAsIfItHadNotWaited() async throws {
        let mapped = try windowed(2, window: 300, timeout: 10)
        mapped.function.behave { _ in .error }
        mapped.queue.send("a", "b")
        await mapped.clock.settled()
        #expect(mapped.function.batches.count == 1)
        await mapped.clock.advance(by: .milliseconds(9_999))
        #expect(mapped.function.batches.count == 1)
        await mapped.clock.advance(by: .milliseconds(1))
        #expect(mapped.function.batches.count == 2)
    }

    @Test func whatWaitsIsGivenBackWhenThePollerStops() async throws {
        let mapped = try windowed()
        mapped.queue.send("a", "b")
        await mapped.clock.settled()
        #expect(mapped.queue.visible.isEmpty)
        mapped.poller.stop()
        await mapped.poller.settled()
        #expect(mapped.queue.visible == ["a", "b"])
        await mapped.clock.advance(by: .seconds(5))
        #expect(mapped.function.batches.isEmpty)
    }
}
