import Foundation
import JSONValue
import NIOConcurrencyHelpers
import Testing

@testable import LambdaRuntime

@Suite("From cold start to shutdown", .timeLimit(.minutes(1)))
struct LifecycleTests {
    @Test("A handler that cannot be made is reported before any event is asked for")
    func failingFactory() async throws {
        let served = try await serve(
            Script(.event("0")), ["upload": { environment in Probe(try Self.body(environment)) }])
        #expect(served.exit == .initializationFailed && served.exit.status == 1)
        #expect(served.requests.map(\.path) == ["/2018-06-01/runtime/init/error"])
        let post = try #require(served.posts.first)
        #expect(post.headers["lambda-runtime-function-error-type"] == ["Function.MissingVariable"])
        #expect(try JSONValue(parsing: post.body)["errorMessage"]?.string?.contains("BUCKET") == true)
    }

    private static func body(
        _ environment: LambdaRuntime.Environment
    ) throws -> @Sendable ([UInt8], inout ResponseWriter, Context) async throws -> Void {
        let bucket = try environment.require("BUCKET")
        return { _, response, _ in response.send(bucket) }
    }

    @Test("The factory is handed the environment and may await")
    func factory() async throws {
        let served = try await serve(
            Script(.event("0")),
            [
                "upload": { environment in
                    await Task.yield()
                    return Probe(try Self.body(environment))
                }
            ], environment: ["BUCKET": "pictures"])
        #expect(served.posts.map(\.text) == ["pictures"])
    }

    @Test("A function that is not there is an initialisation error that lists those that are")
    func unknownHandler() async throws {
        let table: HandlerTable = ["a": { _ in Probe.echo }, "b": { _ in Probe.echo }]
        let served = try await serve(Script(), table, environment: ["_HANDLER": "c"])
        #expect(served.exit == .initializationFailed)
        let post = try #require(served.posts.first)
        #expect(post.headers["lambda-runtime-function-error-type"] == ["Runtime.HandlerNotFound"])
        #expect(try JSONValue(parsing: post.body)["errorMessage"]?.string?.hasSuffix("one of: a, b.") == true)
    }

    @Test("An initialisation error that the server refuses changes nothing")
    func refusedInitError() async throws {
        let served = try await serve(
            Script(posts: [.refusal(403, "InvalidStateTransition")]), [:], environment: ["_HANDLER": "c"])
        #expect(served.exit == .initializationFailed)
    }

    /// Closes by noting it.
    private struct Closing: ByteHandler {
        let closed: NIOLockedValueBox<Int>
        let forever: Bool

        func handle(_ event: [UInt8], response: inout ResponseWriter, context: Context) async throws {}

        func shutDown() async {
            await Task.yield()
            closed.withLockedValue { $0 += 1 }
            while forever, !Task.isCancelled { await Task.yield() }
        }
    }

    @Test("The handler is closed once, whether it served or not, and not for longer than there is time")
    func shutDown() async throws {
        for (script, forever) in [(Script(), false), (Script(.event("0")), false), (Script(), true)] {
            let closed = NIOLockedValueBox(0)
            let served = try await serve(script, ["c": { _ in Closing(closed: closed, forever: forever) }]) {
                if forever { $0.shutdownBudget = .milliseconds(20) }
            }
            #expect(served.exit == .stopped)
            #expect(closed.withLockedValue { $0 } == 1)
            #expect(served.log.contains { $0.contains("abandoned") } == forever)
        }
    }

    @Test("An invocation that is under way when the stop comes is finished and answered")
    func stopDuringInvocation() async throws {
        let stop = try #require(StopSignal())
        let server = MockRuntimeAPI(Script(.event("0")), stop: stop)
        let endpoint = try #require(RuntimeEndpoint(await server.listen()))
        let configuration = RunLoop.Configuration(
            endpoint: endpoint, environment: [:], logger: Logger(level: .fatal), exportsTrace: false)
        let exit = await withCheckedContinuation { continuation in
            _ = WorkerThread.start {
                let probe = Probe { event, response, _ in
                    stop.stop()
                    await Task.yield()
                    response.send(event)
                }
                continuation.resume(
                    returning: RunLoop(configuration: configuration, stop: stop).run(["p": { _ in probe }]))
            }
        }
        await server.close()
        #expect(exit == .stopped)
        #expect(server.requests.map(\.call) == ["next", "response"])
    }

    @Test("The trace variable follows the invocations", .serialized, arguments: [true])
    func trace(exports: Bool) async throws {
        let seen = NIOLockedValueBox<[String?]>([])
        let events = ["Root=1-a", "Root=1-b", nil, "Root=1-c", "Root=1-c"].map { trace in
            Answer.event("0", trace.map { ["Lambda-Runtime-Trace-Id": $0] } ?? [:])
        }
        var script = Script()
        script.events = events
        _ = try await serve(script, configure: { $0.exportsTrace = exports }) { _, _, _ in
            let value = getenv("_X_AMZN_TRACE_ID").map { String(cString: $0) }
            seen.withLockedValue { $0.append(value) }
        }
        #expect(seen.withLockedValue { $0 } == ["Root=1-a", "Root=1-b", nil, "Root=1-c", "Root=1-c"])
        #expect(getenv("_X_AMZN_TRACE_ID") == nil)
    }
}
