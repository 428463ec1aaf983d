import Testing

@testable import AWSClient

@Suite(.timeLimit(.minutes(1))) struct RetryTests {
    private static let throttled = FakeServer.Action.answer(
        400, [:], #"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow"}"#)
    private static let ok = FakeServer.Action.answer(200, [:], "{}")

    @Test func triesAgainAfterAFailureOfTheService() async throws {
        try await FakeServer.with {
            [$0.number < 3 ? .answer(500) : Self.ok]
        } _: { server in
            let test = TestClient(port: server.port)
            _ = try await test.dynamoDB.getItem(table: "t", key: ["k": "v"])
            #expect(server.requests.count == 3)
            #expect(test.pauses == [.milliseconds(50), .milliseconds(100)])
        }
    }

    @Test func givesUpAfterThreeAttempts() async throws {
        try await FakeServer.with { _ in
            [.answer(503, ["x-amzn-requestid": "R1"])]
        } _: { server in
            let test = TestClient(port: server.port)
            let error = await #expect(throws: AWSError.self) {
                _ = try await test.dynamoDB.getItem(table: "t", key: ["k": "v"])
            }
            #expect(error?.status == 503)
            #expect(error?.requestID == "R1")
            #expect(error?.isRetryable == true)
            #expect(server.requests.count == 3)
        }
    }

    @Test func whatMustNotHappenTwiceIsNotTriedAgainWhenItMayHaveHappened() async throws {
        try await FakeServer.with { _ in
            [.answer(500)]
        } _: { server in
            let test = TestClient(port: server.port)
            await #expect(throws: AWSError.self) {
                try await test.dynamoDB.putItem(table: "t", item: [:], condition: "attribute_not_exists(k)")
            }
            await #expect(throws: AWSError.self) {
                try await test.dynamoDB.updateItem(table: "t", key: [:], update: "ADD n :one", values: [":one": 1])
            }
            await #expect(throws: AWSError.self) { _ = try await test.lambda.invoke("f", payload: []) }
            #expect(server.requests.count == 3)
            await #expect(throws: AWSError.self) {
                _ = try await test.lambda.invoke("f", payload: [], options: CallOptions(isIdempotent: true))
            }
            #expect(server.requests.count == 6)
        }
    }

    @Test func whatWasRefusedForItsRateIsAlwaysTriedAgain() async throws {
        try await FakeServer.with {
            [$0.number == 1 ? Self.throttled : Self.ok]
        } _: { server in
            let test = TestClient(port: server.port)
            try await test.dynamoDB.putItem(table: "t", item: [:], condition: "attribute_not_exists(k)")
            #expect(server.requests.count == 2)
        }
    }

    @Test func errorsOfTheCallerAreNotTriedAgain() async throws {
        let answer = FakeServer.Action.answer(400, [:], #"{"__type":"a#ValidationException","Message":"no"}"#)
        try await FakeServer.with { _ in
            [answer]
        } _: { server in
            let test = TestClient(port: server.port)
            let error = await #expect(throws: AWSError.self) {
                _ = try await test.dynamoDB.getItem(table: "t", key: [:])
            }
            #expect(error?.code == .validation)
            #expect(error?.message == "no")
            #expect(server.requests.count == 1)
            #expect(test.pauses.isEmpty)
        }
    }

    @Test func waitsAsLongAsTheServiceAsks() async throws {
        try await FakeServer.with {
            [$0.number == 1 ? .answer(503, ["Retry-After": "7"]) : Self.ok]
        } _: { server in
            let test = TestClient(port: server.port)
            _ = try await test.dynamoDB.getItem(table: "t", key: [:])
            #expect(test.pauses == [.seconds(7)])
        }
    }

    @Test func neverGoesBeyondTheDeadline() async throws {
        try await FakeServer.with { _ in
            [.answer(503, ["Retry-After": "7"])]
        } _: { server in
            let test = TestClient(port: server.port)
            let soon = Deadline(millisecondsSinceEpoch: test.now + 7000)
            await #expect(throws: AWSError.self) {
                _ = try await test.dynamoDB.getItem(table: "t", key: [:], options: CallOptions(deadline: soon))
            }
            #expect(server.requests.count == 1)
            test.client.deadline = soon
            await #expect(throws: AWSError.self) { _ = try await test.dynamoDB.getItem(table: "t", key: [:]) }
            #expect(server.requests.count == 2)
            test.advance(to: soon.millisecondsSinceEpoch)
            await #expect { try await test.dynamoDB.getItem(table: "t", key: [:]) } throws: {
                ($0 as? TransportError)?.kind == .timeout && ($0 as? TransportError)?.mayHaveBeenExecuted == false
            }
            #expect(server.requests.count == 2)
            #expect(test.pauses.isEmpty)
        }
    }

    @Test func whenEverythingFailsRetriesStop() async throws {
        try await FakeServer.with { _ in
            [.answer(500)]
        } _: { server in
            let test = TestClient(port: server.port, retryPolicy: RetryPolicy(tokenCapacity: 12))
            for _ in 0..<4 {
                await #expect(throws: AWSError.self) { _ = try await test.dynamoDB.getItem(table: "t", key: [:]) }
            }
            // 12 tokens pay for two retries of five each.
            #expect(server.requests.count == 6)
        }
    }

    @Test func aClockThatIsWrongIsPutRight() async throws {
        let refusal = FakeServer.Action.answer(
            403, ["Date": "Sun, 30 Aug 2015 13:36:00 GMT"],
            "<Error><Code>RequestTimeTooSkewed</Code><Message>m</Message></Error>")
        try await FakeServer.with {
            [$0["X-Amz-Date"] == "20150830T123600Z" ? refusal : .answer()]
        } _: { server in
            let test = TestClient(port: server.port)
            try await test.s3.deleteObject(bucket: "b", key: "k")
            try await test.s3.deleteObject(bucket: "b", key: "k")
            #expect(server.requests.count == 3)
            #expect(server.requests[2]["X-Amz-Date"]?.hasPrefix("20150830T1336") == true)
        }
    }

    @Test func aConnectionThatWasDroppedIsReplaced() async throws {
        // The first answer promises to keep the connection, and the server then drops it at the next request.
        try await FakeServer.with {
            $0.number == 2 ? [.close] : [Self.ok]
        } _: { server in
            let test = TestClient(port: server.port)
            _ = try await test.dynamoDB.getItem(table: "t", key: [:])
            _ = try await test.dynamoDB.getItem(table: "t", key: [:])
            #expect(server.requests.count == 3)
            #expect(server.requests.map(\.connection) == [1, 1, 2])
        }
    }

    @Test func whatMustNotHappenTwiceIsNotSentAgainOnANewConnection() async throws {
        try await FakeServer.with {
            $0.number == 2 ? [.close] : [Self.ok]
        } _: { server in
            let test = TestClient(port: server.port)
            _ = try await test.dynamoDB.getItem(table: "t", key: [:])
            await #expect {
                try await test.dynamoDB.updateItem(table: "t", key: [:], update: "SET a = a + :x", values: [":x": 1])
            } throws: { ($0 as? TransportError)?.kind == .connectionLost }
            #expect(server.requests.count == 2)
        }
    }

    @Test func delaysGrowToTheirBound() {
        let policy = RetryPolicy(baseDelay: .milliseconds(100), maximumDelay: .seconds(20))
        let delays = (1...10).map { policy.delay(after: $0, random: 1) }
        #expect(delays.prefix(3) == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
        #expect(delays.suffix(2) == [.seconds(20), .seconds(20)])
        #expect(policy.delay(after: 5, random: 0) == .zero)
        #expect(policy.delay(after: .max, random: 0.5) == .seconds(10))
    }

    @Test(arguments: [
        ("SET #a = :a", true), ("SET a = :a, b = if_not_exists(b, :b) REMOVE c", true), ("REMOVE c", true),
        ("DELETE s :s", true), ("ADD n :n", false), ("SET a=:x\nadd n :n", false), ("SET a = a + :n", false),
        ("SET a = a-:n", false), ("SET l = list_append(l, :x)", false), ("SET l=LIST_APPEND (l,:x)", false),
        ("SET address = :a", true),
    ])
    func knowsUpdatesThatCount(_ update: String, _ expected: Bool) {
        #expect(DynamoDBClient.isIdempotent(update: update) == expected)
    }
}
