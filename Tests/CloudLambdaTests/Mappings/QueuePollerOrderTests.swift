import CloudCore
import Synchronization
import Testing

@testable import CloudLambda

/// FIFO queues: a group at a time in order, whatever fails.
@Suite struct QueuePollerOrderTests {
    @Test func groupsRunBesideOneAnotherAndEachInOrder() async throws {
        let function = FakeFunction()
        let mapped = try Mapped(fifo: true, function) { $0.batchSize = 1 }
        function.close()
        for number in 0..<3 {
            for group in ["a", "b", "c", "d", "e", "f", "g"] { mapped.queue.send("\(group)\(number)", group: group) }
        }
        await mapped.until { function.running == 7 }
        #expect(Set(function.batches.flatMap { $0 }) == ["a0", "b0", "c0", "d0", "e0", "f0", "g0"])
        function.open()
        await mapped.clock.settled()
        let all = function.batches.flatMap { $0 }
        for group in ["a", "b", "c", "d", "e", "f", "g"] {
            #expect(all.filter { $0.hasPrefix(group) } == (0..<3).map { "\(group)\($0)" })
        }
    }

    @Test func aGroupWhoseBatchIsInFlightWaits() async throws {
        let function = FakeFunction()
        let mapped = try Mapped(fifo: true, function)
        function.close()
        mapped.queue.send("a0", "a1", group: "a")
        await mapped.until { function.running == 1 }
        mapped.queue.send("a2", group: "a")
        mapped.queue.send("b0", group: "b")
        await mapped.until { function.running == 2 }
        #expect(function.batches == [["a0", "a1"], ["b0"]])
        function.open()
        await mapped.clock.settled()
        #expect(function.batches == [["a0", "a1"], ["b0"], ["a2"]])
    }

    @Test func aBatchThatOutlivesItsVisibilityTimeoutIsNotOvertaken() async throws {
        // On a clock that goes by itself: nothing holds a time that passes anyhow.
        let clock = CloudClock(startingAt: Mapped.now, pace: .running(factor: 1000))
        let queue = FakeQueue(FakeQueue.fifo, clock: clock, timeout: 5)
        let function = FakeFunction()
        let mapping = EventSourceMapping(id: "id", source: queue.arn, functionARN: "f", batchSize: 1)
        let poller = QueuePoller(mapping, filter: nil, context: .init(source: queue, functions: function, clock: clock))
        poller.start()
        function.close()
        queue.send("a0", "a1", group: "a")
        let late = Mapped.now + .seconds(40)
        while clock.now < late { await Task.yield() }
        #expect(function.batches == [["a0"]])
        function.open()
        while !queue.bodies.isEmpty { await Task.yield() }
        let seen = function.batches.flatMap { $0 }
        #expect(seen.last == "a1" && seen.filter { $0 == "a1" }.count == 1)
        poller.stop()
        await poller.settled()
    }

    @Test func aLargeBatchGoesOnOnlyWhereItGotThrough() async throws {
        let large = { (name: String) in name + String(repeating: "x", count: 1_000_000) }
        let function = FakeFunction { bodies in
            bodies.contains { $0.hasPrefix("a") }
                ? .text(#"{"batchItemFailures":[{"itemIdentifier":"m1"}]}"#) : .text("")
        }
        let mapped = try Mapped(fifo: true, function) { $0.reportsBatchItemFailures = true }
        // All in one receive: the first six fill an event, and of the others those of group a have to wait for it.
        mapped.poller.stop()
        mapped.queue.send([large("a0")], group: "a")
        for number in 0..<5 { mapped.queue.send([large("b\(number)")], group: "b") }
        mapped.queue.send([large("a1")], group: "a")
        mapped.queue.send([large("c0")], group: "c")
        mapped.poller.start()
        await mapped.clock.settled()
        let seen = function.batches.map { $0.map { String($0.prefix(2)) } }
        #expect(seen == [["a0", "b0", "b1", "b2", "b3", "b4"], ["c0"]])
        #expect(mapped.queue.bodies.map { String($0.prefix(2)) } == ["a0", "a1"])
        function.behave { _ in .text("") }
        await mapped.clock.advance(by: .seconds(30))
        #expect(function.batches.last?.map { String($0.prefix(2)) } == ["a0", "a1"])
    }

    /// Functions that fail at random, wholly or in part from some message on, are throttled at random, and time that moves
    /// in leaps: each group's messages are done in the order in which they were sent.
    @Test(arguments: 0..<20 as Range<UInt64>) func orderIsKeptWhateverFails(_ seed: UInt64) async throws {
        let random = Mutex(SplitMix(state: seed))
        let below = { @Sendable (limit: Int) in random.withLock { Int($0.next() % UInt64(limit)) } }
        let done = Mutex<[String]>([])
        let function = FakeFunction()
        let ids = Mutex<[String: String]>([:])
        function.behave { bodies in
            switch below(6) {
            case 0: return .error
            case 1: return .throttled
            case 2:
                // As one should with a FIFO queue: stop at the first failure, and name all the rest.
                let good = below(bodies.count + 1)
                done.withLock { $0 += bodies.prefix(good) }
                let rest = bodies.dropFirst(good).compactMap { body in ids.withLock { $0[body] } }
                return .text(
                    #"{"batchItemFailures":["# + rest.map { #"{"itemIdentifier":"\#($0)"}"# }.joined(separator: ",")
                        + "]}")
            default:
                done.withLock { $0 += bodies }
                return .text("null")
            }
        }
        let mapped = try Mapped(fifo: true, function) {
            $0.reportsBatchItemFailures = true
            $0.batchSize = 1 + Int(seed % 10)
            $0.maximumConcurrency = seed % 3 == 0 ? 2 : nil
        }
        var expected: [String: [String]] = [:]
        for number in 0..<60 {
            let group = ["a", "b", "c"][below(3)]
            let body = "\(group)\(number)"
            expected[group, default: []].append(body)
            ids.withLock { $0[body] = "m\(number + 1)" }
            mapped.queue.send(body, group: group)
            if below(3) == 0 { await mapped.clock.advance(by: .milliseconds(below(20_000))) }
        }
        for _ in 0..<500 where !mapped.queue.bodies.isEmpty { await mapped.clock.advance(by: .seconds(10)) }
        #expect(mapped.queue.bodies.isEmpty)
        let all = done.withLock { $0 }
        for (group, bodies) in expected { #expect(all.filter { $0.hasPrefix(group) } == bodies) }
    }
}

/// Random numbers that come out the same each time.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
