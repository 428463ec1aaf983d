import CloudCore
import Foundation
import JSONValue
import NIOCore
import Testing

@testable import CloudLambda

@Suite struct InvocationTests {
    @Test func anEventComesBackAndTheProcessIsReused() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f")
            #expect(try await lambda.invoke("f", #"{"a": 1.0}"#).text == #"{"a": 1.0}"#)
            let first = try await lambda.invoke("f", #"{"do":"process"}"#).json
            let second = try await lambda.invoke("f", #"{"do":"process"}"#).json
            #expect(first["pid"] == second["pid"])
            #expect(second["count"] == 3)
        }
    }

    @Test func theProcessHasAPlaceOfItsOwn() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f")
            let process = try await lambda.invoke("f", #"{"do":"process"}"#).json
            #expect(process["group"] == process["pid"])
            #expect(process["session"] == process["pid"])
            #expect(process["input"] == "/dev/null")
            #expect(process["cwd"]?.string?.hasSuffix("/test-code/f") == true)
            // Three streams, the connection, and the folder that is being listed.
            #expect(process["files"]?.array?.count == 5)
        }
    }

    @Test(arguments: [
        (#"{"do":"exit","status":127}"#, "Runtime exited with error: exit status 127"),
        (#"{"do":"exit","status":0}"#, "Runtime exited without providing a reason"),
        (#"{"do":"signal","number":4}"#, "Runtime exited with error: signal: illegal instruction"),
        (#"{"do":"signal","number":9}"#, "Runtime exited with error: signal: killed"),
        (#"{"do":"signal","number":11}"#, "Runtime exited with error: signal: segmentation fault"),
    ])
    func aProcessThatEndsIsToldAndReplaced(_ event: String, _ reason: String) async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f")
            let result = try await lambda.invoke("f", event)
            #expect(result.functionError == "Unhandled")
            #expect(
                result.text
                    == #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: \#(result.requestID) Error: "#
                    + reason + #""}"#)
            #expect(try await lambda.invoke("f", #"{"a":1}"#).text == #"{"a":1}"#)
        }
    }

    @Test func aCallThatTakesTooLongIsKilled() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f") { $0.timeout = 1 }
            let process = try await lambda.invoke("f", #"{"do":"process"}"#).json["pid"]?.int
            let result = try await lambda.invoke("f", #"{"do":"sleep","seconds":30}"#)
            #expect(
                result.text
                    == #"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: \#(result.requestID) Error: "#
                    + #"Task timed out after 1.00 seconds"}"#)
            #expect(result.functionError == "Unhandled")
            let tail = String(decoding: result.logTail, as: UTF8.self)
            #expect(tail.contains(" \(result.requestID) Task timed out after 1.00 seconds\n"))
            #expect(tail.contains("\tStatus: timeout\t"))
            await lambda.service.shutdown()
            #expect(try Processes.running(inGroup: try #require(process)).isEmpty)
        }
    }

    @Test func afterACallThatTookTooLongTheTemporaryFilesAreThere() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "") { $0.timeout = 3 }
            let late = Task { try await lambda.invoke("f", "1") }
            let peer = try await launcher.next()
            let connection = try await peer.connect()
            let event = try await connection.next()
            let result = try await late.value
            #expect(result.json["errorType"] == "Sandbox.Timedout")
            #expect(!peer.isAlive)
            // An answer that comes after all is nobody's.
            #expect(try await connection.respond(event.requestID, "1").status >= 400)
            let call = Task { try await lambda.invoke("f", "2") }
            let second = try await launcher.next()
            for name in ["TMPDIR", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API"] {
                #expect(second.command.environment[name] == peer.command.environment[name])
            }
            let other = try await second.connect()
            let next = try await other.next()
            _ = try await other.respond(next.requestID, "3")
            #expect(try await call.value.text == "3")
            await connection.close()
            await other.close()
        }
    }

    @Test func errorsPassAsTheyWerePosted() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f")
            let result = try await lambda.invoke("f", #"{"do":"fail"}"#)
            #expect(result.text == #"{"errorMessage": "no", "errorType": "Sad", "stackTrace": []}"#)
            #expect(result.functionError == "Unhandled")
        }
    }

    @Test func aResponseOfTheGreatestLengthPassesAndOneByteMoreDoesNot() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f")
            let whole = try await lambda.invoke("f", #"{"do":"large","bytes":6291556}"#)
            #expect(whole.payload.readableBytes == 6_291_556)
            #expect(whole.functionError == nil)
            let over = try await lambda.invoke("f", #"{"do":"large","bytes":6291557}"#)
            #expect(
                over.text
                    == #"{"errorMessage":"Response payload size exceeded maximum allowed payload size "#
                    + #"(6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}"#)
            #expect(try await lambda.invoke("f", "7").text == "7")
        }
    }

    @Test func linesOfTheLogStandInOrderAndTheTailHoldsTheCall() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f")
            _ = try await lambda.invoke("f")
            let result = try await lambda.invoke("f", #"{"do":"print","text":"one\ntwo"}"#)
            let tail = String(decoding: result.logTail, as: UTF8.self)
            let lines = tail.split(separator: "\n").map(String.init)
            #expect(lines.first == "START RequestId: \(result.requestID) Version: $LATEST")
            #expect(lines.dropFirst().first == "one")
            #expect(lines.contains("END RequestId: \(result.requestID)"))
            #expect(lines.last?.hasPrefix("REPORT RequestId: \(result.requestID)\tDuration: ") == true)
            #expect(!tail.contains("Init Duration"))
            #expect(lambda.logs.texts.first == "INIT_START Runtime Version: provided.al2023")
            #expect(lambda.logs.texts.contains { $0.contains("\tInit Duration: ") })
            let streams = Set(lambda.logs.all.map(\.stream))
            #expect(streams.count == 1)
        }
    }

    @Test func manyCallsAtOnceAreEachAnsweredOnce() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: Scripts.echo)
            let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for index in 0..<1000 {
                    group.addTask { (index, try await lambda.invoke("f", "\(index)").text) }
                }
                var answers: [Int: String] = [:]
                for try await (index, text) in group { answers[index] = text }
                return answers
            }
            #expect(answers.count == 1000)
            #expect(answers.allSatisfy { "\($0.key)" == $0.value })
        }
    }

    @Test func nothingRemainsWhenTheServiceEnds() async throws {
        let child = try await LocalLambda.with { lambda in
            try lambda.deploy("f")
            _ = try await lambda.invoke("f", #"{"do":"child"}"#)
            return try #require(try await lambda.invoke("f", #"{"do":"process"}"#).json["pid"]?.int)
        }
        // Neither it nor its child, which was left behind in its group.
        #expect(try Processes.running(inGroup: child).isEmpty)
    }
}
