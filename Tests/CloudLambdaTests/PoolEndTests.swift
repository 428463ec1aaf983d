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
}
