import CloudCore
import Foundation
import JSONValue
import Testing

@testable import CloudLambda

/// What extensions have to do with calls, and how they are shut down.
extension ExtensionTests {
    /// With a runtime and an external extension that are ready, and a first call under way.
    private func withCall(
        timeout: Int = 30, events: String = #""INVOKE","SHUTDOWN""#,
        _ body: (
            LocalLambda, Task<InvocationResult, any Error>, (peer: Peer, client: ExtensionClient),
            (peer: Peer, connection: RawConnection), RawConnection.Answer
        ) async throws -> Void
    ) async throws {
        try await withFunction(extensions: ["a"], timeout: timeout) { lambda, launcher in
            let call = Task { try await lambda.invoke("f", "1") }
            let peer = try await launcher.next()
            let client = try await ExtensionClient(peer, "a", events)
            let runtime = try await launcher.next()
            let connection = try await runtime.connect()
            try await client.ask()
            let event = try await connection.next()
            try await body(lambda, call, (peer, client), (runtime, connection), event)
        }
    }

    private func finish(_ lambda: LocalLambda, _ peers: Peer...) async {
        for peer in peers { peer.end(.exited(0)) }
        await lambda.service.shutdown()
    }

    @Test func theAnswerDoesNotWaitForAnExtensionButTheReportAndTheNextCallDo() async throws {
        try await withCall { lambda, call, watcher, runtime, event in
            _ = try await watcher.client.told()
            _ = try await runtime.connection.respond(event.requestID, "2")
            #expect(try await call.value.text == "2")
            try await runtime.connection.write(RawConnection.head("GET", Peer.base + "/invocation/next", []))
            let second = Task { try await lambda.invoke("f", "3") }
            #expect(platformLines(lambda).suffix(1) == ["START"])
            try await watcher.client.ask()
            let next = try await runtime.connection.answer()
            #expect(next.body == "3")
            #expect(platformLines(lambda).suffix(4) == ["START", "END", "REPORT", "START"])
            #expect(try await watcher.client.told()["requestId"]?.string == next.requestID)
            _ = try await runtime.connection.respond(next.requestID, "4")
            #expect(try await second.value.text == "4")
            await finish(lambda, runtime.peer, watcher.peer)
            // What was still to be said is said at the end.
            #expect(platformLines(lambda).suffix(2) == ["END", "REPORT"])
        }
    }

    @Test func anExtensionThatIsNotDoneInTimeIsTold() async throws {
        try await withCall(timeout: 1) { lambda, call, watcher, runtime, event in
            _ = try await watcher.client.told()
            _ = try await runtime.connection.respond(event.requestID, "2")
            #expect(try await call.value.functionError == nil)
            while !runtime.peer.isTerminated { try await Task.sleep(for: .milliseconds(1)) }
            #expect(lambda.logs.texts.last?.contains("\tStatus: timeout\t") == true)
            runtime.peer.end(.exited(0))
            #expect(try await watcher.client.next()["shutdownReason"] == "timeout")
            await finish(lambda, watcher.peer)
        }
    }

    @Test func anExtensionThatCrashesFailsTheCallAndTheRuntimeIsToldToEnd() async throws {
        try await withCall { lambda, call, watcher, runtime, event in
            watcher.peer.end(.signalled(11))
            while !runtime.peer.isTerminated { try await Task.sleep(for: .milliseconds(1)) }
            runtime.peer.end(.exited(0))
            let result = try await call.value
            #expect(result.json["errorType"] == "Extension.Crash")
            #expect(result.json["errorMessage"]?.string?.hasSuffix("Error: signal: segmentation fault") == true)
            #expect(
                String(decoding: result.logTail, as: UTF8.self).contains(
                    "Error: signal: segmentation fault\nExtension.Crash\nEND"))
        }
    }

    @Test func aRuntimeThatCrashesIsToldToTheExtensionAsAFailure() async throws {
        try await withCall { lambda, call, watcher, runtime, event in
            _ = try await watcher.client.told()
            runtime.peer.end(.exited(7))
            let told = try await watcher.client.next()
            #expect(told["eventType"] == "SHUTDOWN")
            #expect(told["shutdownReason"] == "failure")
            watcher.peer.end(.exited(0))
            #expect(try await call.value.json["errorType"] == "Runtime.ExitError")
        }
    }

    // MARK: Shutting down

    @Test func theRuntimeIsToldFirstAndThenTheExtension() async throws {
        try await withCall(events: #""SHUTDOWN""#) { lambda, call, watcher, runtime, event in
            _ = try await runtime.connection.respond(event.requestID, "2")
            _ = try await call.value
            let ending = Task { await lambda.service.shutdown() }
            while !runtime.peer.isTerminated { try await Task.sleep(for: .milliseconds(1)) }
            let before = Timestamp.machineTime.milliseconds
            runtime.peer.end(.exited(0))
            let told = try await watcher.client.told()
            #expect(told["eventType"] == "SHUTDOWN")
            #expect(told["shutdownReason"] == "spindown")
            let deadline = try #require(told["deadlineMs"]?.int)
            #expect(deadline <= before + 2000)
            #expect(watcher.peer.isAlive)
            watcher.peer.end(.exited(0))
            await ending.value
        }
    }

    @Test func whoDoesNotEndIsKilled() async throws {
        try await withCall { lambda, call, watcher, runtime, event in
            _ = try await runtime.connection.respond(event.requestID, "2")
            _ = try await call.value
            await lambda.service.shutdown()
            #expect(runtime.peer.isTerminated)
            #expect(!runtime.peer.isAlive)
            #expect(!watcher.peer.isAlive)
        }
    }

    @Test(arguments: [true, false]) func aRuntimeIsToldWhereAnExtensionIsInsideIt(hasExtension: Bool) async throws {
        try await withFunction { lambda, launcher in
            let call = Task { try await lambda.invoke("f", "1") }
            let runtime = try await launcher.next()
            if hasExtension { try await ExtensionClient(runtime, "inside", "").ask() }
            let connection = try await runtime.connect()
            let event = try await connection.next()
            _ = try await connection.respond(event.requestID, "2")
            _ = try await call.value
            await lambda.service.shutdown()
            #expect(runtime.isTerminated == hasExtension)
            #expect(!runtime.isAlive)
        }
    }
}
