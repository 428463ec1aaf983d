import CloudCore
import Digests
import Foundation
import JSONValue
import NIOCore
import Synchronization
import Testing

@testable import CloudLambda

/// Lambda's API as its callers see it.
@Suite struct InvokeAPITests {
    static let path = "/2015-03-31/functions"
    static let streaming = "/2021-11-15/functions/f/response-streaming-invocations"
    static let arn = "arn:aws:lambda:us-east-1:000000000000:function:"

    @Test(arguments: [
        "f", "f:live", "f:$LATEST", "f%3A%24LATEST", "000000000000:function:f", "function:f",
        "arn:aws:lambda:us-east-1:000000000000:function:f",
        "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af",
        "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af%3Alive",
    ])
    func everyFormOfANameFindsTheFunction(_ name: String) async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "") { $0.aliases = ["live"] }
            let call = Task { await lambda.request("POST", "\(Self.path)/\(name)/invocations", "1") }
            let connection = try await launcher.next().connect()
            let event = try await connection.next()
            let qualifier = PercentEncoding.decode(name).hasSuffix("live") ? ":live" : ""
            let arn = try #require(event.headers["lambda-runtime-invoked-function-arn"])
            #expect(arn.hasPrefix(Self.arn + "f" + qualifier))
            _ = try await connection.respond(event.requestID, "2")
            let response = await call.value
            #expect(response.status == 200)
            #expect(response.text == "2")
            #expect(response.headers["X-Amz-Executed-Version"] == ["$LATEST"])
            #expect(response.headers["x-amzn-RequestId"] == [event.requestID])
            #expect(response.headers["X-Amz-Function-Error"].isEmpty)
            await connection.close()
        }
    }

    /// What is refused, with the whole of the answer.
    struct Refusal: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var method = "POST"
        var target = path + "/f/invocations"
        var body = "{}"
        var headers: [(String, String)] = []
        var status: Int
        var code: String
        var answer: String

        static let all: [Refusal] = [
            Refusal(
                testDescription: "no function", target: path + "/g/invocations", status: 404,
                code: "ResourceNotFoundException",
                answer: #"{"Type":"User","Message":"Function not found: \#(arn)g"}"#),
            Refusal(
                testDescription: "no version", target: path + "/f/invocations?Qualifier=7", status: 404,
                code: "ResourceNotFoundException",
                answer: #"{"Type":"User","Message":"Function not found: \#(arn)f:7"}"#),
            Refusal(
                testDescription: "asynchronous, no function", target: path + "/g/invocations",
                headers: [("X-Amz-Invocation-Type", "Event")], status: 404, code: "ResourceNotFoundException",
                answer: #"{"Type":"User","Message":"Function not found: \#(arn)g"}"#),
            Refusal(
                testDescription: "no JSON", body: "{'a'}", status: 400, code: "InvalidRequestContentException",
                answer: #"{"Type":"User","message":"Could not parse request body into json: Could not parse payload "#
                    + #"into json: expected a member's name in double quotes (line 1, column 2)"}"#),
            Refusal(
                testDescription: "too large", body: String(repeating: " ", count: 6_291_457), status: 413,
                code: "RequestTooLargeException",
                answer: #"{"Type":"User","message":"6291457 byte payload is too large for the RequestResponse "#
                    + #"invocation type (limit 6291456 bytes)"}"#),
            Refusal(
                testDescription: "too large for a queue", body: String(repeating: " ", count: 1_048_577),
                headers: [("X-Amz-Invocation-Type", "Event")], status: 413, code: "RequestTooLargeException",
                answer: #"{"Type":"User","message":"1048577 byte payload is too large for the Event "#
                    + #"invocation type (limit 1048576 bytes)"}"#),
            Refusal(
                testDescription: "client context", headers: [("X-Amz-Client-Context", "no base64!")], status: 400,
                code: "InvalidRequestContentException",
                answer: #"{"Type":"User","message":"Client context must be a valid Base64-encoded JSON object."}"#),
            Refusal(
                testDescription: "long client context",
                headers: [("X-Amz-Client-Context", String(repeating: "A", count: 3584))], status: 400,
                code: "InvalidRequestContentException",
                answer: #"{"Type":"User","message":"Client context must be at most 3583 bytes, encoded in Base64."}"#),
            Refusal(
                testDescription: "invocation type", headers: [("X-Amz-Invocation-Type", "Later")], status: 400,
                code: "ValidationException",
                answer:
                    #"{"message":"1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy "#
                    + #"constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]"}"#),
            Refusal(
                testDescription: "log type", headers: [("X-Amz-Log-Type", "Full")], status: 400,
                code: "ValidationException",
                answer: #"{"message":"1 validation error detected: Value 'Full' at 'logType' failed to satisfy "#
                    + #"constraint: Member must satisfy enum value set: [None, Tail]"}"#),
            Refusal(
                testDescription: "log type of a stream", target: streaming, headers: [("X-Amz-Log-Type", "tail")],
                status: 400, code: "ValidationException",
                answer: #"{"message":"1 validation error detected: Value 'tail' at 'logType' failed to satisfy "#
                    + #"constraint: Member must satisfy enum value set: [None, Tail]"}"#),
            Refusal(
                testDescription: "invocation type of a stream", target: streaming,
                headers: [("X-Amz-Invocation-Type", "Event")], status: 400, code: "ValidationException",
                answer: #"{"message":"1 validation error detected: Value 'Event' at 'invocationType' failed to "#
                    + #"satisfy constraint: Member must satisfy enum value set: [RequestResponse, DryRun]"}"#),
            Refusal(
                testDescription: "too large for the older queue", target: "/2014-11-13/functions/f/invoke-async",
                body: String(repeating: " ", count: 262_145), status: 413, code: "RequestTooLargeException",
                answer: #"{"Type":"User","message":"262145 byte payload is too large for the Event "#
                    + #"invocation type (limit 262144 bytes)"}"#),
            Refusal(
                testDescription: "two qualifiers", target: path + "/f:live/invocations?Qualifier=other", status: 400,
                code: "InvalidParameterValueException",
                answer: #"{"Type":"User","message":"The derived qualifier from the function name does not match the "#
                    + #"specified qualifier."}"#),
            Refusal(
                testDescription: "no operation", method: "PATCH", status: 404, code: "UnknownOperationException",
                answer: #"{"message":"Lambda has no operation at PATCH /2015-03-31/functions/f/invocations here."}"#),
        ]
    }

    @Test(arguments: Refusal.all) func refusals(_ refusal: Refusal) async throws {
        try await LocalLambda.with(launcher: PeerLauncher()) { lambda in
            try lambda.deploy("f", script: "") { $0.aliases = ["live"] }
            let response = await lambda.request(
                refusal.method, refusal.target, refusal.body,
                headers: refusal.headers + [("Content-Length", "\(refusal.body.utf8.count)")])
            #expect(response.status == refusal.status)
            #expect(response.headers["x-amzn-ErrorType"] == [refusal.code])
            #expect(response.text == refusal.answer)
        }
    }

    @Test(arguments: ["a b", "a/../b", "", String(repeating: "a", count: 141), "f:a:b", "arn:aws:s3:::bucket", "ä"])
    func whatIsNoNameIsRefused(_ name: String) {
        #expect(throws: ServiceError.self) { try FunctionName(name) }
    }

    @Test func dryRunsAndAsynchronousCallsAnswerWithoutABody() async throws {
        try await LocalLambda.with(launcher: PeerLauncher()) { lambda in
            try lambda.deploy("f", script: "")
            let dry = await lambda.request(
                "POST", Self.path + "/f/invocations", "{}", headers: [("X-Amz-Invocation-Type", "DryRun")])
            #expect(dry.status == 204)
            let event = await lambda.request(
                "POST", Self.path + "/f/invocations", "{}", headers: [("X-Amz-Invocation-Type", "Event")])
            #expect(event.status == 202)
            #expect(event.text.isEmpty)
            #expect(event.headers["X-Amz-Executed-Version"].isEmpty)
            let older = await lambda.request("POST", "/2014-11-13/functions/f/invoke-async", "{}")
            #expect(older.status == 202)
            #expect(older.json == ["Status": 202])
        }
    }

    @Test func theTailOfTheLogAndAnErrorAreToldInTheHeader() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f")
            let response = await lambda.request(
                "POST", Self.path + "/f/invocations", #"{"do":"fail"}"#, headers: [("X-Amz-Log-Type", "Tail")])
            #expect(response.status == 200)
            #expect(response.headers["X-Amz-Function-Error"] == ["Unhandled"])
            let tail = try #require(response.headers.first(name: "X-Amz-Log-Result").flatMap { Base64.decode($0) })
            #expect(String(decoding: tail, as: UTF8.self).hasPrefix("START RequestId: "))
            #expect(tail.count <= 4096)
        }
    }

    @Test func anEmptyBodyIsAnEmptyObject() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: Scripts.echo)
            #expect(await lambda.request("POST", Self.path + "/f/invocations").text == "{}")
        }
    }

    @Test func concurrencyIsLimitedAndSaidWhy() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher, settings: { $0.accountConcurrency = 3 }) { lambda in
            try lambda.deploy("f", script: "") { $0.reservedConcurrency = 0 }
            try lambda.deploy("g", script: "")
            let refused = await lambda.request("POST", Self.path + "/f/invocations")
            #expect(refused.status == 429)
            #expect(refused.headers["Retry-After"] == ["1"])
            #expect(refused.json["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded")
            #expect(refused.json["message"] == "Rate Exceeded.")
            #expect(refused.json["Type"] == "User")
            let calls = (0..<3).map { _ in Task { try await lambda.invoke("g") } }
            while lambda.service.ledger.inFlight("g") < 3 { await Task.yield() }
            let over = await lambda.request("POST", Self.path + "/g/invocations")
            #expect(over.status == 429)
            #expect(over.json["Reason"] == "ConcurrentInvocationLimitExceeded")
            for _ in 0..<3 {
                let connection = try await launcher.next().connect()
                let event = try await connection.next()
                _ = try await connection.respond(event.requestID, "1")
                await connection.close()
            }
            for call in calls { #expect(try await call.value.text == "1") }
            #expect(lambda.service.ledger.inFlight("g") == 0)
        }
    }

    /// curl's, the SDK for Go's, and one that is none: an event is JSON, whatever its sender calls it.
    @Test(arguments: ["application/x-www-form-urlencoded", "application/octet-stream", "text/csv; header=present"])
    func eventsAreTakenAndPassedOnAsJSONWhateverTheirTypeIsSaidToBe(_ type: String) async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let call = Task {
                await lambda.request("POST", "\(Self.path)/f/invocations", "1", headers: [("Content-Type", type)])
            }
            let connection = try await launcher.next().connect()
            let event = try await connection.next()
            #expect(event.headers["content-type"] == "application/json")
            _ = try await connection.respond(event.requestID, "2")
            #expect(await call.value.text == "2")
            await connection.close()
        }
    }

    @Test func theTenantIsPassedOnToTheRuntime() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let call = Task {
                await lambda.request(
                    "POST", "/2015-03-31/functions/f/invocations", "{}", headers: [("X-Amz-Tenant-Id", "blue")])
            }
            let connection = try await launcher.next().connect()
            let event = try await connection.next()
            #expect(event.headers["lambda-runtime-aws-tenant-id"] == "blue")
            _ = try await connection.respond(event.requestID, "1")
            let answer = await call.value
            #expect(answer.status == 200)
            #expect(answer.headers["X-Amz-Executed-Version"] == ["$LATEST"])
            #expect(answer.headers["x-amzn-RequestId"] == [event.requestID])
            await connection.close()
        }
    }

    @Test func theTenantOfAStreamedAndOfAStoredCallIsPassedOnToo() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let tenant = [("X-Amz-Tenant-Id", "blue")]
            let streamed = await lambda.request(
                "POST", "/2021-11-15/functions/f/response-streaming-invocations", "{}", headers: tenant)
            guard case .stream(_, let produce) = streamed.body else {
                Issue.record("no stream")
                return
            }
            let reading = Task { try await produce(ResponseWriter(write: { _ in })) }
            let connection = try await launcher.next().connect()
            let first = try await connection.next()
            #expect(first.headers["lambda-runtime-aws-tenant-id"] == "blue")
            _ = try await connection.respond(first.requestID, "1")
            try await reading.value
            let stored = await lambda.request(
                "POST", Self.path + "/f/invocations", "{}", headers: tenant + [("X-Amz-Invocation-Type", "Event")])
            #expect(stored.status == 202)
            let second = try await connection.next()
            #expect(second.headers["lambda-runtime-aws-tenant-id"] == "blue")
            _ = try await connection.respond(second.requestID, "1")
            let untold = await lambda.request("POST", "/2014-11-13/functions/f/invoke-async", "{}")
            #expect(untold.status == 202)
            let third = try await connection.next()
            #expect(third.headers["lambda-runtime-aws-tenant-id"] == nil)
            _ = try await connection.respond(third.requestID, "1")
            await connection.close()
        }
    }

    @Test func aStreamedResponseComesInFrames() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let response = await lambda.request(
                "POST", "/2021-11-15/functions/f/response-streaming-invocations", "{}")
            #expect(response.headers["Content-Type"] == ["application/vnd.amazon.eventstream"])
            guard case .stream(_, let produce) = response.body else {
                Issue.record("no stream")
                return
            }
            let frames = Mutex<[ByteBuffer]>([])
            let reading = Task {
                try await produce(ResponseWriter(write: { frame in frames.withLock { $0.append(frame) } }))
            }
            let connection = try await launcher.next().connect()
            let event = try await connection.next()
            try await connection.write(
                RawConnection.head(
                    "POST", "\(Peer.base)/invocation/\(event.requestID)/response",
                    [
                        ("Transfer-Encoding", "chunked"), ("Lambda-Runtime-Function-Response-Mode", "streaming"),
                        ("Content-Type", "text/plain"),
                    ]) + "3\r\none\r\n")
            // The first piece is with the caller before the function has written the second.
            while frames.withLock({ $0.isEmpty }) { await Task.yield() }
            try await connection.write("3\r\ntwo\r\n0\r\n\r\n")
            try await reading.value
            let decoded = try frames.withLock { $0 }.map(Self.decode)
            #expect(decoded.map(\.type) == ["PayloadChunk", "PayloadChunk", "InvokeComplete"])
            #expect(decoded.map(\.content) == ["one", "two", "{}"])
            await connection.close()
        }
    }

    @Test func aStreamWhoseTimeRunsOutEndsWithTheError() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "") { $0.timeout = 1 }
            let response = await lambda.request(
                "POST", "/2021-11-15/functions/f/response-streaming-invocations", "{}")
            guard case .stream(_, let produce) = response.body else {
                Issue.record("no stream")
                return
            }
            let frames = Mutex<[ByteBuffer]>([])
            let reading = Task {
                try await produce(
                    ResponseWriter(write: { frame in
                        // A caller that is still taking the first piece when the time is up.
                        if frames.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(1500)) }
                        frames.withLock { $0.append(frame) }
                    }))
            }
            let connection = try await launcher.next().connect()
            let event = try await connection.next()
            try await connection.write(
                RawConnection.head(
                    "POST", "\(Peer.base)/invocation/\(event.requestID)/response",
                    [("Transfer-Encoding", "chunked"), ("Lambda-Runtime-Function-Response-Mode", "streaming")])
                    + "3\r\none\r\n")
            try await connection.write("3\r\ntwo\r\n")
            try await reading.value
            let decoded = try frames.withLock { $0 }.map(Self.decode)
            #expect(decoded.last?.type == "InvokeComplete")
            #expect(decoded.dropLast().allSatisfy { $0.type == "PayloadChunk" })
            let end = try JSONValue(parsing: try #require(decoded.last).content)
            #expect(end["ErrorCode"] == "Unhandled")
            #expect(end["ErrorDetails"]?.string?.contains(#""errorType":"Sandbox.Timedout""#) == true)
            await connection.close()
        }
    }

    struct BadFrame: Error {}

    /// Takes a frame apart, as a client does.
    private static func decode(_ frame: ByteBuffer) throws -> (type: String, content: String) {
        let bytes = Array(frame.readableBytesView)
        func number(_ at: Int, _ count: Int) -> Int { bytes[at..<(at + count)].reduce(0) { $0 << 8 | Int($1) } }
        func checksum(_ count: Int) -> Int {
            var check = CyclicRedundancyCheck.crc32
            check.update(bytes[..<count])
            return Int(check.value)
        }
        guard bytes.count >= 16, number(0, 4) == bytes.count, number(8, 4) == checksum(8),
            number(bytes.count - 4, 4) == checksum(bytes.count - 4)
        else { throw BadFrame() }
        var values: [String: String] = [:]
        var at = 12
        let end = 12 + number(4, 4)
        while at < end {
            let name = bytes[(at + 1)..<(at + 1 + number(at, 1))]
            at += 1 + name.count
            guard bytes[at] == 7 else { throw BadFrame() }
            let value = bytes[(at + 3)..<(at + 3 + number(at + 1, 2))]
            at += 3 + value.count
            values[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        }
        guard values[":message-type"] == "event" else { throw BadFrame() }
        return (values[":event-type"] ?? "", String(decoding: bytes[end..<(bytes.count - 4)], as: UTF8.self))
    }

    @Test(arguments: [
        ("{}", true), ("[1,-2.5e+3,\"\\u00e9\\\\\",true,null]", true), (" \"ä\u{1F600}\" ", true), ("0", true),
        ("", false), ("{", false), ("[1,]", false), ("{\"a\":1,}", false), ("01", false), ("1 2", false),
        ("'a'", false), ("\"\u{1}\"", false), ("{\"a\" 1}", false), ("nul", false), ("-", false), ("1.", false),
        ("\"\\x\"", false), ("\"\\u12g4\"", false), ("[[[[]]]]", true), ("{\"a\":{\"b\":[]}}", true), ("]", false),
    ])
    func syntax(_ text: String, _ isValid: Bool) {
        #expect(JSONSyntax.isValid(Array(text.utf8)) == isValid)
        #expect(((try? JSONValue(parsing: text)) != nil) == isValid)
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82],
    ])
    func bytesThatAreNoText(_ bytes: [UInt8]) { #expect(!JSONSyntax.isValid(bytes)) }
}
