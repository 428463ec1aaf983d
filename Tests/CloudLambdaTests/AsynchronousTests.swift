import CloudCore
import Foundation
import JSONValue
import NIOCore
import Testing

@testable import CloudLambda

@Suite struct AsynchronousTests {
    private let start = Timestamp(milliseconds: 1_772_366_400_123)

    /// A service whose functions are played by the test, each at its own steps of a clock that stands.
    private func withFrozenClock(
        _ change: (inout FunctionConfiguration) -> Void, settings: (inout LambdaSettings) -> Void = { _ in },
        _ body: (LocalLambda, PeerLauncher) async throws -> Void
    ) async throws {
        let launcher = PeerLauncher()
        let clock = CloudClock(startingAt: start, pace: .frozen)
        try await LocalLambda.with(clock: clock, launcher: launcher, settings: settings) { lambda in
            try lambda.deploy("f", script: "", change)
            try await body(lambda, launcher)
        }
    }

    private func enqueue(_ lambda: LocalLambda, _ event: String) async throws -> String {
        try await lambda.service.enqueue(
            Invocation(function: "f", payload: ByteBuffer(string: event), source: "test"))
    }

    private func settled(_ lambda: LocalLambda) async throws {
        while try lambda.service.events.count("f") > 0 { await Task.yield() }
        // What became of them has been delivered too, where it is taken.
        await lambda.clock.settled()
    }

    /// Waits until an attempt has ended and the next stands in the store.
    private func postponed(_ lambda: LocalLambda, to due: Timestamp) async {
        while lambda.clock.pending.first(where: { $0 == due }) == nil { await Task.yield() }
    }

    @Test func aFailingCallIsTriedThreeTimesAndThenToldToBoth() async throws {
        let queue = "arn:aws:sqs:us-east-1:000000000000:failed"
        let letters = "arn:aws:sqs:us-east-1:000000000000:letters"
        try await withFrozenClock({
            $0.asynchronous.onFailure = queue
            $0.deadLetterTarget = letters
        }) { lambda, launcher in
            let id = try await enqueue(lambda, #"{"n": 1.50}"#)
            let connection = try await launcher.next().connect()
            for (attempt, wait) in [60, 120, 0].enumerated() {
                let event = try await connection.next()
                #expect(event.requestID == id)
                #expect(event.body == #"{"n": 1.50}"#)
                _ = try await connection.fail(event.requestID, #"{"errorMessage":"no \#(attempt)","errorType":"T"}"#)
                guard wait > 0 else { break }
                await postponed(lambda, to: lambda.clock.now + .seconds(wait))
                let next = Task { try await connection.next() }
                let turning = Task { await lambda.clock.advance(by: .seconds(wait)) }
                let again = try await next.value
                #expect(again.requestID == id)
                // Seen by a request that takes its place: the same event again.
                _ = turning
            }
            try await settled(lambda)
            let deliveries = lambda.deliveries.all
            #expect(deliveries.map(\.target) == [queue, letters])
            #expect(deliveries.map(\.principal) == ["lambda.amazonaws.com", "lambda.amazonaws.com"])
            let record = String(buffer: try #require(deliveries.first).payload)
            #expect(deliveries.first?.messageAttributes.isEmpty == true)
            let moment = (start + .seconds(180)).iso8601WithMilliseconds
            #expect(
                record
                    == #"{"version":"1.0","timestamp":"\#(moment)","requestContext":{"requestId":"\#(id)","#
                    + #""functionArn":"arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST","#
                    + #""condition":"RetriesExhausted","approximateInvokeCount":3},"requestPayload":{"n": 1.50},"#
                    + #""responseContext":{"statusCode":200,"executedVersion":"$LATEST","#
                    + #""functionError":"Unhandled"},"responsePayload":{"errorMessage":"no 2","errorType":"T"}}"#)
            let letter = try #require(deliveries.last)
            #expect(String(buffer: letter.payload) == #"{"n": 1.50}"#)
            #expect(letter.messageAttributes.map(\.name) == ["RequestID", "ErrorCode", "ErrorMessage"])
            #expect(letter.messageAttributes.map(\.value) == [id, "200", "no 2"])
            #expect(letter.messageAttributes.map(\.dataType) == ["String", "Number", "String"])
            #expect(letter.messageGroupID == nil && letter.deduplicationID == nil)
            await connection.close()
        }
    }

    @Test func aSuccessIsTold() async throws {
        let target = "arn:aws:events:us-east-1:000000000000:event-bus/b"
        try await withFrozenClock({ $0.asynchronous.onSuccess = target }) { lambda, launcher in
            _ = try await enqueue(lambda, "1")
            let connection = try await launcher.next().connect()
            let event = try await connection.next()
            _ = try await connection.respond(event.requestID, #"{"ok":true}"#)
            try await settled(lambda)
            let delivery = try #require(lambda.deliveries.all.first)
            #expect(delivery.target == target)
            let envelope = try #require(delivery.envelope)
            #expect(envelope.source == "lambda" && envelope.time == start)
            #expect(envelope.detailType == "Lambda Function Invocation Result - Success")
            #expect(
                envelope.resources == ["arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST", target])
            let record = try JSONValue(parsing: delivery.payload.readableBytesView)
            #expect(record["requestContext"]?["condition"] == "Success")
            #expect(record["requestContext"]?["approximateInvokeCount"] == 1)
            #expect(record["responsePayload"] == ["ok": true])
            #expect(record["responseContext"]?["functionError"] == nil)
            await connection.close()
        }
    }

    @Test func withoutConcurrencyAnEventIsGivenUpWithoutACall() async throws {
        let target = "arn:aws:sqs:us-east-1:000000000000:failed"
        try await withFrozenClock({
            $0.asynchronous.onFailure = target
            $0.reservedConcurrency = 0
        }) { lambda, launcher in
            _ = try await enqueue(lambda, "1")
            try await settled(lambda)
            let record = try JSONValue(parsing: try #require(lambda.deliveries.all.first).payload.readableBytesView)
            #expect(record["requestContext"]?["condition"] == "ZeroReservedConcurrency")
            #expect(record["requestContext"]?["approximateInvokeCount"] == 0)
            #expect(record["responseContext"] == nil)
            #expect(record["responsePayload"] == nil)
            #expect(launcher.count == 0)
        }
    }

    @Test func anEventThatIsThrottledWaitsTwiceAsLongEachTimeAndKeepsItsRetries() async throws {
        try await withFrozenClock({ _ in }, settings: { $0.accountConcurrency = 1 }) { lambda, launcher in
            // Another call, which takes all that there is.
            try lambda.service.ledger.admit("g")
            _ = try await enqueue(lambda, "1")
            for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300] {
                await postponed(lambda, to: lambda.clock.now + .seconds(wait))
                #expect(launcher.count == 0)
                await lambda.clock.advance(by: .seconds(wait))
            }
            await postponed(lambda, to: lambda.clock.now + .seconds(300))
            lambda.service.ledger.release("g")
            var turning = Task { await lambda.clock.advance(by: .seconds(300)) }
            let connection = try await launcher.next().connect()
            // Three attempts, with the waits of one that has not been refused.
            for wait in [60, 120, 0] {
                let event = try await connection.next()
                _ = try await connection.fail(event.requestID, "{}")
                guard wait > 0 else { break }
                await postponed(lambda, to: lambda.clock.now + .seconds(wait))
                await turning.value
                turning = Task { await lambda.clock.advance(by: .seconds(wait)) }
            }
            try await settled(lambda)
            await turning.value
            #expect(launcher.count == 1)
            await connection.close()
        }
    }

    @Test func anEventThatWouldBeTooOldByItsNextAttemptIsGivenUp() async throws {
        let target = "arn:aws:sqs:us-east-1:000000000000:failed"
        try await withFrozenClock({
            $0.asynchronous.onFailure = target
            $0.asynchronous.maximumEventAge = 59
        }) { lambda, launcher in
            _ = try await enqueue(lambda, "1")
            let connection = try await launcher.next().connect()
            let event = try await connection.next()
            _ = try await connection.fail(event.requestID, "{}")
            try await settled(lambda)
            let record = try JSONValue(parsing: try #require(lambda.deliveries.all.first).payload.readableBytesView)
            #expect(record["requestContext"]?["condition"] == "EventAgeExceeded")
            await connection.close()
        }
    }

    @Test func whatWasAcceptedIsDeliveredAfterARestart() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("lambda-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let id: String
        do {
            let store = try Store(directory: path)
            let lambda = try LocalLambda(store: store, clock: CloudClock(), launcher: PeerLauncher())
            try lambda.deploy("f", script: "")
            // Its process never answers, and the cloud ends meanwhile.
            id = try await enqueue(lambda, #""kept""#)
            await lambda.end()
        }
        let store = try Store(directory: path)
        let launcher = PeerLauncher()
        let lambda = try LocalLambda(store: store, clock: CloudClock(), launcher: launcher)
        #expect(try lambda.service.events.count("f") == 1)
        try lambda.deploy("f", script: "")
        let connection = try await launcher.next().connect()
        let event = try await connection.next()
        #expect(event.requestID == id)
        #expect(event.body == #""kept""#)
        _ = try await connection.respond(id, "1")
        try await settled(lambda)
        await connection.close()
        await lambda.end()
    }
}
