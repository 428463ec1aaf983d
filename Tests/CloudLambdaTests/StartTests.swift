import CloudCore
import Foundation
import JSONValue
import NIOCore
import Testing

@testable import CloudLambda

/// How environments start, and how they do not.
@Suite struct StartTests {
    @Test func afterAFailedStartTheNextCallGetsAnotherProcess() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let call = Task { try await lambda.invoke("f") }
            for _ in 0..<2 { try await launcher.next().end(.exited(1)) }
            #expect(try await call.value.json["errorType"] == "Runtime.ExitError")
            let second = Task { try await lambda.invoke("f", "2") }
            let other = try await launcher.next().connect()
            let event = try await other.next()
            _ = try await other.respond(event.requestID, "3")
            #expect(try await second.value.text == "3")
            await other.close()
        }
    }

    @Test func aStartThatTakesTooLongIsRepeatedInTheTimeOfTheCall() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher, settings: { $0.initLimit = .seconds(1) }) { lambda in
            try lambda.deploy("f", script: "")
            let call = Task { try await lambda.invoke("f", "1") }
            let slow = try await launcher.next()
            let second = try await launcher.next()
            #expect(!slow.isAlive)
            let folder = "TMPDIR"
            #expect(slow.command.environment[folder] == second.command.environment[folder])
            let connection = try await second.connect()
            let event = try await connection.next()
            _ = try await connection.respond(event.requestID, "2")
            #expect(try await call.value.text == "2")
            #expect(lambda.logs.texts.contains { $0.hasPrefix("INIT_REPORT") && $0.hasSuffix("Status: timeout") })
            await connection.close()
        }
    }

    @Test func aProgramThatCannotBeRunIsToldExactly() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("missing")
            try lambda.deploy("forbidden")
            try lambda.deploy("nonsense", script: "\u{1}\u{2}")
            let files = FileManager.default
            try files.removeItem(atPath: lambda.folder + "/missing/bootstrap")
            try files.setAttributes(
                [.posixPermissions: 0o644], ofItemAtPath: lambda.folder + "/forbidden/bootstrap")
            // Deployed anew, so that nothing is known of the file that was there.
            for name in ["missing", "forbidden", "nonsense"] {
                try lambda.service.deploy(
                    FunctionConfiguration(
                        name: name, handler: "other", code: .directory(path: "\(lambda.folder)/\(name)")))
            }
            for (name, reason) in [
                ("missing", "Couldn't find valid bootstrap(s): [\(lambda.folder)/missing/bootstrap]"),
                ("forbidden", "fork/exec \(lambda.folder)/forbidden/bootstrap: permission denied"),
                ("nonsense", "fork/exec \(lambda.folder)/nonsense/bootstrap: exec format error"),
            ] {
                let result = try await lambda.invoke(name)
                #expect(result.json["errorType"] == "Runtime.InvalidEntrypoint")
                #expect(
                    result.json["errorMessage"]?.string == "RequestId: \(result.requestID) Error: \(reason)")
            }
        }
    }

    @Test func aPythonWithoutTheRuntimeClientSaysWhatToDo() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("python-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // One that sees no installed packages.
        let interpreter = folder + "/python"
        try LocalLambda.write("#!/bin/sh\nexec python3 -S \"$@\"\n", to: interpreter)
        try await LocalLambda.with(settings: { $0.pythonInterpreter = interpreter }) { lambda in
            try lambda.deploy("f", script: "") {
                $0.runtime = "python3.12"
                $0.handler = "app.handler"
            }
            let result = try await lambda.invoke("f")
            #expect(result.functionError == "Unhandled")
            #expect(result.json["errorType"] == "Runtime.InvalidEntrypoint")
            #expect(result.json["errorMessage"]?.string?.contains("-m pip install awslambdaric") == true)
        }
    }

    @Test func aMachineWithoutRoomIsNotTheFunctionsFault() async throws {
        let launcher = PeerLauncher()
        launcher.fail(with: [ProcessLaunchError(stage: .creation, errorNumber: EAGAIN)])
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let error = await #expect(throws: ServiceError.self) { try await lambda.invoke("f") }
            #expect(error?.code == "ServiceException")
            #expect(error?.status == 500)
        }
    }

    @Test func changedCodeIsTakenUpBetweenTwoCallsAndNoneFails() async throws {
        try await LocalLambda.with { lambda in
            func script(_ version: Int) -> String {
                Scripts.head + "while True:\n    id, fields, body = next_event()\n    respond(id, b\"\(version)\")\n"
            }
            try lambda.deploy("f", script: script(0))
            for version in 0..<4 {
                try LocalLambda.write(script(version), to: lambda.folder + "/f/bootstrap")
                // At once, and under calls that come from everywhere.
                let answers = try await withThrowingTaskGroup(of: InvocationResult.self) { group in
                    for _ in 0..<20 { group.addTask { try await lambda.invoke("f") } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                // A process that is just being started may hold the file open for a moment longer, as if it were still
                // being written: the old code serves until then, and then never again.
                let known = ["\(version)", "\(max(0, version - 1))"]
                #expect(answers.allSatisfy { $0.functionError == nil && known.contains($0.text) })
                while try await lambda.invoke("f").text != "\(version)" { await Task.yield() }
                #expect(try await lambda.invoke("f").text == "\(version)")
            }
        }
    }

    @Test func idleEnvironmentsEndByTheCloudsClock() async throws {
        let launcher = PeerLauncher()
        let clock = CloudClock(startingAt: Timestamp(seconds: 1_000_000), pace: .frozen)
        try await LocalLambda.with(clock: clock, launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let call = Task { try await lambda.invoke("f") }
            let peer = try await launcher.next()
            let connection = try await peer.connect()
            let event = try await connection.next()
            _ = try await connection.respond(event.requestID, "1")
            _ = try await call.value
            try await connection.write(RawConnection.head("GET", Peer.base + "/invocation/next", []))
            let pool = try #require(lambda.service.function(named: "f")).pool
            while pool.counts.idle < 1 { await Task.yield() }
            await clock.advance(by: .seconds(299))
            #expect(peer.isAlive)
            await clock.advance(by: .seconds(1))
            #expect(!peer.isAlive)
            #expect(pool.counts.all == 0)
            await connection.close()
        }
    }

    @Test func theEnvironmentOfTheProcess() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(
            launcher: launcher,
            settings: { settings in
                settings.environment = ["AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "MINE": "platform"]
                settings.hostEnvironment = ["PATH": "/opt/tools", "SECRET": "of the machine"]
            }
        ) { lambda in
            try lambda.deploy("f", script: "") {
                $0.memorySize = 256
                $0.environment = [
                    "MINE": "a=b=c", "AWS_REGION": "mars", "_HANDLER": "stolen", "AWS_LAMBDA_RUNTIME_API": "elsewhere",
                    "TZ": "Europe/Vienna", "AWS_LAMBDA_MAX_CONCURRENCY": "4", "_X_AMZN_TRACE_ID": "Root=1-2-3",
                    "AWS_EXECUTION_ENV": "mine",
                ]
                $0.logging.format = .json
            }
            let call = Task { try await lambda.invoke("f") }
            let peer = try await launcher.next()
            let environment = peer.command.environment
            let expected = [
                "MINE": "a=b=c", "TZ": "Europe/Vienna", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
                "_HANDLER": "main", "AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
                "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f", "AWS_ACCESS_KEY_ID": "darkroom",
                "AWS_SECRET_ACCESS_KEY": "darkroom", "AWS_SESSION_TOKEN": "darkroom",
                "LAMBDA_TASK_ROOT": lambda.folder + "/f", "LAMBDA_RUNTIME_DIR": "/var/runtime",
                "LANG": "en_US.UTF-8", "AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO",
                "AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_SAM_LOCAL": "true",
                "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            ]
            for (name, value) in expected { #expect(environment[name] == value, "\(name)") }
            #expect(environment["PATH"]?.hasSuffix(":/opt/tools") == true)
            #expect(environment["SECRET"] == nil)
            #expect(environment["_X_AMZN_TRACE_ID"] == nil)
            #expect(environment["AWS_EXECUTION_ENV"] == nil)
            #expect(environment["AWS_LAMBDA_MAX_CONCURRENCY"] == nil)
            let stream = try #require(environment["AWS_LAMBDA_LOG_STREAM_NAME"])
            #expect(stream.wholeMatch(of: /\d{4}\/\d{2}\/\d{2}\/\[\$LATEST\][0-9a-f]{32}/) != nil)
            #expect(environment["AWS_LAMBDA_RUNTIME_API"]?.hasPrefix("127.0.0.1:") == true)
            peer.end(.exited(0))
            try await launcher.next().end(.exited(0))
            _ = try await call.value
        }
    }

    @Test func aFunctionsOwnLogLevelStands() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "") {
                $0.environment = ["AWS_LAMBDA_LOG_LEVEL": "DEBUG"]
                $0.logging = .init(format: .json, applicationLevel: "WARN")
            }
            let call = Task { try await lambda.invoke("f") }
            let peer = try await launcher.next()
            #expect(peer.command.environment["AWS_LAMBDA_LOG_LEVEL"] == "DEBUG")
            #expect(peer.command.environment["AWS_LAMBDA_LOG_FORMAT"] == "JSON")
            let connection = try await peer.connect()
            let event = try await connection.next()
            _ = try await connection.respond(event.requestID, "1")
            _ = try await call.value
            await connection.close()
        }
    }

    @Test func variablesThatAreTooLongTogetherAreRefused() async throws {
        try await LocalLambda.with(launcher: PeerLauncher()) { lambda in
            let error = #expect(throws: ServiceError.self) {
                try lambda.deploy("f", script: "") { $0.environment = ["A": String(repeating: "a", count: 4096)] }
            }
            #expect(error?.code == "InvalidParameterValueException")
            #expect(throws: Never.self) {
                try lambda.deploy("f", script: "") { $0.environment = ["A": String(repeating: "a", count: 4095)] }
            }
        }
    }
}
