import CloudCore
import CloudGateway
import JSONValue
import NIOCore
import Replay
import Synchronization
import Testing

@testable import Emulator

/// What comes in from outside, on its way to a recorder.
@Suite("Recording") struct RecordingTests {
    private func exchange(_ number: Int, bytes: Int = 0) -> ObservedExchange {
        ObservedExchange(
            entrance: .gateway, offset: 0, method: "GET", target: "/\(number)", requestHeaders: [],
            requestBody: .bytes([UInt8](repeating: 0, count: bytes)), status: 200, responseHeaders: [],
            responseBody: .bytes([]))
    }

    @Test func aSlowRecorderCostsExchangesAndNoMemory() async throws {
        let subscription = RecordingSubscription(bodyLimit: 1 << 30)
        let size = 8 << 20
        for number in 0..<20 { subscription.offer(exchange(number, bytes: size), began: .now) }
        var targets: [String] = []
        var leftOut = 0
        while leftOut == 0, let item = await subscription.next() {
            switch item {
            case .exchange(let exchange): targets.append(exchange.target)
            case .leftOut(let count): leftOut = count
            }
        }
        #expect(targets == (0..<7).map { "/\($0)" })
        #expect(leftOut == 13)
        subscription.offer(exchange(20), began: .now)
        guard case .exchange(let next)? = await subscription.next() else { Issue.record("nothing came"); return }
        #expect(next.target == "/20")
        subscription.end()
        #expect(await subscription.next() == nil)
    }

    @Test func requestsThatBeganBeforeTheRecordingAreNoneOfIt() async throws {
        let began = ContinuousClock.now
        let subscription = RecordingSubscription(bodyLimit: 10)
        subscription.offer(exchange(1), began: began - .seconds(1))
        subscription.offer(exchange(2, bytes: 11), began: .now)
        guard case .exchange(let next)? = await subscription.next() else { Issue.record("nothing came"); return }
        #expect(next.target == "/2")
        guard case .leftOut(let length, let sha256) = next.requestBody else { Issue.record("kept"); return }
        #expect(length == 11)
        #expect(sha256.count == 64)
    }

    @Test func bodiesAreKeptUpToTheLimitAndDigestedBeyondIt() {
        let short = BodyCapture(limit: 6)
        for piece in ["abc", "def"] { short.receive(ByteBuffer(string: piece)) }
        #expect(short.body() == .bytes(Array("abcdef".utf8)))
        let long = BodyCapture(limit: 5)
        for piece in ["a", "bc"] { long.receive(ByteBuffer(string: piece)) }
        long.receive(ByteBuffer(string: "def"))
        #expect(
            long.body()
                == .leftOut(length: 6, sha256: "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721"))
    }

    private let edge: HTTPServer.Responder = { request in
        _ = try? await request.body.collect(upTo: 100)
        return CloudResponse(
            status: 200,
            body: .stream(length: nil) { writer in
                try await writer.write(ByteBuffer(string: "one "))
                try await writer.write(ByteBuffer(string: "two"))
            })
    }

    @Test(
        arguments: [
            ("/2015-03-31/functions/f/invocations", [:], true),
            ("/2015-03-31/functions/f/invocations", ["X-Amz-Security-Token": "function-1"], false),
            ("/2015-03-31/functions/f/invocations", ["X-Amz-Security-Token": "a caller's own"], true),
            ("/2015-03-31/functions/f", [:], false), ("/bucket/key", [:], false),
            ("/bucket/key?X-Amz-Signature=00", [:], true), ("/_darkroom/state", [:], false),
        ] as [(String, [String: String], Bool)])
    func atTheEdgeOnlyCallsFromOutsideAreRecorded(
        _ target: String, _ headers: [String: String], _ isRecorded: Bool
    ) async throws {
        let recorder = ExchangeRecorder(functionToken: "function-1", clock: CloudClock())
        let subscription = recorder.subscribe(bodyLimit: 100)
        let response = await recorder.edge(
            CloudRequest(
                method: "POST", target: target, headers: .init(headers.map { ($0, $1) }),
                body: RequestBody(ByteBuffer(string: "sent"))), respond: edge)
        guard case .stream(_, let write) = response.body else { Issue.record("no stream"); return }
        let sent = Mutex("")
        try await write(ResponseWriter(write: { piece in sent.withLock { $0 += String(buffer: piece) } }))
        #expect(sent.withLock { $0 } == "one two")
        recorder.end()
        let item = await subscription.next()
        #expect((item != nil) == isRecorded)
        guard case .exchange(let exchange)? = item else { return }
        #expect(exchange.target == target)
        #expect(exchange.requestBody == .bytes(Array("sent".utf8)))
        #expect(exchange.responseBody == .bytes(Array("one two".utf8)))
        #expect(exchange.function == (target.contains("functions") ? "f" : nil))
    }

    @Test func workThatIsUnderWayIsNoted() async throws {
        let clock = CloudClock()
        let recorder = ExchangeRecorder(functionToken: "function-1", clock: clock)
        let subscription = recorder.subscribe(bodyLimit: 100)
        let request = { CloudRequest(method: "POST", target: "/2015-03-31/functions/f/invocations") }
        let hold = clock.hold()
        _ = await recorder.edge(request()) { _ in
            // Over before the answer: what counts is what the request met.
            hold.release()
            return CloudResponse(status: 200, contentType: "application/json", text: "{}")
        }
        _ = await recorder.edge(request()) { _ in CloudResponse(status: 202, contentType: "text/plain", text: "") }
        recorder.end()
        var found: [Bool] = []
        while case .exchange(let exchange)? = await subscription.next() { found.append(exchange.isSettled) }
        #expect(found == [false, true])
    }

    @Test func theEndpointWritesASessionWithoutSecrets() async throws {
        let recorder = ExchangeRecorder(functionToken: "function-1", clock: CloudClock())
        let endpoint = RecordingEndpoint(
            recorder: recorder, clock: CloudClock(startingAt: Timestamp(seconds: 1_772_323_200), pace: .frozen),
            identity: CloudIdentity(), edge: "http://127.0.0.1:1", gateway: "http://127.0.0.1:2")
        let response = endpoint.respond(
            to: CloudRequest(method: "GET", target: "/_darkroom/record?bodyLimit=50&secret=my%20key"))
        guard case .stream(_, let write) = response.body else { Issue.record("no stream"); return }
        _ = await recorder.edge(
            CloudRequest(
                method: "POST", target: "/2015-03-31/functions/f/invocations",
                body: RequestBody(ByteBuffer(string: #"{"my_key":"open sesame"}"#)))
        ) { request in
            _ = try? await request.body.collect(upTo: 100)
            return CloudResponse(status: 200, contentType: "application/json", text: "{}")
        }
        recorder.end()
        let lines = Mutex("")
        try await write(ResponseWriter(write: { piece in lines.withLock { $0 += String(buffer: piece) } }))
        let text = lines.withLock { $0 }.split(separator: "\n")
        #expect(text.count == 2)
        #expect(text[0].contains(#""now":"2026-03-01T00:00:00.000Z","factor":0"#))
        #expect(text[1].contains("${secret:1:my_key}"))
        #expect(!text[1].contains("sesame"))
    }

    @Test func aBodyLimitThatIsNoneIsRefused() {
        let endpoint = RecordingEndpoint(
            recorder: ExchangeRecorder(functionToken: "", clock: CloudClock()), clock: CloudClock(),
            identity: CloudIdentity(), edge: "",
            gateway: "")
        for limit in ["x", "-1", "999999999999"] {
            let request = CloudRequest(method: "GET", target: "/_darkroom/record?bodyLimit=\(limit)")
            #expect(endpoint.respond(to: request).status == 400)
        }
    }
}
