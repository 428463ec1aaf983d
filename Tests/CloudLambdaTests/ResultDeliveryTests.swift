import CloudCore
import Foundation
import JSONValue
import NIOCore
import Testing

@testable import CloudLambda

/// What became of asynchronous calls reaches whom it concerns, whatever fails on the way.
@Suite struct ResultDeliveryTests {
    private static let function = "arn:aws:lambda:us-east-1:000000000000:function:told"
    private static let queue = "arn:aws:sqs:us-east-1:000000000000:told"
    private static let letters = "arn:aws:sqs:us-east-1:000000000000:letters.fifo"
    private static let unavailable = ServiceError("ServiceUnavailable", "Not now.", status: 503)

    private let clock = CloudClock(startingAt: Timestamp(year: 2026, month: 3, day: 1), pace: .frozen)

    /// Calls the function `f` once, which answers or fails, and waits until nothing is under way.
    @discardableResult
    private func call(
        _ lambda: LocalLambda, _ launcher: PeerLauncher, error: String? = nil, traceID: String? = nil,
        _ change: (inout FunctionConfiguration) -> Void
    ) async throws -> String {
        try lambda.deploy("f", script: "") {
            $0.asynchronous.maximumRetryAttempts = 0
            change(&$0)
        }
        let id = try await lambda.service.enqueue(
            Invocation(function: "f", payload: ByteBuffer(string: "1"), traceID: traceID, source: "test"))
        let connection = try await launcher.next().connect()
        let event = try await connection.next()
        if let error {
            _ = try await connection.fail(event.requestID, error)
        } else {
            _ = try await connection.respond(event.requestID, "2")
        }
        while try lambda.service.events.count("f") > 0 { await Task.yield() }
        await lambda.clock.settled()
        await connection.close()
        return id
    }

    private func requestIDs(_ deliveries: [Delivery]) throws -> [String?] {
        try deliveries.map {
            try JSONValue(parsing: $0.payload.readableBytesView)["requestContext"]?["requestId"]?.string
        }
    }

    @Test func whatWasConcludedIsDeliveredByTheNextProcess() async throws {
        let path = LocalLambda.temporaryPath()
        defer { LocalLambda.remove(path) }
        let launcher = PeerLauncher()
        // Nothing delivers in the first process: it ends between the conclusion and the delivery.
        let first = try LocalLambda(store: Store(directory: path), clock: clock, launcher: launcher, delivers: false)
        let id = try await call(first, launcher) { $0.asynchronous.onSuccess = Self.queue }
        #expect(first.deliveries.all.isEmpty)
        await first.end()
        let second = try LocalLambda(store: Store(directory: path), clock: clock, launcher: PeerLauncher())
        await clock.settled()
        #expect(second.deliveries.all.map(\.target) == [Self.queue])
        #expect(try requestIDs(second.deliveries.all) == [id])
        await second.end()
        // And only once.
        let third = try LocalLambda(store: Store(directory: path), clock: clock, launcher: PeerLauncher())
        await clock.settled()
        #expect(third.deliveries.all.isEmpty)
        await third.end()
    }

    @Test func whatCannotBeTakenNowIsOfferedAgain() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(clock: clock, launcher: launcher) { lambda in
            lambda.deliveries.refuse(Self.queue, with: Self.unavailable)
            let id = try await call(lambda, launcher) { $0.asynchronous.onSuccess = Self.queue }
            #expect(lambda.deliveries.attempts == 1 && lambda.deliveries.all.isEmpty)
            await clock.advance(by: .seconds(1))
            #expect(lambda.deliveries.attempts == 2)
            lambda.deliveries.refuse(Self.queue, with: nil)
            await clock.advance(by: .seconds(2))
            #expect(try requestIDs(lambda.deliveries.all) == [id])
            #expect(!lambda.logs.texts.contains { $0.contains("cannot be delivered") })
        }
    }

    @Test func whatIsNeverTakenIsDroppedWhichTheFunctionsLogSays() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(clock: clock, launcher: launcher) { lambda in
            lambda.deliveries.refuse(Self.queue, with: ServiceError("QueueDoesNotExist", "No queue.", status: 400))
            let id = try await call(lambda, launcher) {
                $0.asynchronous.onSuccess = Self.queue
                $0.logging.group = "/mine"
            }
            let lines = lambda.logs.all.filter { $0.text.contains("cannot be delivered") }
            let line = try #require(lines.first)
            #expect(lines.count == 1 && line.function == "f" && line.group == "/mine")
            #expect(line.text.contains(id) && line.text.contains(Self.queue) && line.text.contains("No queue."))
            await clock.advance(by: .seconds(3600))
            #expect(lambda.deliveries.attempts == 1)
        }
    }

    @Test func aFunctionIsToldInTheTraceOfTheCall() async throws {
        let launcher = PeerLauncher()
        let trace = "Root=1-65a1b2c3-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1"
        try await LocalLambda.with(clock: clock, launcher: launcher) { lambda in
            try await call(lambda, launcher, traceID: trace) { $0.asynchronous.onSuccess = Self.function }
            let delivery = try #require(lambda.deliveries.all.first)
            #expect(delivery.target == Self.function && delivery.traceID == trace)
            #expect(delivery.source == "destination of f")
        }
    }

    @Test func aDeadLetterForAFIFOQueueHasItsGroupAndIsToldFromOthers() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(clock: clock, launcher: launcher) { lambda in
            let id = try await call(lambda, launcher, error: #"{"errorMessage":"no","errorType":"T"}"#) {
                $0.asynchronous.onFailure = Self.queue
                $0.deadLetterTarget = Self.letters
            }
            let deliveries = lambda.deliveries.all
            #expect(deliveries.map(\.target) == [Self.queue, Self.letters])
            #expect(deliveries[0].envelope?.detailType == "Lambda Function Invocation Result - Failure")
            #expect(deliveries[1].messageGroupID == "arn:aws:lambda:us-east-1:000000000000:function:f")
            #expect(deliveries[1].deduplicationID == id)
            #expect(deliveries[1].messageAttributes.map(\.value) == [id, "200", "no"])
        }
    }

    @Test(
        arguments: [
            (#"{"errorType":"T"}"#, nil), (#"{"errorMessage":""}"#, nil), ("[]", nil),
            (#"{"errorMessage":"a\u0000b\tü"}"#, "ab\tü"),
            (#"{"errorMessage":"\#(String(repeating: "é", count: 600))"}"#, String(repeating: "é", count: 512)),
        ] as [(String, String?)])
    func anErrorsMessageIsWhatQueuesTake(_ error: String, _ expected: String?) async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(clock: clock, launcher: launcher) { lambda in
            try await call(lambda, launcher, error: error) { $0.deadLetterTarget = Self.letters }
            let attributes = try #require(lambda.deliveries.all.first).messageAttributes
            #expect(attributes.first { $0.name == "ErrorMessage" }?.value == expected)
            #expect(attributes.count == (expected == nil ? 2 : 3))
        }
    }
}
