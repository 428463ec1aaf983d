import AWSSigning
import JSONValue
import Testing
import URLEncoding

@testable import AWSClient

/// What goes onto the wire, to the byte.
@Suite(.timeLimit(.minutes(1))) struct WireTests {
    @Test func aCallLooksJustLikeThis() async throws {
        try await FakeServer.with { _ in
            [.answer(200, [:], "{}")]
        } _: { server in
            let test = TestClient(port: server.port)
            let item = try await test.dynamoDB.getItem(table: "Pictures", key: ["userId": "u1", "n": 7])
            #expect(item == nil)
            let request = try #require(server.requests.first)
            try request.verifySignature()
            let body =
                #"{"TableName":"Pictures","Key":{"n":{"N":"7"},"userId":{"S":"u1"}}}"#
            let signature = try #require(request["Authorization"]?.split(separator: "=").last)
            #expect(
                String(decoding: request.bytes, as: UTF8.self) == """
                    POST / HTTP/1.1\r
                    Host: 127.0.0.1:\(server.port)\r
                    Content-Type: application/x-amz-json-1.0\r
                    X-Amz-Target: DynamoDB_20120810.GetItem\r
                    X-Amz-Date: 20150830T123600Z\r
                    Authorization: AWS4-HMAC-SHA256 \
                    Credential=AKIDEXAMPLE/20150830/us-east-1/dynamodb/aws4_request, \
                    SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=\(signature)\r
                    User-Agent: aws-client-swift/1.0\r
                    Content-Length: \(body.utf8.count)\r
                    \r
                    \(body)
                    """)
        }
    }

    @Test func temporaryKeysSendTheirToken() async throws {
        try await FakeServer.with { _ in
            [.answer(200, [:], "{}")]
        } _: { server in
            var credentials = TestClient.credentials
            credentials.sessionToken = "to/ken=="
            let test = TestClient(port: server.port, credentials: credentials)
            _ = try await test.client.json(.rekognition, operation: "DetectLabels", body: ["a": 1], idempotent: true)
            let request = try #require(server.requests.first)
            #expect(request["X-Amz-Security-Token"] == "to/ken==")
            #expect(request["X-Amz-Target"] == "RekognitionService.DetectLabels")
            #expect(request["Content-Type"] == "application/x-amz-json-1.1")
            try request.verifySignature()
        }
    }

    @Test(arguments: ["a", "a b+c", "a//b/../c", "é€😀", "x?y#z%41&=", "tab\tand\"quote\""])
    func keysArriveAsTheyAre(_ key: String) async throws {
        try await FakeServer.with { _ in
            [.answer(200, ["ETag": "\"e\""])]
        } _: { server in
            let test = TestClient(port: server.port)
            try await test.s3.putObject(bucket: "pictures", key: key, body: .bytes([1, 2, 3]))
            let request = try #require(server.requests.first)
            #expect(PercentEncoding.decode(request.path) == "/pictures/\(key)")
            #expect(request.body == [1, 2, 3])
            #expect(request["x-amz-checksum-crc32"] == "VbyAHQ==")
            try request.verifySignature()
        }
    }

    @Test(arguments: [0, 1, 16 * 1024, 16 * 1024 + 1, 3_000_000])
    func bodiesOfAnySizeArrive(_ size: Int) async throws {
        try await FakeServer.with { _ in
            [.answer(200, ["ETag": "\"e\""])]
        } _: { server in
            let test = TestClient(port: server.port)
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            try await test.s3.putObject(bucket: "pictures", key: "k", body: .bytes(body))
            let request = try #require(server.requests.first)
            #expect(request.body == body)
            #expect(request["Content-Length"] == String(size))
            try request.verifySignature()
        }
    }

    @Test func headersThatWouldBreakTheRequestAreRefused() async throws {
        try await FakeServer.with { _ in
            [.answer()]
        } _: { server in
            let test = TestClient(port: server.port)
            await #expect {
                try await test.s3.putObject(
                    bucket: "b", key: "k", body: .bytes([]), headers: S3ObjectHeaders(contentType: "a\r\nX-Evil: 1"))
            } throws: { ($0 as? TransportError)?.kind == .invalidRequest }
            await #expect {
                try await test.s3.putObject(bucket: "b/../c", key: "k", body: .bytes([]))
            } throws: { ($0 as? TransportError)?.kind == .invalidRequest }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func connectionsAreUsedAgain() async throws {
        try await FakeServer.with { _ in
            [.answer(200, [:], "{}")]
        } _: { server in
            let test = TestClient(port: server.port)
            for _ in 0..<5 { _ = try await test.dynamoDB.getItem(table: "t", key: ["k": "v"]) }
            #expect(server.requests.map(\.connection) == [1, 1, 1, 1, 1])
        }
    }

    @Test func invokesAFunction() async throws {
        let headers = ["X-Amz-Function-Error": "Unhandled", "X-Amz-Executed-Version": "3", "X-Amz-Log-Result": "aGk="]
        try await FakeServer.with { _ in
            [.answer(200, headers, "{\"errorMessage\":\"x\"}")]
        } _: { server in
            let test = TestClient(port: server.port)
            let answer = try await test.lambda.invoke("arn:aws:lambda:f", payload: Array("{}".utf8), qualifier: "live")
            #expect(answer.functionError == "Unhandled")
            #expect(answer.executedVersion == "3")
            #expect(answer.logTail == "hi")
            let request = try #require(server.requests.first)
            #expect(request.target == "/2015-03-31/functions/arn%3Aaws%3Alambda%3Af/invocations?Qualifier=live")
            #expect(request["X-Amz-Invocation-Type"] == "RequestResponse")
            try request.verifySignature()
        }
    }
}
