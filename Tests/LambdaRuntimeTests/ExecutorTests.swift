import Foundation
import NIOConcurrencyHelpers
import Testing

@testable import LambdaRuntime

@Suite("Where handlers run", .timeLimit(.minutes(1)))
struct ExecutorTests {
    private actor Counter {
        var count = 0
        func increase() -> Int {
            count += 1
            return count
        }
    }

    @Test("A handler stays on the run loop's thread across its suspensions")
    func oneThread() async throws {
        let threads = NIOLockedValueBox<Set<String>>([])
        @Sendable func note() { threads.withLockedValue { _ = $0.insert("\(pthread_self())") } }
        let counter = Counter()
        let served = try await serve(Script(.event("0"), .event("1"))) { _, response, _ in
            note()
            await Task.yield()
            note()
            _ = await counter.increase()
            note()
            async let child: Void = { note() }()
            await child
            await withCheckedContinuation { continuation in
                _ = WorkerThread.start { continuation.resume() }
            }
            note()
            _ = await Task.detached { 1 }.value
            note()
            try await Task.sleep(for: .microseconds(1))
            note()
        }
        #expect(served.posts.count == 2 && served.log.isEmpty)
        #expect(threads.withLockedValue { $0.count } == 1)
    }

    @Test("Many children, each resumed from a thread of its own")
    func children() async throws {
        let served = try await serve(Script(.event("0"))) { _, response, _ in
            let sum = await withTaskGroup(of: Int.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        await withCheckedContinuation { continuation in
                            DispatchQueue.global().async { continuation.resume(returning: number) }
                        }
                    }
                }
                return await group.reduce(0, +)
            }
            response.send("\(sum)")
        }
        #expect(served.posts.map(\.text) == ["19900"])
    }

    /// Hands out the same event to as many askers as come, until enough have been answered.
    private struct Crowd: RuntimeAPIBehaviour {
        var events: Int
        var open = 0

        mutating func answer(_ request: ReceivedRequest) -> Answer {
            if request.call == "next" {
                guard events > 0 else { return open == 0 ? .stop : .silence }
                events -= 1
                open += 1
                return .event("\(events)", id: "request-\(events)")
            }
            open -= 1
            return .accepted
        }
    }

    @Test("AWS_LAMBDA_MAX_CONCURRENCY: that many invocations are under way at once")
    func concurrency() async throws {
        let inside = NIOLockedValueBox<(count: Int, waiting: [CheckedContinuation<Void, Never>])>((0, []))
        let threads = NIOLockedValueBox<Set<String>>([])
        let served = try await serve(
            Crowd(events: 4), environment: ["AWS_LAMBDA_MAX_CONCURRENCY": "4"]
        ) { event, response, _ in
            threads.withLockedValue { _ = $0.insert("\(pthread_self())") }
            // Nobody goes on before all four have come.
            await withCheckedContinuation { continuation in
                let free = inside.withLockedValue { inside in
                    inside.count += 1
                    inside.waiting.append(continuation)
                    return inside.count == 4 ? inside.waiting : []
                }
                for one in free { one.resume() }
            }
            response.send(event)
        }
        #expect(served.exit == .stopped)
        #expect(served.calls("response").map(\.text).sorted() == ["0", "1", "2", "3"])
        #expect(threads.withLockedValue { $0.count } == 4)
        for post in served.calls("response") { #expect(post.path.contains("request-\(post.text)/")) }
    }

    @Test("A worker that loses the Runtime API ends all the others")
    func concurrentFailure() async throws {
        struct Broken: RuntimeAPIBehaviour {
            var asked = 0
            mutating func answer(_ request: ReceivedRequest) -> Answer {
                asked += 1
                return asked == 2 ? .refusal(500, "InternalServerError") : .silence
            }
        }
        let served = try await serve(
            Broken(), ["e": { _ in Probe.echo }], environment: ["AWS_LAMBDA_MAX_CONCURRENCY": "3"])
        #expect(served.exit == .environmentBroken)
    }
}
