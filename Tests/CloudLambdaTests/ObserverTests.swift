import CloudCore
import NIOCore
import Synchronization
import Testing

@testable import CloudLambda

/// What observers are told of calls.
@Suite struct ObserverTests {
    private final class Observer: InvocationObserver {
        private let ended = Mutex<[CompletedInvocation]>([])

        var all: [CompletedInvocation] { ended.withLock { $0 } }

        func invocationEnded(_ invocation: CompletedInvocation) { ended.withLock { $0.append(invocation) } }
    }

    /// Enqueues an event every so often, as a schedule does.
    private static func every(_ seconds: Int, times: Int, _ lambda: LocalLambda, _ event: String) {
        guard times > 0 else { return }
        lambda.clock.schedule(at: lambda.clock.now + .seconds(seconds)) {
            every(seconds, times: times - 1, lambda, event)
            _ = try? await lambda.service.enqueue(
                Invocation(function: "f", payload: ByteBuffer(string: event), source: "schedule f"))
        }
    }

    @Test func everyRunOfATurnIsToldBeforeTheTurnEnds() async throws {
        let start = Timestamp(seconds: 1_772_323_200)
        let observer = Observer()
        let clock = CloudClock(startingAt: start, pace: .frozen)
        try await LocalLambda.with(clock: clock, settings: { $0.observer = observer }) { lambda in
            try lambda.deploy("f", script: Scripts.echo)
            Self.every(180, times: 100, lambda, #"{"tick": true}"#)
            await clock.advance(by: .seconds(180 * 99))
            #expect(observer.all.map(\.start) == (1...99).map { start + .seconds(180 * $0) })
            let first = try #require(observer.all.first)
            #expect(first.function == "f")
            #expect(first.source == "schedule f")
            #expect(first.attempt == 1)
            #expect(first.failure == nil)
            #expect(String(buffer: first.payload) == #"{"tick": true}"#)
            guard case .answered(let result) = first.outcome else { Issue.record("not answered"); return }
            #expect(result.payload == first.payload)
            #expect(result.requestID == first.requestID)
        }
    }

    @Test func eachAttemptAtAnEventIsARunOfItsOwn() async throws {
        let observer = Observer()
        let clock = CloudClock(startingAt: Timestamp(seconds: 1_772_323_200), pace: .frozen)
        try await LocalLambda.with(clock: clock, settings: { $0.observer = observer }) { lambda in
            let failing =
                Scripts.head + """
                    while True:
                        id, fields, body = next_event()
                        fail(id, b'{"errorMessage": "no", "errorType": "T"}')
                    """
            try lambda.deploy("f", script: failing)
            Self.every(60, times: 1, lambda, "{}")
            await clock.advance(by: .seconds(600))
            #expect(observer.all.map(\.attempt) == [1, 2, 3])
            #expect(observer.all.map(\.failure) == ["Unhandled", "Unhandled", "Unhandled"])
            #expect(Set(observer.all.map(\.requestID)).count == 1)
        }
    }

    @Test func aCallWhoseCallerWaitsHasNoAttempt() async throws {
        let observer = Observer()
        try await LocalLambda.with(settings: { $0.observer = observer }) { lambda in
            try lambda.deploy("f", script: Scripts.echo)
            _ = try await lambda.invoke("f", "[1]")
            #expect(observer.all.map(\.attempt) == [nil])
            #expect(observer.all.map(\.source) == ["test"])
        }
    }

    @Test(
        arguments: [
            ("POST", "/2015-03-31/functions/f/invocations", "f"), ("POST", "/2014-11-13/functions/f/invoke-async", "f"),
            ("POST", "/2021-11-15/functions/a%3Ab/response-streaming-invocations", "a:b"),
            ("GET", "/2015-03-31/functions/f", nil), ("POST", "/2015-03-31/functions", nil),
            ("GET", "/bucket/key", nil),
        ] as [(String, String, String?)])
    func callsOfFunctionsAreKnownByTheirPath(_ method: String, _ path: String, _ function: String?) {
        #expect(LambdaService.invokedFunction(method: method, path: path) == function)
    }
}
