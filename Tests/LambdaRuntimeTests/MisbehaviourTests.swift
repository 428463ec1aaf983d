import Testing

@testable import LambdaRuntime

@Suite("A Runtime API that misbehaves", .timeLimit(.minutes(1)))
struct MisbehaviourTests {
    static let garbage = [
        "\u{0}\u{1}\u{2}", "HTTP/9.9 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\nX-Long: \(String(repeating: "x", count: 200_000))\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
        "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: a\u{0}b\r\nContent-Length: 1\r\n\r\n0",
        "HTTP/1.1 100 Continue\r\n\r\n",
    ]

    @Test(
        "A response that is refused is noted, and nothing more is said about it", arguments: [400, 403, 413, 404, 429])
    func refusedResponse(status: Int) async throws {
        let served = try await serve(
            Script(.event("0", id: "a"), .event("1", id: "b"), posts: [.refusal(status, "Refused")]),
            ["echo": { _ in Probe.echo }])
        #expect(served.exit == .stopped)
        #expect(served.order == ["next", "response", "next", "response", "next"])
        #expect(served.log.contains { $0.contains("a ERROR") && $0.contains("\(status)") })
    }

    @Test("Any success will do as an answer", arguments: [200, 201, 202, 204])
    func otherSuccess(status: Int) async throws {
        let served = try await serve(
            Script(.event("0"), posts: [.http(status)]), ["echo": { _ in Probe.echo }])
        #expect(served.exit == .stopped)
        #expect(served.log.isEmpty)
    }

    @Test("A server that refuses a large response before it has come whole is survived")
    func refusedEarly() async throws {
        let served = try await serve(
            Script(.event("0"), .event("1"), cutsBodies: true)
        ) { event, response, _ in
            response.send(event == Array("0".utf8) ? [UInt8](repeating: 0x20, count: 8 << 20) : [])
        }
        #expect(served.exit == .stopped)
        #expect(served.posts.map(\.body.count) == [0])
        #expect(served.log.count == 1)
    }

    @Test("Status 500 means that the environment is broken: the loop ends at once")
    func containerError() async throws {
        let onNext = try await serve(Script(.refusal(500, "InternalServerError")), ["echo": { _ in Probe.echo }])
        #expect(onNext.exit == .environmentBroken)
        #expect(onNext.order == ["next"])
        let onResponse = try await serve(
            Script(.event("0"), posts: [.refusal(500, "InternalServerError")]), ["echo": { _ in Probe.echo }])
        #expect(onResponse.exit == .environmentBroken)
        #expect(onResponse.order == ["next", "response"])
        #expect(onResponse.exit.status != 0)
    }

    @Test("Three attempts for an event, then the loop gives up")
    func givesUp() async throws {
        struct Always: RuntimeAPIBehaviour {
            let what: Answer
            mutating func answer(_ request: ReceivedRequest) -> Answer { what }
        }
        let refused = try await serve(Always(what: .refusal(403, "InvalidStateTransition")), ["e": { _ in Probe.echo }])
        #expect(refused.exit == .runtimeAPILost)
        #expect(refused.order == ["next", "next", "next"])
        let anonymous = try await serve(Always(what: .http(200, body: [1])), ["e": { _ in Probe.echo }])
        #expect(anonymous.exit == .runtimeAPILost)
        #expect(anonymous.order == ["next", "next", "next"])
        let lengthOfNoNumber = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"
        for text in Self.garbage + ["", lengthOfNoNumber] {
            let served = try await serve(Always(what: .raw(text)), ["e": { _ in Probe.echo }])
            #expect(served.exit == .runtimeAPILost, "\(text)")
            #expect(served.posts.isEmpty)
        }
    }

    @Test(
        "Answers to a response that make no sense are noted, and the next event is served", arguments: garbage.indices)
    func garbledPost(index: Int) async throws {
        let served = try await serve(
            Script(
                .event("0", id: "a"), .event("1", id: "b"),
                posts: [.raw(Self.garbage[index]), .raw(Self.garbage[index])]),
            ["e": { _ in Probe.echo }])
        #expect(served.exit == .stopped)
        #expect(served.posts.map(\.text) == ["0", "0", "1"])
        #expect(served.log.count == 1)
    }

    @Test("Nobody listens: the loop gives up")
    func unreachable() async throws {
        let served = try await serve(Script(), ["e": { _ in Probe.echo }]) {
            // Port 1 of the loopback interface: nothing listens there.
            if let endpoint = RuntimeEndpoint("127.0.0.1:1") { $0.endpoint = endpoint }
        }
        #expect(served.exit == .runtimeAPILost)
        #expect(served.log.count == 3)
    }

    @Test("Two failures in a row are made good by a success", arguments: [0, 1, 2])
    func recovers(kind: Int) async throws {
        let failure: Answer = [.drop, .raw("garbage"), .http(200)][kind]
        let served = try await serve(
            Script(failure, failure, .event("0"), failure, failure, .event("1")), ["e": { _ in Probe.echo }])
        #expect(served.exit == .stopped)
        #expect(served.posts.map(\.text) == ["0", "1"])
    }

    @Test("A connection that breaks under a response is made anew and the response sent again")
    func brokenPost() async throws {
        let served = try await serve(
            Script(.event("0", id: "a"), .event("1", id: "b"), posts: [.drop, .drop, .drop]),
            ["e": { _ in Probe.echo }])
        #expect(served.exit == .stopped)
        #expect(served.posts.contains { $0.path.contains("/a/") } && served.posts.contains { $0.path.contains("/b/") })
        #expect(served.posts.allSatisfy { $0.call == "response" })
    }

    @Test("An event that is larger than is kept is reported, not served, and the next one is")
    func eventTooLarge() async throws {
        let served = try await serve(
            Script(.event([UInt8](repeating: 1, count: 4097), id: "a"), .event("1", id: "b")),
            ["e": { _ in Probe.echo }]
        ) { $0.eventLimit = 4096 }
        #expect(served.posts.map(\.call) == ["error", "response"])
        #expect(served.posts.first?.headers["lambda-runtime-function-error-type"] == ["Runtime.EventTooLarge"])
    }

    @Test("A request id is escaped into one segment of the path, and the answer to it is not lost")
    func strangeRequestID() async throws {
        let served = try await serve(Script(.event("0", id: "../a b?c#d")), ["e": { _ in Probe.echo }])
        #expect(
            served.posts.map(\.path) == ["/2018-06-01/runtime/invocation/%2E%2E%2Fa%20b%3Fc%23d/response"])
    }
}
