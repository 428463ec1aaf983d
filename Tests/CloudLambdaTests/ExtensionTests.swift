import CloudCore
import Foundation
import JSONValue
import NIOCore
import Testing

@testable import CloudLambda

/// The Extensions API as extensions see it, with tests in the place of the processes. A time limit, since what is broken
/// here waits for ever.
@Suite(.timeLimit(.minutes(1))) struct ExtensionTests {
    func withFunction(
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

    func platformLines(_ lambda: LocalLambda) -> [String] {
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
            let first = try await ExtensionClient(peers[0], "a", #""INVOKE","SHUTDOWN""#)
            #expect(launcher.count == 2)
            let second = try await ExtensionClient(peers[1], "b", #""SHUTDOWN""#)
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
            let path = ExtensionClient.base + "/register"
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
            let next = ExtensionClient.base + "/event/next"
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
                let client = try await ExtensionClient(peer, "a", #""SHUTDOWN""#)
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
                let client = try await ExtensionClient(peer, "a", "")
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
}
