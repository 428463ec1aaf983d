import CloudCore
import JSONValue
import Synchronization
import Testing

@testable import CloudRekognition

@Suite struct RequestGateTests {
    /// A door that keeps all that come until it is opened.
    private final class Door: Sendable {
        private let stream: AsyncStream<Void>
        private let opener: AsyncStream<Void>.Continuation
        private let arrivals: AsyncStream<Void>
        private let bell: AsyncStream<Void>.Continuation
        let counts = Mutex((inside: 0, most: 0))

        init() {
            (stream, opener) = AsyncStream.makeStream()
            (arrivals, bell) = AsyncStream.makeStream()
        }

        func pass() async {
            counts.withLock { counts in
                counts.inside += 1
                counts.most = max(counts.most, counts.inside)
            }
            bell.yield()
            for await _ in stream {}
            counts.withLock { $0.inside -= 1 }
        }

        func open() { opener.finish() }

        func waitForArrivals(_ count: Int) async {
            var seen = 0
            for await _ in arrivals {
                seen += 1
                if seen == count { return }
            }
        }
    }

    @Test func refusesThoseForWhomThereIsNoRoom() async {
        let door = Door()
        let local = LocalRekognition(
            FakeRecognizer(during: { await door.pass() }), capacity: RequestCapacity(atOnce: 1, waiting: 0))
        async let first = local.call("DetectLabels", ["Image": Samples.image()])
        await door.waitForArrivals(1)
        let second = await local.call("DetectLabels", ["Image": Samples.image()])
        #expect(second.status == 400)
        #expect(second.error == "ProvisionedThroughputExceededException")
        #expect(second.message == "Provisioned rate exceeded.")
        door.open()
        #expect(await first.status == 200)
        #expect(await local.call("DetectLabels", ["Image": Samples.image()]).status == 200)
    }

    @Test func refusesWhatWouldHoldTooMuch() async {
        let door = Door()
        let local = LocalRekognition(
            FakeRecognizer(during: { await door.pass() }),
            capacity: RequestCapacity(atOnce: 2, waiting: 10, bytes: 1_000))
        async let first = local.call("DetectLabels", ["Image": Samples.image()])
        await door.waitForArrivals(1)
        let large = Samples.image(Samples.png + [UInt8](repeating: 0, count: 1_000))
        let second = await local.call("DetectLabels", ["Image": large])
        #expect(second.error == "ThrottlingException")
        async let third = local.call("DetectLabels", ["Image": Samples.image()])
        await door.waitForArrivals(1)
        door.open()
        #expect(await first.status == 200)
        #expect(await third.status == 200)
        // Alone, even what is larger than all that may be held is let in.
        #expect(await local.call("DetectLabels", ["Image": large]).status == 200)
    }

    @Test func worksOnSoManyAtOnceAndNoMore() async {
        let door = Door()
        let local = LocalRekognition(
            FakeRecognizer(during: { await door.pass() }), capacity: RequestCapacity(atOnce: 3, waiting: 30))
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask { await local.call("DetectText", ["Image": Samples.image()]).status }
            }
            await door.waitForArrivals(3)
            #expect(door.counts.withLock { $0.inside } == 3)
            door.open()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 200, count: 20))
        #expect(door.counts.withLock { $0.most } == 3)
    }

    @Test func letsGoOfWhoeverGoesAway() async throws {
        let gate = RequestGate(capacity: RequestCapacity(atOnce: 1, waiting: 5))
        let door = Door()
        let first = Task { try await gate.inTurn { await door.pass() } }
        await door.waitForArrivals(1)
        let second = Task { try await gate.inTurn { true } }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        door.open()
        try await first.value
        #expect(try await gate.inTurn { true })
    }
}
