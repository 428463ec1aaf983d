import Testing

@testable import LambdaRuntime

@Suite("Answers of every form", .timeLimit(.minutes(1)))
struct HostileAnswerTests {
    private static let id = "Lambda-Runtime-Aws-Request-Id: a\r\n"

    private static let unusualAnswers = [
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nLambda-Runtime-Aws-Request-Id: b\r\n\r\n"
            + "HTTP/1.1 200 OK\r\n\(id)Content-Length: 5\r\n\r\nevent",
        "HTTP/1.0 200\r\n\(id)\r\nevent",
        "HTTP/1.1 200 \r\nLAMBDA-RUNTIME-AWS-REQUEST-ID:a\r\nContent-Length:5\r\n\r\nevent",
        "HTTP/1.1 200 OK\r\n\(id)Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nev\r\n3\r\nent\r\n0\r\nX: y\r\n\r\n",
        "HTTP/1.1 206 Partial\r\n\(id)Content-Length: 5\r\nConnection: close\r\n\r\nevent",
        "HTTP/1.1 200 OK\r\n\(id)" + String(repeating: "X-More: yes\r\n", count: 5_000)
            + "Content-Length: 5\r\n\r\nevent",
        "HTTP/1.1 200 OK\n\(id)Content-Length: 5\n\nevent and more",
    ]

    @Test("Unusual, but HTTP: the event is served", arguments: unusualAnswers.indices)
    func unusual(index: Int) async throws {
        let served = try await serve(Script(.raw(Self.unusualAnswers[index])), ["e": { _ in Probe.echo }])
        #expect(served.exit == .stopped)
        #expect(served.posts.map(\.path) == ["/2018-06-01/runtime/invocation/a/response"])
        #expect(served.posts.map(\.text) == ["event"])
    }

    @Test("What an interim answer says is no part of the answer")
    func interim() async throws {
        let answer = Answer.raw(
            "HTTP/1.1 103 Early Hints\r\n\(Self.id)\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nevent")
        let served = try await serve(Script(answer, answer, answer), ["e": { _ in Probe.echo }])
        #expect(served.exit == .runtimeAPILost)
        #expect(served.posts.isEmpty)
    }

    @Test("Headers of any content end up as text in the context, and harm nothing")
    func strangeHeaders() async throws {
        var answer = Array("HTTP/1.1 200 OK\r\n\(Self.id)".utf8)
        for name in [
            "Deadline-Ms", "Invoked-Function-Arn", "Trace-Id", "Client-Context", "Cognito-Identity", "Aws-Tenant-Id",
        ] {
            answer += Array("Lambda-Runtime-\(name): ".utf8) + [0xFF, 0xC3, 0x28, 0x01, 0x7F, 0x22, 0x5C]
            answer += [UInt8](repeating: 0xE2, count: 10_000) + Array("\r\n".utf8)
        }
        answer += Array("Content-Length: 5\r\n\r\nevent".utf8)
        let served = try await serve(Script(.raw(answer))) { event, response, context in
            #expect(context.clientContext == nil && context.identity == nil)
            #expect(context.traceID?.utf8.isEmpty == false && context.remainingTime > .zero)
            context.logger.info(context.invokedFunctionARN)
            response.send(event)
        }
        #expect(served.exit == .stopped)
        #expect(served.posts.map(\.text) == ["event"])
        #expect(served.log.count == 1 && served.log.allSatisfy { $0.utf8.filter { $0 == 0x0A }.count == 1 })
    }

    @Test("An answer that begins with a folded line, on a connection that has served, touches no memory of others")
    func foldedFirstLine() async throws {
        let folded =
            "HTTP/1.1 200 OK\r\n\tfolded: \(String(repeating: "x", count: 200))\r\n\(Self.id)Content-Length: 1\r\n\r\n0"
        var script = Script()
        for number in 0..<50 { script.events += [.event("whole", id: "b\(number)"), .raw(folded)] }
        let served = try await serve(script, ["e": { _ in Probe.echo }])
        #expect(served.exit == .stopped)
        #expect(served.posts.filter { $0.text == "whole" }.count == 50)
    }

    /// Bytes that come out the same for the same seed (the generator of Numerical Recipes).
    private struct Chance {
        var state: UInt64

        mutating func below(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }

        /// An answer with a few bytes changed, left out, put in, said twice or cut off.
        mutating func damaged(_ answer: [UInt8]) -> [UInt8] {
            var answer = answer
            let telling = Array("\r\n:;0123456789abcdefHTTP/ \t\u{0}\u{7F}-,".utf8)
            for _ in 0...below(4) where answer.count > 1 {
                let at = below(answer.count)
                let end = min(answer.count, at + 1 + below(12))
                switch below(6) {
                case 0: answer[at] = UInt8(below(256))
                case 1: answer[at] = telling[below(telling.count)]
                case 2: answer.removeSubrange(at..<end)
                case 3: answer.insert(telling[below(telling.count)], at: at)
                case 4: answer.insert(contentsOf: answer[at..<end], at: at)
                default: answer.removeSubrange(end...)
                }
            }
            return answer
        }
    }

    @Test("Damaged answers end the attempt or are served; the loop goes on, and comes to its end")
    func damaged() async throws {
        let answers = [
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\(Self.id)Lambda-Runtime-Deadline-Ms: 1700000000000\r\n"
                + "Lambda-Runtime-Trace-Id: Root=1-a\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
            "HTTP/1.1 200 OK\r\n\(Self.id)Transfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\nX: y\r\n\r\n",
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\(Self.id)Content-Length: 2\r\n\r\n[]",
        ].map { Array($0.utf8) }
        var chance = Chance(state: 20_26)
        for round in 0..<400 {
            let damaged = chance.damaged(answers[round % answers.count])
            var script = Script(.raw(damaged), .event("whole", id: "b"), posts: [])
            // Damage to an answer that follows a response is another case.
            if round.isMultiple(of: 2) { script = Script(.event("whole", id: "b"), posts: [.raw(damaged)]) }
            let served = try await serve(script) { event, response, _ in response.send(event) }
            let text = String(decoding: damaged, as: UTF8.self)
            #expect([.stopped, .environmentBroken].contains(served.exit), "\(text)")
            let isWhole = served.posts.contains { $0.path.hasSuffix("/b/response") && $0.text == "whole" }
            #expect(isWhole || served.exit == .environmentBroken, "\(text)")
            #expect(served.requests.count <= 6, "\(text)")
        }
    }
}
