import CloudCore
import Foundation
import JSONValue
import NIOCore
import Testing

@testable import CloudLambda

/// A start that fails is repeated once within the call, in the call's time, and the second attempt answers.
@Suite struct RepeatedStartTests {
    /// Notes each of its starts, and then does as it is told.
    private func script(_ folder: String, _ body: String) -> String {
        """
        \(Scripts.head)
        with open("\(folder)/starts", "a") as file: file.write("x")
        starts = len(open("\(folder)/starts").read())
        \(body)
        while True:
            id, fields, body = next_event()
            respond(id, body)
        """
    }

    private func starts(_ lambda: LocalLambda) -> Int {
        (try? String(contentsOfFile: lambda.folder + "/starts", encoding: .utf8).count) ?? 0
    }

    /// What the platform said, with the figures and the identifier taken out.
    private func platformLines(_ lambda: LocalLambda, _ requestID: String) -> [String] {
        lambda.logs.all.filter { $0.origin == .platform }.map { line in
            line.text.replacing(requestID, with: "ID").replacing(/\d+\.\d+ ms/, with: "T").replacing(
                /\d+ ms/, with: "T"
            )
            .replacing(/Used: \d+ MB/, with: "Used: M").replacing(/^\S+Z ID/, with: "NOW ID")
        }
    }

    @Test func aProgramThatCrashesAtItsFirstStartServesTheCallAtItsSecond() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: script(lambda.folder, "if starts == 1: os._exit(7)"))
            let result = try await lambda.invoke("f", #"{"a":1}"#)
            #expect(result.text == #"{"a":1}"#)
            #expect(result.functionError == nil)
            #expect(starts(lambda) == 2)
            #expect(
                platformLines(lambda, result.requestID) == [
                    "INIT_START Runtime Version: provided.al2023",
                    "INIT_REPORT Init Duration: T\tPhase: init\tStatus: error\tError Type: Runtime.ExitError",
                    "START RequestId: ID Version: $LATEST", "END RequestId: ID",
                    // The second start is part of the call, so it has no figure of its own.
                    "REPORT RequestId: ID\tDuration: T\tBilled Duration: T\tMemory Size: 128 MB\tMax Memory Used: M\t",
                ])
            // It is kept for the next call.
            #expect(try await lambda.invoke("f", "2").text == "2")
            #expect(starts(lambda) == 2)
        }
    }

    @Test func aProgramThatAlwaysCrashesIsToldAfterTwoStarts() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: script(lambda.folder, "os._exit(7)"))
            let result = try await lambda.invoke("f")
            #expect(
                result.text
                    == #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: \#(result.requestID) Error: "#
                    + #"Runtime exited with error: exit status 7"}"#)
            #expect(result.functionError == "Unhandled")
            #expect(starts(lambda) == 2)
            #expect(
                platformLines(lambda, result.requestID) == [
                    "INIT_START Runtime Version: provided.al2023",
                    "INIT_REPORT Init Duration: T\tPhase: init\tStatus: error\tError Type: Runtime.ExitError",
                    "INIT_REPORT Init Duration: T\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError",
                    "START RequestId: ID Version: $LATEST",
                    "RequestId: ID Error: Runtime exited with error: exit status 7\nRuntime.ExitError",
                    "END RequestId: ID",
                    "REPORT RequestId: ID\tDuration: T\tBilled Duration: T\tMemory Size: 128 MB\tMax Memory Used: M\t"
                        + "Status: error\tError Type: Runtime.ExitError\t",
                ])
            // The environment is there; the next call starts a process in it once, in its own time.
            #expect(try await lambda.invoke("f").json["errorType"] == "Runtime.ExitError")
            #expect(starts(lambda) == 3)
            #expect(Set(lambda.logs.all.map(\.stream)).count == 1)
        }
    }

    @Test func callsAtOnceAreEachAnsweredByASecondStart() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: script(lambda.folder, "os._exit(7)"))
            let types = try await withThrowingTaskGroup(of: JSONValue?.self) { group in
                for _ in 0..<8 { group.addTask { try await lambda.invoke("f").json["errorType"] } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(types == [JSONValue?](repeating: "Runtime.ExitError", count: 8))
            #expect(starts(lambda) > 8)
        }
    }

    @Test func theAnswerIsTheErrorOfTheSecondStart() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let call = Task { try await lambda.invoke("f") }
            for attempt in 1...2 {
                let peer = try await launcher.next()
                let connection = try await peer.connect()
                let accepted = try await connection.request(
                    "POST", Peer.base + "/init/error",
                    #"{"errorMessage":"no \#(attempt)","errorType":"Runtime.Attempt","requestId":""}"#,
                    headers: [("Lambda-Runtime-Function-Error-Type", "Runtime.Attempt")])
                #expect(accepted.status == 202)
                let late = try await connection.next()
                #expect(late.status == 403)
                #expect(late.body.contains("State transition from InitError to Ready failed for runtime."))
                peer.end(.exited(1))
                await connection.close()
            }
            let result = try await call.value
            #expect(result.text == #"{"errorMessage":"no 2","errorType":"Runtime.Attempt","requestId":""}"#)
            #expect(result.functionError == "Unhandled")
            let reports = platformLines(lambda, result.requestID).filter { $0.hasPrefix("INIT_REPORT") }
            #expect(
                reports
                    == ["init", "invoke"].map {
                        "INIT_REPORT Init Duration: T\tPhase: \($0)\tStatus: error\tError Type: Runtime.Attempt"
                    })
            #expect(launcher.count == 2)
        }
    }

    @Test func aRuntimeThatReportsAnErrorAndStaysIsEnded() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let call = Task { try await lambda.invoke("f", "1") }
            let first = try await launcher.next()
            let connection = try await first.connect()
            _ = try await connection.request("POST", Peer.base + "/init/error", "{}")
            let second = try await launcher.next().connect()
            #expect(!first.isAlive)
            let event = try await second.next()
            _ = try await second.respond(event.requestID, "2")
            #expect(try await call.value.text == "2")
            await connection.close()
            await second.close()
        }
    }

    @Test func bothStartsMayTakeTooLong() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher, settings: { $0.initLimit = .milliseconds(50) }) { lambda in
            try lambda.deploy("f", script: "") { $0.timeout = 1 }
            let result = try await lambda.invoke("f")
            #expect(result.json["errorType"] == "Sandbox.Timedout")
            #expect(
                platformLines(lambda, result.requestID) == [
                    "INIT_START Runtime Version: provided.al2023",
                    "INIT_REPORT Init Duration: T\tPhase: init\tStatus: timeout",
                    "INIT_REPORT Init Duration: T\tPhase: invoke\tStatus: timeout",
                    "START RequestId: ID Version: $LATEST", "NOW ID Task timed out after 1.00 seconds",
                    "END RequestId: ID",
                    "REPORT RequestId: ID\tDuration: T\tBilled Duration: T\tMemory Size: 128 MB\tMax Memory Used: M\t"
                        + "Status: timeout\tError Type: Sandbox.Timedout\t",
                ])
            #expect(launcher.count == 2)
        }
    }

    @Test func aProgramThatCannotBeRunIsTriedTwice() async throws {
        let launcher = PeerLauncher()
        launcher.fail(with: [
            .init(stage: .execution, errorNumber: ENOEXEC), .init(stage: .execution, errorNumber: ENOEXEC),
        ])
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let result = try await lambda.invoke("f")
            #expect(result.json["errorType"] == "Runtime.InvalidEntrypoint")
            let reports = platformLines(lambda, result.requestID).filter { $0.hasPrefix("INIT_REPORT") }
            #expect(reports.count == 2)
            #expect(launcher.count == 0)
        }
    }
}
