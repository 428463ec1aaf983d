import CloudCore
import Foundation
import JSONValue
import NIOCore
import Testing

@testable import CloudLambda

/// The Extensions API as extensions see it, with tests in the place of the processes. A time limit, since what is broken
/// here waits for ever.
@Suite(.timeLimit(.minutes(1))) struct ExtensionTests {
    private static let base = "/2020-01-01/extension"

    /// An extension that a test plays.
    private struct Client {
        let connection: RawConnection
        let identifier: String

        init(_ peer: Peer, _ name: String, _ events: String) async throws {
            connection = try await peer.connect()
            let answer = try await connection.request(
                "POST", base + "/register", #"{"events":[\#(events)]}"#, headers: [("Lambda-Extension-Name", name)])
            #expect(answer.status == 200)
            identifier = answer.headers["lambda-extension-identifier"] ?? ""
        }

        var header: [(String, String)] { [("Lambda-Extension-Identifier", identifier)] }

        func next() async throws -> JSONValue {
            let answer = try await connection.request("GET", base + "/event/next", headers: header)
            #expect(answer.status == 200)
            #expect(answer.headers["lambda-extension-event-identifier"]?.utf8.count == 36)
            return try JSONValue(parsing: answer.body)
        }

        /// Asks, and leaves the answer for later.
        func ask() async throws {
            try await connection.write(RawConnection.head("GET", base + "/event/next", header))
        }

        func told() async throws -> JSONValue { try JSONValue(parsing: try await connection.answer().body) }

        func fail(_ where: String, type: String? = "Extension.Sad") async throws -> RawConnection.Answer {
            try await connection.request(
                "POST", "\(base)/\(`where`)/error", #"{"errorMessage":"so sad"}"#,
                headers: header + (type.map { [("Lambda-Extension-Function-Error-Type", $0)] } ?? []))
        }
    }

    private func withFunction(
        extensions: [String] = [], timeout: Int = 30, settings: (inout LambdaSettings) -> Void = { _ in },
        _ body: (LocalLambda, PeerLauncher) async throws -> Void
    ) async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher, settings: settings) { lambda in
            let folder = lambda.folder + "/f/extensions"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for name in extensions { try LocalLambda.write("", to: "\(folder)/\(name)") }
            try "".write(toFile: folder + "/README", atomically: false, encoding: .utf8)
            try lambda.deploy("f", script: "") {
                $0.timeout = timeout
                $0.environment = ["SETTING": "1", "_HIDDEN": "1"]
            }
            try await body(lambda, launcher)
        }
    }

    private func platformLines(_ lambda: LocalLambda) -> [String] {
        lambda.logs.all.filter { $0.origin == .platform }.map { String($0.text.prefix { $0 != " " && $0 != "\t" }) }
    }

    // MARK: Starting

    @Test func theRuntimeStartsOnceTheExtensionsHaveRegistered() async throws {
        try await withFunction(extensions: ["b", "a"]) { lambda, launcher in
            let call = Task { try await lambda.invoke("f", "1") }
            let peers = [try await launcher.next(), try await launcher.next()]
            #expect(peers.map { $0.command.executable } == ["a", "b"].map { "\(lambda.folder)/f/extensions/\($0)" })
            let environment = peers[0].command.environment
            #expect(environment["SETTING"] == "1")
            #expect(environment["AWS_LAMBDA_FUNCTION_NAME"] == "f")
            for name in ["_HANDLER", "_HIDDEN", "LAMBDA_TASK_ROOT", "AWS_LAMBDA_LOG_STREAM_NAME"] {
                #expect(environment[name] == nil)
            }
            #expect(peers[0].command.directory == lambda.folder + "/f")
            let first = try await Client(peers[0], "a", #""INVOKE","SHUTDOWN""#)
            #expect(launcher.count == 2)
            let second = try await Client(peers[1], "b", #""SHUTDOWN""#)
            let runtime = try await launcher.next()
            let marks = Set((peers + [runtime]).compactMap(\.command.mark))
            #expect(marks.count == 3)
            let connection = try await runtime.connect()
            try await connection.write(RawConnection.head("GET", Peer.base + "/invocation/next", []))
            try await first.ask()
            // The runtime and one of them wait: that is not enough.
            #expect(!platformLines(lambda).contains("START"))
            try await second.ask()
            let event = try await connection.answer()
            let told = try await first.told()
            #expect(told["eventType"] == "INVOKE")
            #expect(told["requestId"]?.string == event.requestID)
            #expect(told["invokedFunctionArn"]?.string == event.headers["lambda-runtime-invoked-function-arn"])
            #expect(told["deadlineMs"]?.int.map(String.init) == event.headers["lambda-runtime-deadline-ms"])
            #expect(told["tracing"]?["type"] == "X-Amzn-Trace-Id")
            #expect(told["tracing"]?["value"]?.string == event.headers["lambda-runtime-trace-id"])
            _ = try await connection.respond(event.requestID, "2")
            #expect(try await call.value.text == "2")
            #expect(
                lambda.logs.texts.filter { $0.hasPrefix("EXTENSION") } == [
                    "EXTENSION\tName: a\tState: Ready\tEvents: [INVOKE,SHUTDOWN]",
                    "EXTENSION\tName: b\tState: Ready\tEvents: [SHUTDOWN]",
                ])
            for peer in peers { peer.end(.exited(0)) }
            runtime.end(.exited(0))
        }
    }

    @Test func registeringSaysWhatTheFunctionIsAndRefusesWhatItMust() async throws {
        try await withFunction { lambda, launcher in
            let call = Task { try await lambda.invoke("f", "1") }
            let runtime = try await launcher.next()
            let connection = try await runtime.connect()
            let path = Self.base + "/register"
            let named = [("Lambda-Extension-Name", "inside")]
            #expect(try await connection.request("POST", path, "{}").body.contains("Empty extension name"))
            #expect(try await connection.request("POST", path, "{", headers: named).status == 403)
            let large = try await connection.request(
                "POST", path, String(repeating: "a", count: 262_145), headers: named)
            #expect(large.status == 413)
            #expect(try await connection.request("GET", path).status == 405)
            let answer = try await connection.request(
                "POST", path, #"{"events":["INVOKE"]}"#,
                headers: named + [("Lambda-Extension-Accept-Feature", "other, accountId")])
            #expect(
                answer.body
                    == #"{"functionName":"f","functionVersion":"$LATEST","handler":"main","accountId":"000000000000"}"#)
            let next = Self.base + "/event/next"
            for (identifier, text) in [
                (nil, "MissingExtensionIdentifier"), ("x", "InvalidExtensionIdentifier"),
                (UUID().uuidString, "UnknownExtensionIdentifier"),
            ] {
                let refused = try await connection.request(
                    "GET", next, headers: identifier.map { [("Lambda-Extension-Identifier", $0)] } ?? [])
                #expect(refused.status == 403)
                #expect(refused.body.contains("Extension." + text))
            }
            runtime.end(.exited(1))
            try await launcher.next().end(.exited(1))
            _ = try await call.value
        }
    }

    @Test func anExtensionThatNeverAsksRunsIntoTheLimitOfTheStart() async throws {
        try await withFunction(extensions: ["a"], timeout: 1, settings: { $0.initLimit = .milliseconds(200) }) {
            lambda, launcher in
            let call = Task { try await lambda.invoke("f", "1") }
            for _ in 0..<2 {
                let peer = try await launcher.next()
                let client = try await Client(peer, "a", #""SHUTDOWN""#)
                let runtime = try await launcher.next()
                try await runtime.connect().write(RawConnection.head("GET", Peer.base + "/invocation/next", []))
                while !runtime.isTerminated { try await Task.sleep(for: .milliseconds(1)) }
                runtime.end(.exited(0))
                #expect(try await client.next()["shutdownReason"] == "timeout")
                peer.end(.exited(0))
            }
            #expect(try await call.value.json["errorType"] == "Sandbox.Timedout")
        }
    }

    @Test func anExtensionThatEndsWhileItStartsFailsTheStart() async throws {
        try await withFunction(extensions: ["a"]) { lambda, launcher in
            let call = Task { try await lambda.invoke("f", "1") }
            for _ in 0..<2 { try await launcher.next().end(.exited(3)) }
            let result = try await call.value
            #expect(
                result.text == #"{"errorType":"Extension.Crash","errorMessage":"RequestId: \#(result.requestID) "#
                    + #"Error: exit status 3"}"#)
            // Its runtime has never been started.
            #expect(launcher.count == 2)
        }
    }

    @Test(arguments: ["init", "exit"]) func anExtensionThatReportsAnErrorFailsTheStart(_ kind: String) async throws {
        try await withFunction(extensions: ["a"]) { lambda, launcher in
            let call = Task { try await lambda.invoke("f", "1") }
            for _ in 0..<2 {
                let peer = try await launcher.next()
                let client = try await Client(peer, "a", "")
                let runtime = try await launcher.next()
                #expect(try await client.fail(kind, type: nil).body.contains("Extension.MissingHeader"))
                #expect(try await client.fail(kind).status == 202)
                runtime.end(.exited(0))
                peer.end(.exited(1))
            }
            let result = try await call.value
            #expect(
                result.json["errorType"]?.string == (kind == "init" ? "Extension.InitError" : "Extension.ExitError"))
            #expect(result.json["errorMessage"]?.string?.hasSuffix("Error: Extension a: so sad") == true)
        }
    }

    // MARK: Calls

    /// With a runtime and an external extension that are ready, and a first call under way.
    private func withCall(
        timeout: Int = 30, events: String = #""INVOKE","SHUTDOWN""#,
        _ body: (
            LocalLambda, Task<InvocationResult, any Error>, (peer: Peer, client: Client),
            (peer: Peer, connection: RawConnection), RawConnection.Answer
        ) async throws -> Void
    ) async throws {
        try await withFunction(extensions: ["a"], timeout: timeout) { lambda, launcher in
            let call = Task { try await lambda.invoke("f", "1") }
            let peer = try await launcher.next()
            let client = try await Client(peer, "a", events)
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
            if hasExtension { try await Client(runtime, "inside", "").ask() }
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
