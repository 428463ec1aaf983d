import JSONValue
import LambdaRuntime
import Testing

@testable import LambdaEvents

@Suite struct RouterEventTests {
    private struct Order: Codable, Sendable { var count: Int }
    private struct Failure: Error {}

    private static let router: Router = {
        var router = Router()
        router.get("/x") { _, _ in .text("http") }
        router.on(S3Event.self) { event, _ in event.records.map { $0.s3.object.decodedKey } }
        router.on(SQSEvent.self) { event, _ in
            await event.forEachMessage { if $0.body == "bad" { throw Failure() } }
        }
        router.on(ScheduledEvent.self, source: "aws.events", detailType: ScheduledEvent.scheduledDetailType) {
            event, _ in
            guard event.isScheduled else { throw Failure() }
        }
        router.on(EventBridgeEvent<Order>.self) { event, _ in event.detail.count }
        router.onBare(as: Order.self) { order, _ in Order(count: order.count + 1) }
        return router
    }()

    private func answer(_ text: String) async throws -> String {
        String(decoding: try await Self.router.respond(to: Array(text.utf8), context: Context()), as: UTF8.self)
    }

    @Test func everyKindFindsItsRoute() async throws {
        let batch = SampleEvents.sqs([("1", "good", nil), ("2", "bad", nil)]).text()
        for (event, expected) in [
            (SampleEvents.s3, #"["my cat+dog/é.jpg"]"#),
            (batch, #"{"batchItemFailures":[{"itemIdentifier":"2"}]}"#),
            (SampleEvents.scheduled, "null"),
            (#"{"source":"shop","detail-type":"Order","detail":{"count":3}}"#, "3"),
            (#"{"count":1}"#, #"{"count":2}"#),
        ] {
            #expect(try await answer(event) == expected)
        }
        #expect(try await answer(#"{"method":"GET","path":"/x"}"#).contains("\"body\":\"http\""))
    }

    @Test func aLargeBareEventArrivesWhole() async throws {
        var router = Router()
        router.onBare(as: [String: String].self) { event, _ in event["body"]?.count ?? 0 }
        let event: JSONValue = ["body": .string(String(repeating: "b", count: 50_000))]
        #expect(try await router.answer(event).int == 50_000)
    }

    @Test func withoutHTTPRoutesABareHTTPEventIsOnesOwn() async throws {
        var router = Router()
        router.onBare(as: JSONValue.self) { event, _ in event }
        let event: JSONValue = ["method": "GET", "path": "/x"]
        #expect(try await router.answer(event) == event)
    }

    @Test func whatNobodyTakesFailsTheInvocation() async throws {
        var router = Router()
        router.get("/") { _, _ in .empty() }
        for (event, kind) in [(SampleEvents.s3, EventKind.s3), ("{}", .bare), ("null", .bare)] {
            await #expect(throws: UnroutedEvent(kind: kind)) {
                try await router.respond(to: Array(event.utf8), context: Context())
            }
        }
    }

    @Test func eventsOfTheWrongShapeFailTheInvocation() async throws {
        for (event, message) in [
            (#"{"count":"x"}"#, "The field 'count' is not valid: expected a whole number, found string."),
            (#"{"Records":[{"eventSource":"aws:s3"}]}"#, "The field 'Records[0].eventVersion' is missing."),
            ("", "The event is not valid JSON: the text ends where a value is expected (line 1, column 1)."),
            ("{\"a\":", "The event is not valid JSON: the text ends where a value is expected (line 1, column 6)."),
        ] {
            await #expect(throws: UnreadableEvent(description: message)) { try await answer(event) }
        }
    }

    @Test func whatAHandlerThrowsFailsTheInvocation() async throws {
        var router = Router()
        router.on(SQSEvent.self) { _, _ in throw Failure() }
        let event = SampleEvents.sqs([("1", "x", nil)]).encoded()
        await #expect(throws: Failure.self) { try await router.respond(to: event, context: Context()) }
    }
}
