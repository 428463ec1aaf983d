import JSONValue
import LambdaEvents
import LambdaRuntime
import Testing

@testable import PictureFunctions

@Suite struct EventTests {
    @Test func everyEventHasAnExpectationThatCanBeMet() throws {
        let catalogue = try EventCatalogue()
        #expect(!catalogue.events.isEmpty)
        #expect(Set(catalogue.events.keys) == Set(catalogue.expectations.keys))
        let functions = Set(catalogue.expectations.values.map(\.function))
        #expect(functions == Set(pictureFunctions.keys))
        for (name, expectation) in catalogue.expectations {
            for need in expectation.needs { #expect(catalogue.events[need] != nil, "\(name) needs \(need)") }
            #expect(!catalogue.needs(name, name), "\(name) needs itself")
        }
    }

    @Test(
        arguments: [
            (["statusCode": 201], "/statusCode is 200"), (["headers": ["etag": "x"]], "/headers/etag is \"e\""),
            (["body": ["b": "*"]], "/body/b is missing"), (["body": ["a": [1]]], "/body/a is [1,2]"),
            (["body": ["a": ["$contains": 3]]], "/body/a does not contain it"),
            (["statusCode": ["$oneOf": [201, 404]]], "/statusCode is 200"),
            (["body": ["$sha256": "00"]], "/body is of other bytes"),
            (
                ["statusCode": .number("200.0"), "headers": ["etag": "e"], "body": ["a": ["$contains": 2], "n": "*"]],
                nil
            ),
        ] as [(JSONValue, String?)])
    func expectationsSayWhereAnAnswerDiffers(_ answer: JSONValue, _ difference: String?) throws {
        let expectation = try #require(EventExpectation(["function": "f", "answer": answer]))
        let output: JSONValue = [
            "statusCode": 200, "headers": ["ETag": "e", "Content-Type": "application/json"],
            "body": #"{"a":[1,2],"n":null}"#,
        ]
        #expect(expectation.mismatch(output) == difference)
    }

    @Test func everyPlaceholderIsCapturedBefore() throws {
        let catalogue = try EventCatalogue()
        for (name, event) in catalogue.events {
            for part in event.text().split(separator: "${").dropFirst() {
                let placeholder = String(part.prefix { $0 != "}" })
                let givers = catalogue.expectations.filter { $0.value.captures[placeholder] != nil }.map(\.key)
                #expect(givers.contains { catalogue.needs(name, $0) }, "\(name) has no \(placeholder)")
            }
        }
    }

    @Test func everyHTTPEventTakesARouteOfItsFunction() throws {
        let catalogue = try EventCatalogue()
        let operations = Set(OpenAPIDocument.operations.map { "\($0.method) \($0.path)" })
        for (name, event) in catalogue.events
        where !["echo", "sweeper", "backup"].contains(name) && EventKind(of: event) != .sqs {
            #expect(EventKind(of: event) == .httpV2, "\(name)")
            #expect(operations.contains(event["routeKey"]?.string ?? "?"), "\(name)")
        }
    }

    @Test(arguments: ["sweeper", "backup"]) func schedulesSendWhatEventBridgeSends(_ name: String) throws {
        let event = try #require(try EventCatalogue().events[name])
        #expect(try event.decode(as: ScheduledEvent.self).isScheduled)
        #expect(try event.eventTime() != nil)
    }
}

/// The events of the repository on a cloud.
@Suite(.onACloud) struct EventScenarios {
    @Test func areAnsweredAsExpectedAndAgain() async throws {
        // The admin of the events signs up with the code that everybody can read in the template.
        let code = try #require(Repository.json("template.json")["Parameters"]?["AdminCode"]?["Default"]?.string)
        let cloud = try await Cloud { $0.admin?.code = code }
        let service = cloud.service
        let handlers: [String: any ByteHandler] = [
            "accounts": Router(AccountsFunction.routes, service: service),
            "upload": Router(UploadFunction.routes, service: service),
            "get": Router(GetFunction.routes(cache: PictureCache(capacity: 1 << 20)), service: service),
            "list": Router(ListFunction.routes, service: service),
            "rekognize": RekognizeFunction.router(service),
            "delete": Router(DeleteFunction.routes, service: service),
            "sweeper": SweeperFunction.router(service, try TestSettings.sweep()),
            "backup": BackupFunction.router(service, try TestSettings.backup()),
            "statistics": Router(StatisticsFunction.routes, service: service),
        ]
        let catalogue = try EventCatalogue()
        for round in ["fresh", "used"] {
            var captured: [String: String] = [:]
            for name in catalogue.order where name != "echo" {
                let event = EventCatalogue.fill(try #require(catalogue.events[name]), captured)
                let expectation = try #require(catalogue.expectations[name])
                let router = try #require(handlers[expectation.function] as? Router)
                let context = Context(logger: Logger(sink: LogSink { _ in }))
                let output = try JSONValue(parsing: try await router.respond(to: event.encoded(), context: context))
                #expect(expectation.mismatch(output) == nil, "\(name) on a \(round) cloud: \(output.text())")
                captured.merge(expectation.captured(output)) { $1 }
            }
        }
    }
}
