import CloudCore
import Foundation
import JSONValue
import NIOCore
import Testing

@testable import CloudLambda

/// The Runtime API as a peer sees it, with a test in the place of the process.
@Suite struct RuntimeAPITests {
    /// Runs a test with a call under way and the connection of the runtime that has to answer it.
    private func withCall(
        _ event: String = #"{"a":1}"#, change: (inout FunctionConfiguration) -> Void = { _ in },
        _ body: (RawConnection, RawConnection.Answer, Task<InvocationResult, any Error>, LocalLambda) async throws ->
            Void
    ) async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "", change)
            let call = Task { try await lambda.invoke("f", event) }
            let connection = try await launcher.next().connect()
            let answer = try await connection.next()
            try await body(connection, answer, call, lambda)
            await connection.close()
        }
    }

    @Test func theEventComesWithAllThatIsSaidOfIt() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "") {
                $0.aliases = ["live"]
                $0.timeout = 60
            }
            let before = Timestamp.machineTime
            let call = Task {
                try await lambda.service.invoke(
                    Invocation(
                        function: "f", qualifier: "live", payload: ByteBuffer(string: #" {"a" : 1.0} "#),
                        clientContext: "{\n\"custom\":{}}", cognitoIdentity: #"{"cognitoIdentityId":"i"}"#,
                        traceID: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1", source: "test"))
            }
            let connection = try await launcher.next().connect()
            let event = try await connection.next()
            #expect(event.status == 200)
            #expect(event.body == #" {"a" : 1.0} "#)
            #expect(event.headers["content-type"] == "application/json")
            #expect(event.headers["lambda-runtime-invoked-function-arn"]?.hasSuffix(":function:f:live") == true)
            let trace = try #require(event.headers["lambda-runtime-trace-id"])
            #expect(
                trace.wholeMatch(of: /Root=1-5759e988-bd862e3fe1be46a994272793;Parent=[0-9a-f]{16};Sampled=1/) != nil)
            #expect(event.headers["lambda-runtime-client-context"] == #"{ "custom":{}}"#)
            #expect(event.headers["lambda-runtime-cognito-identity"] == #"{"cognitoIdentityId":"i"}"#)
            let deadline = try #require(event.headers["lambda-runtime-deadline-ms"].flatMap { Int64($0) })
            #expect(deadline >= before.milliseconds + 60_000)
            let accepted = try await connection.respond(event.requestID, "1")
            #expect(accepted.status == 202)
            #expect(accepted.body == #"{"status":"OK"}"#)
            #expect(accepted.headers["content-type"] == "application/json")
            #expect(try await call.value.requestID == event.requestID)
            await connection.close()
        }
    }

    @Test func aCallWithoutMoreHasATraceOfItsOwnAndNoEmptyFields() async throws {
        try await withCall { connection, event, call, _ in
            let trace = try #require(event.headers["lambda-runtime-trace-id"])
            #expect(trace.wholeMatch(of: /Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0/) != nil)
            #expect(event.headers["lambda-runtime-client-context"] == nil)
            #expect(event.headers["lambda-runtime-cognito-identity"] == nil)
            #expect(event.headers["lambda-runtime-aws-tenant-id"] == nil)
            _ = try await connection.respond(event.requestID, "null")
            #expect(try await call.value.text == "null")
        }
    }

    @Test func askingTwiceBringsTheSameEvent() async throws {
        try await withCall { connection, event, call, _ in
            let again = try await connection.next()
            #expect(again.status == 200)
            #expect(again.requestID == event.requestID)
            #expect(again.body == event.body)
            _ = try await connection.respond(event.requestID, #""once""#)
            #expect(try await call.value.text == #""once""#)
        }
    }

    @Test func answeringForAnotherChangesNothing() async throws {
        try await withCall { connection, event, call, _ in
            for wrong in ["nobody", UUID().uuidString, "%00", String(repeating: "a", count: 5000)] {
                let refused = try await connection.respond(wrong, #""wrong""#)
                #expect(refused.status == 400)
                #expect(refused.body == #"{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}"#)
            }
            _ = try await connection.respond(event.requestID, #""right""#)
            #expect(try await call.value.text == #""right""#)
        }
    }

    @Test func answeringTwiceIsForbidden() async throws {
        try await withCall { connection, event, call, _ in
            _ = try await connection.respond(event.requestID, #""first""#)
            let second = try await connection.respond(event.requestID, #""second""#)
            #expect(second.status == 403)
            #expect(
                second.body
                    == #"{"errorMessage":"State transition from ResponseSent to InvocationResponse failed for runtime. "#
                    + #"Error: State transition is not allowed","errorType":"InvalidStateTransition"}"#)
            let third = try await connection.fail(event.requestID, "{}")
            #expect(third.status == 403)
            #expect(third.body.contains("from ResponseSent to InvocationErrorResponse"))
            #expect(try await call.value.text == #""first""#)
        }
    }

    @Test func aResponseAfterAnErrorIsForbidden() async throws {
        try await withCall { connection, event, call, _ in
            let body = #"{"errorMessage":"a \u0001 text","errorType":"T","stackTrace":["x"]}"#
            #expect(try await connection.fail(event.requestID, body).status == 202)
            let second = try await connection.respond(event.requestID, "1")
            #expect(second.status == 403)
            let result = try await call.value
            #expect(result.text == body)
            #expect(result.functionError == "Unhandled")
        }
    }

    @Test func anErrorThatIsNoJSONPassesAndACauseDoesNot() async throws {
        try await withCall { connection, event, call, _ in
            _ = try await connection.fail(event.requestID, "no json at all")
            #expect(try await call.value.text == "no json at all")
        }
        try await withCall { connection, event, call, _ in
            _ = try await connection.fail(
                event.requestID, #"{"errorMessage":"m","errorType":"T","errorCause":{"big":1}}"#,
                headers: [("Content-Type", "application/vnd.aws.lambda.error.cause+json")])
            #expect(try await call.value.text == #"{"errorMessage":"m","errorType":"T"}"#)
        }
    }

    /// The cause of an error, as X-Ray takes it, is a field of the head.
    @Test func aCauseInTheHeadMayHaveAMegabyte() async throws {
        try await withCall { connection, event, call, _ in
            let cause = #"{"exceptions":[{"message":"\#(String(repeating: "a", count: 999_969))"}]}"#
            #expect(cause.utf8.count == 1_000_000)
            let accepted = try await connection.fail(
                event.requestID, #"{"errorMessage":"m"}"#,
                headers: [("Lambda-Runtime-Function-XRay-Error-Cause", cause)])
            #expect(accepted.status == 202)
            #expect(try await call.value.text == #"{"errorMessage":"m"}"#)
        }
    }

    @Test func otherPathsAndMethods() async throws {
        try await withCall { connection, event, call, _ in
            let ping = try await connection.request("GET", "/2018-06-01/ping")
            #expect(ping.status == 200)
            #expect(ping.body == "pong")
            for path in ["/", "/2018-06-01/nothing", "\(Peer.base)/restore/next"] {
                let answer = try await connection.request("GET", path)
                #expect(answer.status == 404)
                #expect(answer.body == "404 page not found\n")
            }
            #expect(try await connection.request("POST", "\(Peer.base)/restore/error", "{}").status == 404)
            #expect(try await connection.request("PUT", "\(Peer.base)/invocation/next").status == 405)
            let late = try await connection.request("POST", "\(Peer.base)/init/error", "{}")
            #expect(late.status == 403)
            #expect(late.body.contains("State transition from Running to InitError failed for runtime."))
            _ = try await connection.respond(event.requestID, "1")
            _ = try await call.value
        }
    }

    @Test func anUnknownResponseModeFailsTheCall() async throws {
        try await withCall { connection, event, call, lambda in
            let answer = try await connection.respond(
                event.requestID, "1", headers: [("Lambda-Runtime-Function-Response-Mode", "quickly")])
            #expect(answer.status == 400)
            #expect(answer.body.contains(#""errorType":"InvalidFunctionResponseMode""#))
            let result = try await call.value
            #expect(result.json["errorType"] == "Runtime.InvalidResponseModeHeader")
            // The runtime goes on as after any answer.
            let second = Task { try await lambda.invoke("f", "2") }
            let next = try await connection.next()
            _ = try await connection.respond(next.requestID, "2")
            #expect(try await second.value.text == "2")
        }
    }

    @Test func aStreamedResponseIsCollectedForACallerThatWaits() async throws {
        try await withCall { connection, event, call, _ in
            let head = RawConnection.head(
                "POST", "\(Peer.base)/invocation/\(event.requestID)/response",
                [
                    ("Transfer-Encoding", "chunked"), ("Lambda-Runtime-Function-Response-Mode", "streaming"),
                    ("Content-Type", "text/plain"),
                ])
            try await connection.write(head + "3\r\none\r\n")
            try await connection.write("3\r\ntwo\r\n0\r\n\r\n")
            #expect(try await connection.answer().status == 202)
            let result = try await call.value
            #expect(result.text == "onetwo")
            #expect(result.contentType == "text/plain")
            #expect(result.functionError == nil)
        }
    }

    @Test func trailersTellThatAStreamFailed() async throws {
        try await withCall { connection, event, call, _ in
            let head = RawConnection.head(
                "POST", "\(Peer.base)/invocation/\(event.requestID)/response",
                [
                    ("Transfer-Encoding", "chunked"), ("Lambda-Runtime-Function-Response-Mode", "streaming"),
                    ("Trailer", "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body"),
                ])
            let error = Data(#"{"errorMessage":"mid-stream"}"#.utf8).base64EncodedString()
            try await connection.write(
                head + "4\r\nhalf\r\n0\r\nLambda-Runtime-Function-Error-Type: Function.Torn\r\n"
                    + "Lambda-Runtime-Function-Error-Body: \(error)\r\n\r\n")
            #expect(try await connection.answer().status == 202)
            let result = try await call.value
            #expect(result.text == #"{"errorMessage":"mid-stream"}"#)
            #expect(result.functionError == "Unhandled")
        }
    }

    @Test(arguments: [false, true]) func halfAnAnswerIsTold(streams: Bool) async throws {
        try await withCall { connection, event, call, _ in
            let mode = streams ? [("Lambda-Runtime-Function-Response-Mode", "streaming")] : []
            try await connection.write(
                RawConnection.head(
                    "POST", "\(Peer.base)/invocation/\(event.requestID)/response",
                    mode + [("Content-Length", "1000000")]) + "only this")
            await connection.close()
            let result = try await call.value
            #expect(result.json["errorType"] == "Runtime.TruncatedResponse")
            #expect(result.functionError == "Unhandled")
        }
    }

    @Test func aResponseThatIsTooLargeIsRefusedAndTheNextEventComes() async throws {
        try await withCall { connection, event, call, lambda in
            let answer = try await connection.respond(event.requestID, String(repeating: "a", count: 6_291_557))
            #expect(answer.status == 413)
            #expect(
                answer.body
                    == #"{"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","#
                    + #""errorType":"RequestEntityTooLarge"}"#)
            #expect(try await call.value.json["errorType"] == "Function.ResponseSizeTooLarge")
            let second = Task { try await lambda.invoke("f", "2") }
            let next = try await connection.next()
            #expect(next.body == "2")
            _ = try await connection.respond(next.requestID, "3")
            #expect(try await second.value.text == "3")
        }
    }

    @Test func anEventIsNotLostOnAConnectionThatHasClosed() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let first = Task { try await lambda.invoke("f", "1") }
            let peer = try await launcher.next()
            let connection = try await peer.connect()
            let event = try await connection.next()
            _ = try await connection.respond(event.requestID, "1")
            _ = try await first.value
            // Asks, and is gone before there is an event.
            try await connection.write(RawConnection.head("GET", Peer.base + "/invocation/next", []))
            await connection.close()
            let second = Task { try await lambda.invoke("f", "2") }
            let other = try await peer.connect()
            let next = try await other.next()
            #expect(next.body == "2")
            _ = try await other.respond(next.requestID, "2")
            #expect(try await second.value.text == "2")
            #expect(launcher.count == 1)
            await other.close()
        }
    }

    struct HostileHeader: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var fields: String

        static let all = [
            HostileHeader(testDescription: "many", fields: String(repeating: "X-Field: value\r\n", count: 5000)),
            HostileHeader(testDescription: "long", fields: "X-Long: \(String(repeating: "a", count: 2_000_000))\r\n"),
            HostileHeader(testDescription: "no field", fields: "no field at all\r\n"),
            HostileHeader(testDescription: "negative", fields: "Content-Length: -1\r\n"),
            HostileHeader(testDescription: "huge", fields: "Content-Length: 99999999999999999999\r\n"),
            HostileHeader(testDescription: "coding", fields: "Transfer-Encoding: nonsense\r\n"),
        ]
    }

    @Test(arguments: HostileHeader.all)
    func whateverStandsInTheHeaderTheNextConnectionIsUnharmed(_ header: HostileHeader) async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let call = Task { try await lambda.invoke("f", "1") }
            let peer = try await launcher.next()
            let hostile = try await peer.connect()
            // The connection may be closed before all of it was written.
            try? await hostile.write("GET /2018-06-01/ping HTTP/1.1\r\nHost: x\r\n\(header.fields)\r\n")
            let connection = try await peer.connect()
            let event = try await connection.next()
            #expect(try await connection.respond(event.requestID, "2").status == 202)
            #expect(try await call.value.text == "2")
            await hostile.close()
            await connection.close()
        }
    }

    @Test func severalCallsAtOnceInOneProcess() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "") { $0.callsPerEnvironment = 2 }
            let first = Task { try await lambda.invoke("f", "1") }
            let peer = try await launcher.next()
            #expect(peer.command.environment["AWS_LAMBDA_MAX_CONCURRENCY"] == "2")
            let (a, b) = (try await peer.connect(), try await peer.connect())
            let one = try await a.next()
            let second = Task { try await lambda.invoke("f", "2") }
            let two = try await b.next()
            #expect((one.body, two.body) == ("1", "2"))
            #expect(launcher.count == 1)
            _ = try await b.respond(two.requestID, #""b""#)
            _ = try await a.respond(one.requestID, #""a""#)
            #expect(try await first.value.text == #""a""#)
            #expect(try await second.value.text == #""b""#)
            await a.close()
            await b.close()
        }
    }
}
