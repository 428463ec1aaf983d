import JSONValue
import Synchronization
import Testing

@testable import LambdaEvents
@testable import LambdaRuntime

/// Keeps log lines for a test to read.
private final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }

    func context(_ requestID: String) -> Context {
        Context(
            requestID: requestID,
            logger: Logger(
                format: .json,
                sink: LogSink { line in
                    let text = String(decoding: line, as: UTF8.self)
                    self.lines.withLock { $0.append(text) }
                }))
    }
}

@Suite struct RouterRuntimeTests {
    private struct Secret: Error, CustomStringConvertible { let description = "the password is swordfish" }

    @Test func aRouterIsAHandlerOfBytes() async throws {
        var router = Router()
        router.get("/x") { _, _ in .text("hello") }
        let handler: any ByteHandler = router
        var writer = ResponseWriter(channel: StreamedResponse())
        try await handler.handle(SampleEvents.httpAPI("GET", "/x").encoded(), response: &writer, context: Context())
        let answer = try JSONValue(parsing: try #require(writer.body))
        #expect(answer["body"]?.string == "hello")
        #expect(writer.contentType == "application/json")
    }

    @Test func unknownErrorsAreLoggedWithTheRequestAndNotSent() async throws {
        var router = Router()
        router.get("/x") { _, _ in throw Secret() }
        let log = LogLines()
        let answer = String(
            decoding: try await router.respond(
                to: SampleEvents.restAPI("GET", "/x").encoded(), context: log.context("request-7")), as: UTF8.self)
        #expect(!answer.contains("swordfish"))
        #expect(log.all.count == 1)
        let line = try JSONValue(parsing: try #require(log.all.first))
        #expect(line["requestId"]?.string == "request-7")
        #expect(line["level"]?.string == "ERROR")
        #expect(line["errorMessage"]?.string == "the password is swordfish")
        #expect(line["errorType"]?.string?.hasSuffix("Secret") == true)
        #expect(line["message"]?.string?.contains("GET /x") == true)
    }

    @Test func errorsForTheCallerAreNotLogged() async throws {
        var router = Router()
        router.get("/x") { _, _ in throw HTTPError(404, "Gone", "It is gone.") }
        let log = LogLines()
        _ = try await router.respond(to: SampleEvents.httpAPI("GET", "/x").encoded(), context: log.context("r"))
        #expect(log.all.isEmpty)
    }

    @Test func impossibleRoutesEndTheProgramAtOnce() async {
        await #expect(processExitsWith: .failure) {
            var router = Router()
            router.get("pictures") { _, _ in .empty() }
        }
        await #expect(processExitsWith: .failure) {
            var router = Router()
            router.get("/{a}") { _, _ in .empty() }
            router.get("/{b}") { _, _ in .empty() }
        }
    }
}
