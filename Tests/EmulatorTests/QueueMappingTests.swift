import CloudCore
import CloudSQS
import JSONValue
import NIOCore
import Synchronization
import Testing

@testable import CloudLambda
@testable import Emulator

/// Event source mappings on the queues of this cloud, by a clock that stands still.
@Suite("Queues mapped to functions")
struct QueueMappingTests {
    /// A queue service, a function, and pollers between them.
    private struct Cloud {
        let store: Store
        let clock = CloudClock(startingAt: Timestamp(year: 2026, month: 3, day: 1, hour: 12), pace: .frozen)
        let sqs: SQSService
        let function = ScriptedFunction()

        init() throws {
            store = try Store.ephemeral()
            sqs = try SQSService(store: store, clock: clock)
        }

        func map(_ queue: String, _ change: (inout EventSourceMapping) -> Void = { _ in }) throws -> QueuePoller {
            var mapping = EventSourceMapping(
                id: "id", source: sqs.queueARN(queue),
                functionARN: "arn:aws:lambda:us-east-1:000000000000:function:work",
                reportsBatchItemFailures: true)
            change(&mapping)
            let poller = QueuePoller(
                mapping, filter: try MessageFilter(mapping.filterPatterns ?? []),
                context: .init(source: sqs, functions: function, clock: clock))
            poller.start()
            return poller
        }

        func count(_ queue: String) throws -> Int {
            let counts = try sqs.messageCounts(of: sqs.queueARN(queue))
            return counts.visible + counts.inFlight + counts.delayed
        }
    }

    private func with(_ body: (Cloud) async throws -> Void) async throws {
        let cloud = try Cloud()
        defer {
            cloud.sqs.stop()
            cloud.store.close()
        }
        try await body(cloud)
    }

    @Test func aMessageIsARecordOfTheEvent() async throws {
        try await with { cloud in
            try await cloud.sqs.createQueueIfMissing("orders")
            let poller = try cloud.map("orders")
            let id = try await cloud.sqs.send(
                "Grüße", to: cloud.sqs.queueARN("orders"), attributes: [("size", "Number", "7")], sender: "AIDA")
            await cloud.clock.settled()
            let records = try #require(cloud.function.events.first?["Records"]?.array)
            let record = try #require(records.first?.object)
            #expect(
                record.keys == [
                    "messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfMessageAttributes",
                    "md5OfBody", "eventSource", "eventSourceARN", "awsRegion",
                ])
            #expect(record["messageId"]?.string == id && record["body"] == "Grüße")
            #expect(
                record["attributes"]?.text()
                    == #"{"ApproximateReceiveCount":"1","SentTimestamp":"1772366400000","SenderId":"AIDA","#
                    + #""ApproximateFirstReceiveTimestamp":"1772366400000"}"#)
            #expect(
                record["messageAttributes"]?.text()
                    == #"{"size":{"stringValue":"7","stringListValues":[],"binaryListValues":[],"dataType":"Number"}}"#)
            #expect(record["eventSourceARN"]?.string == cloud.sqs.queueARN("orders"))
            #expect(try cloud.count("orders") == 0)
            poller.stop()
        }
    }

    @Test func aRecordOfAFIFOQueue() async throws {
        try await with { cloud in
            try await cloud.sqs.createQueueIfMissing("orders.fifo", attributes: ["FifoQueue": "true"])
            let poller = try cloud.map("orders.fifo")
            try await cloud.sqs.send("a", to: cloud.sqs.queueARN("orders.fifo"), groupID: "g", deduplicationID: "d")
            await cloud.clock.settled()
            let record = cloud.function.events.first?["Records"]?[0]?.object
            let names = [
                "ApproximateReceiveCount", "SentTimestamp", "SequenceNumber", "MessageGroupId", "SenderId",
                "MessageDeduplicationId", "ApproximateFirstReceiveTimestamp",
            ]
            #expect(record?["attributes"]?.object?.keys == names)
            // Nothing of a digest where there are no attributes.
            #expect(record?.contains("md5OfMessageAttributes") == false)
            poller.stop()
        }
    }

    @Test func aDelayedMessageIsHandedOverInTheMomentInWhichItsDelayEnds() async throws {
        try await with { cloud in
            try await cloud.sqs.createQueueIfMissing("orders", attributes: ["DelaySeconds": "90"])
            let poller = try cloud.map("orders")
            try await cloud.sqs.send("a", to: cloud.sqs.queueARN("orders"))
            await cloud.clock.advance(by: .milliseconds(89_999))
            #expect(cloud.function.events.isEmpty)
            await cloud.clock.advance(by: .days(30))
            // Long after, but at its own moment.
            #expect(cloud.function.moments == ["1772366490000"])
            #expect(try cloud.count("orders") == 0)
            poller.stop()
        }
    }

    @Test func aPoisonMessageEndsInTheDeadLetterQueueWithinOneTurn() async throws {
        try await with { cloud in
            try await cloud.sqs.createQueueIfMissing("dead")
            let policy = #"{"deadLetterTargetArn":"\#(cloud.sqs.queueARN("dead"))","maxReceiveCount":3}"#
            try await cloud.sqs.createQueueIfMissing("orders", attributes: ["RedrivePolicy": policy])
            let poller = try cloud.map("orders")
            cloud.function.fail { $0 == "poison" }
            for body in ["a", "poison", "b"] { try await cloud.sqs.send(body, to: cloud.sqs.queueARN("orders")) }
            await cloud.clock.settled()
            #expect(try cloud.count("orders") == 1 && cloud.count("dead") == 0)
            await cloud.clock.advance(by: .seconds(3600))
            #expect(try cloud.count("orders") == 0 && cloud.count("dead") == 1)
            #expect(cloud.function.bodies.filter { $0 == "poison" }.count == 3)
            // Who serves the dead letters is told of those that come.
            let dead = try cloud.map("dead")
            cloud.function.fail { _ in false }
            await cloud.clock.settled()
            #expect(try cloud.count("dead") == 0)
            poller.stop()
            dead.stop()
        }
    }

    @Test func deadLettersAreHandedOnInTheMomentInWhichTheyBecomeSuch() async throws {
        try await with { cloud in
            try await cloud.sqs.createQueueIfMissing("dead")
            let policy = #"{"deadLetterTargetArn":"\#(cloud.sqs.queueARN("dead"))","maxReceiveCount":1}"#
            try await cloud.sqs.createQueueIfMissing("orders", attributes: ["RedrivePolicy": policy])
            let pollers = [try cloud.map("orders"), try cloud.map("dead")]
            let tries = Mutex(0)
            cloud.function.fail { _ in
                tries.withLock { tries in
                    tries += 1
                    return tries == 1
                }
            }
            try await cloud.sqs.send("a", to: cloud.sqs.queueARN("orders"))
            await cloud.clock.advance(by: .seconds(30))
            #expect(cloud.function.bodies == ["a", "a"])
            #expect(try cloud.count("orders") == 0 && cloud.count("dead") == 0)
            #expect(
                cloud.function.events.last?["Records"]?[0]?["attributes"]?["DeadLetterQueueSourceArn"]?.string
                    == cloud.sqs.queueARN("orders"))
            for poller in pollers { poller.stop() }
        }
    }

    @Test func aGroupGoesOnWhenItsBatchIsDone() async throws {
        try await with { cloud in
            try await cloud.sqs.createQueueIfMissing("orders.fifo", attributes: ["FifoQueue": "true"])
            let poller = try cloud.map("orders.fifo") { $0.batchSize = 2 }
            for number in 0..<9 {
                try await cloud.sqs.send(
                    "\(number)", to: cloud.sqs.queueARN("orders.fifo"), groupID: "g", deduplicationID: "\(number)")
            }
            await cloud.clock.settled()
            #expect(cloud.function.bodies == (0..<9).map(String.init) && cloud.function.most == 1)
            poller.stop()
        }
    }

    @Test func aFailedGroupWaitsAndItsFollowersWithIt() async throws {
        try await with { cloud in
            try await cloud.sqs.createQueueIfMissing("orders.fifo", attributes: ["FifoQueue": "true"])
            let poller = try cloud.map("orders.fifo") { $0.batchSize = 1 }
            let failures = Mutex(2)
            cloud.function.fail { body in
                failures.withLock { failures in
                    guard body == "a1", failures > 0 else { return false }
                    failures -= 1
                    return true
                }
            }
            for number in 0..<4 {
                for group in ["a", "b"] {
                    try await cloud.sqs.send(
                        "\(group)\(number)", to: cloud.sqs.queueARN("orders.fifo"), groupID: group,
                        deduplicationID: "\(group)\(number)")
                }
            }
            await cloud.clock.settled()
            #expect(cloud.function.bodies.filter { $0.hasPrefix("a") } == ["a0", "a1"])
            #expect(cloud.function.bodies.filter { $0.hasPrefix("b") } == ["b0", "b1", "b2", "b3"])
            await cloud.clock.advance(by: .seconds(60))
            #expect(cloud.function.bodies.filter { $0.hasPrefix("a") } == ["a0", "a1", "a1", "a1", "a2", "a3"])
            poller.stop()
        }
    }

    @Test func aQueueThatIsMadeAnewIsServedAsBefore() async throws {
        try await with { cloud in
            let poller = try cloud.map("orders")
            await cloud.clock.settled()
            try await cloud.sqs.createQueueIfMissing("orders")
            try await cloud.sqs.send("a", to: cloud.sqs.queueARN("orders"))
            await cloud.clock.settled()
            #expect(cloud.function.bodies == ["a"])
            poller.stop()
        }
    }

    @Test func thousandsOfMessagesComeThroughOnce() async throws {
        try await with { cloud in
            try await cloud.sqs.createQueueIfMissing("orders")
            let poller = try cloud.map("orders")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sender in 0..<4 {
                    group.addTask {
                        for number in 0..<500 {
                            try await cloud.sqs.send("\(sender)-\(number)", to: cloud.sqs.queueARN("orders"))
                        }
                    }
                }
                try await group.waitForAll()
            }
            await cloud.clock.settled()
            #expect(cloud.function.bodies.count == 2000 && Set(cloud.function.bodies).count == 2000)
            #expect(try cloud.count("orders") == 0)
            poller.stop()
        }
    }
}

extension Duration {
    fileprivate static func days(_ count: Int) -> Duration { .seconds(86_400 * count) }
}

/// A function that fails with the messages that it is told to fail with, and names them.
private final class ScriptedFunction: FunctionInvoker {
    private struct Rule: Sendable {
        let fails: @Sendable (String) -> Bool
    }

    private struct State: Sendable {
        var rule = Rule { _ in false }
        var events: [JSONValue] = []
        var running = 0
        var most = 0
    }

    private let state = Mutex(State())

    func fail(_ fails: @escaping @Sendable (String) -> Bool) { state.withLock { $0.rule = Rule(fails: fails) } }

    var events: [JSONValue] { state.withLock { $0.events } }
    var most: Int { state.withLock { $0.most } }
    var bodies: [String] {
        events.flatMap { $0["Records"]?.array ?? [] }.compactMap { $0["body"]?.string }
    }

    /// When each event's first message was received.
    var moments: [String] {
        events.compactMap { $0["Records"]?[0]?["attributes"]?["ApproximateFirstReceiveTimestamp"]?.string }
    }

    func invoke(_ invocation: Invocation) async throws -> InvocationResult {
        let event = try JSONValue(parsing: invocation.payload.readableBytesView)
        let rule = state.withLock { state in
            state.events.append(event)
            state.running += 1
            state.most = max(state.most, state.running)
            return state.rule
        }
        await Task.yield()
        state.withLock { $0.running -= 1 }
        let failed = (event["Records"]?.array ?? []).filter { rule.fails($0["body"]?.string ?? "") }
        let answer: JSONValue = [
            "batchItemFailures": .array(failed.map { ["itemIdentifier": $0["messageId"] ?? .null] })
        ]
        return InvocationResult(
            payload: ByteBuffer(bytes: answer.encoded()), requestID: "r")
    }

    func enqueue(_ invocation: Invocation) async throws -> String { "r" }
    func hasFunction(_ function: String) -> Bool { true }
}
