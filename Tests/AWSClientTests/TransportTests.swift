import Synchronization
import Testing

@testable import AWSClient

@Suite(.timeLimit(.minutes(1))) struct TransportTests {
    private func get(_ test: TestClient, limit: Int = 1 << 20) async throws -> [UInt8] {
        try await test.s3.getObject(
            bucket: "b", key: "k", limit: limit, options: CallOptions(maximumAttempts: 1)
        ).body
    }

    private func kind(_ body: () async throws -> Void) async -> TransportError.Kind? {
        do {
            try await body()
            return nil
        } catch { return (error as? TransportError)?.kind }
    }

    @Test func twentyCallsRunAtOnce() async throws {
        // Nobody is answered before all have asked.
        try await FakeServer.with { _ in
            [.awaitRequests(20), .answer(200, [:], "x")]
        } _: { server in
            let test = TestClient(port: server.port)
            try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<20 { group.addTask { try await get(test) } }
                for try await body in group { #expect(body == [UInt8(ascii: "x")]) }
            }
            #expect(Set(server.requests.map(\.connection)).count == 20)
        }
    }

    @Test func nobodyListens() async throws {
        let port = try await FakeServer.with { _ in
            []
        } _: {
            $0.port
        }
        let test = TestClient(port: port)
        #expect(await kind { _ = try await get(test) } == .refused)
        // What was never sent may be tried again, whatever it is.
        await #expect {
            try await test.dynamoDB.updateItem(table: "t", key: [:], update: "ADD n :n", values: [":n": 1])
        } throws: { ($0 as? TransportError)?.mayHaveBeenExecuted == false }
        #expect(test.pauses.count == 2)
    }

    @Test func noAnswerInTime() async throws {
        try await FakeServer.with { _ in
            []
        } _: { server in
            let test = TestClient(
                port: server.port, transport: TransportOptions(totalTimeout: .milliseconds(50)))
            #expect(await kind { _ = try await get(test) } == .timeout)
        }
    }

    @Test func anAnswerThatStopsComing() async throws {
        try await FakeServer.with { _ in
            [.text("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")]
        } _: { server in
            let test = TestClient(port: server.port, transport: TransportOptions(stallTimeout: .seconds(1)))
            #expect(await kind { _ = try await get(test) } == .timeout)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
    ])
    func answersThatBreakOff(_ text: String) async throws {
        try await FakeServer.with { _ in
            [.text(text), .close]
        } _: { server in
            let test = TestClient(port: server.port)
            let kind = await kind { _ = try await get(test) }
            #expect(kind == .incompleteAnswer || kind == .other, "\(String(describing: kind))")
        }
    }

    @Test func theConnectionEndsWithoutAnAnswer() async throws {
        try await FakeServer.with { _ in
            [.close]
        } _: { server in
            let test = TestClient(port: server.port)
            #expect(await kind { _ = try await get(test) } == .connectionLost)
            // Reading may be tried again.
            #expect(await kind { _ = try await test.s3.getObject(bucket: "b", key: "k") } == .connectionLost)
            #expect(server.requests.count == 4)
        }
    }

    @Test func anAnswerThatIsTooLarge() async throws {
        try await FakeServer.with { _ in
            [.answer(200, [:], [UInt8](repeating: 7, count: 1001))]
        } _: { server in
            let test = TestClient(port: server.port)
            #expect(await kind { _ = try await get(test, limit: 1000) } == .tooLarge(limit: 1000))
            let body = try await get(test, limit: 1001)
            #expect(body.count == 1001)
        }
    }

    @Test func anEndlessAnswerIsCutOffAtTheLimit() async throws {
        let piece = [UInt8](repeating: 7, count: 64 * 1024)
        let head = "HTTP/1.1 200 OK\r\n\r\n"
        try await FakeServer.with { _ in
            [.text(head), .sendRepeatedly(piece, .max)]
        } _: { server in
            let test = TestClient(port: server.port)
            #expect(await kind { _ = try await get(test, limit: 1 << 20) } == .tooLarge(limit: 1 << 20))
        }
    }

    @Test func headersWithoutEndAreRefused() async throws {
        let line = Array("X-Filler: \(String(repeating: "x", count: 1000))\r\n".utf8)
        try await FakeServer.with { _ in
            [.text("HTTP/1.1 200 OK\r\n"), .sendRepeatedly(line, 2000)]
        } _: { server in
            let test = TestClient(port: server.port)
            #expect(await kind { _ = try await get(test) } != nil)
        }
    }

    @Test func cancellingEndsTheTransfer() async throws {
        try await FakeServer.with { _ in
            []
        } _: { server in
            let test = TestClient(port: server.port)
            let call = Task { try await get(test) }
            while server.requests.isEmpty { await Task.yield() }
            call.cancel()
            await #expect { try await call.value } throws: { ($0 as? TransportError)?.kind == .cancelled }
            while server.openConnections > 0 { await Task.yield() }
        }
    }

    @Test func aCancelledTaskSendsNothing() async throws {
        try await FakeServer.with { _ in
            [.answer()]
        } _: { server in
            let test = TestClient(port: server.port)
            let kind = await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await self.kind { _ = try await get(test) }
            }.value
            #expect(kind == .cancelled)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func aClientThatGoesAwayClosesItsConnections() async throws {
        try await FakeServer.with { _ in
            [.answer(200, [:], "x")]
        } _: { server in
            do {
                let test = TestClient(port: server.port)
                _ = try await get(test)
                #expect(server.openConnections == 1)
            }
            while server.openConnections > 0 { await Task.yield() }
        }
    }
}
