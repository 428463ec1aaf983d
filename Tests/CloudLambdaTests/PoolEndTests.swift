import CloudCore
import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import CloudLambda

@Suite struct PoolEndTests {
    /// A pool that starts nothing: its calls wait.
    private func pool(_ lambda: LocalLambda, startsAtOnce: Int) throws -> EnvironmentPool {
        try lambda.deploy("f", script: "")
        let function = try #require(lambda.service.function(named: "f"))
        return try EnvironmentPool(
            configuration: function.configuration, context: function.pool.context,
            limits: .init(startsAtOnce: startsAtOnce, idleTime: .seconds(60), finishingTime: .seconds(60)),
            codeStore: lambda.service.codeStore)
    }

    private func call() -> Call {
        Call(requestID: UUID().uuidString, payload: ByteBuffer(), invokedARN: "arn", traceID: "")
    }

    /// A call that waits while there is no environment is the case in which looking again and again would bring nothing.
    @Test func drainingWaitsWithoutLookingAgain() async throws {
        try await LocalLambda.with(launcher: PeerLauncher()) { lambda in
            let pool = try pool(lambda, startsAtOnce: 0)
            let call = call()
            pool.submit(call)
            let draining = Task { await pool.drain() }
            // It stands in line to be woken, as it would not if it went round and round.
            let limit = ContinuousClock.now + .seconds(10)
            while pool.state.withLock({ $0.whenSettled.isEmpty }), ContinuousClock.now < limit { await Task.yield() }
            #expect(pool.state.withLock { $0.whenSettled.count } == 1)
            await pool.end()
            await draining.value
            guard case .refused = await call.outcome() else {
                Issue.record("the call was not refused")
                return
            }
        }
    }

    @Test func drainingLetsCallsFinishAndEndsWhatIsFree() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            let pool = try pool(lambda, startsAtOnce: 1)
            let calls = [call(), call()]
            for call in calls { pool.submit(call) }
            let draining = Task { await pool.drain() }
            let peer = try await launcher.next()
            let connection = try await peer.connect()
            for _ in calls {
                let event = try await connection.next()
                _ = try await connection.respond(event.requestID, "1")
            }
            // There will be no more: the environment ends. Who asks in time is told so; who asks later finds nobody.
            let refusal = try? await connection.next()
            #expect(refusal.map { $0.status == 500 } ?? true)
            await connection.close()
            await draining.value
            #expect(!peer.isAlive)
            #expect(pool.counts == (0, 0, 0))
            for call in calls {
                guard case .answered(let result) = await call.outcome() else {
                    Issue.record("a call was not answered")
                    return
                }
                #expect(result.text == "1")
            }
        }
    }
}
