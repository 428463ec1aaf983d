import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import CloudCore

@Suite struct HTTPServerTests {
    /// Runs a test against a listener that answers with `respond`.
    static func serving(
        limits: HTTPLimits = HTTPLimits(), _ respond: @escaping HTTPServer.Responder,
        _ test: @escaping @Sendable (HTTPServer) throws -> Void
    ) async throws {
        let server = try await HTTPServer.start(
            limits: limits, group: .singletonMultiThreadedEventLoopGroup, respond: respond)
        // The client blocks, so it gets a thread of its own: the pool's two are for the responders.
        let outcome = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: Result { try test(server) }) }
        }
        await server.stop()
        try outcome.get()
    }

    @Sendable static func echo(_ request: CloudRequest) async -> CloudResponse {
        do {
            let body = try await request.body.collect(upTo: 64 << 20)
            var headers: HTTPHeaders = ["X-Method": request.method, "X-Path": request.path]
            headers.set("X-Query", request.query)
            headers.set("X-Trailer", request.body.trailers?.first(name: "x-check"))
            return CloudResponse(status: 200, headers: headers, body: .bytes(body))
        } catch RequestBodyError.tooLarge {
            return CloudResponse(status: 413)
        } catch {
            return CloudResponse(status: 400)
        }
    }

    @Test func keepsConnectionsAndAnswersPipelinedRequestsInOrder() async throws {
        try await Self.serving(Self.echo) { server in
            let client = try RawConnection(port: server.port)
            try client.send(
                "GET /a%2Fb?x=1&y HTTP/1.1\r\nHost: h\r\n\r\nPOST /two HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
            )
            let first = try client.answer()
            #expect(first.headers["x-path"] == "/a%2Fb")
            #expect(first.headers["x-query"] == "x=1&y")
            #expect(first.headers["date"]?.hasSuffix("GMT") == true)
            #expect(try client.answer().text == "abc")
            try client.send("GET http://other:1/p?q HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            let last = try client.answer()
            #expect(last.headers["x-path"] == "/p")
            #expect(last.headers["connection"] == "close")
            #expect(client.isClosed())
        }
    }

    @Test func readsChunkedBodiesWithTrailers() async throws {
        try await Self.serving(Self.echo) { server in
            let client = try RawConnection(port: server.port)
            try client.send(
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-Check\r\n\r\n3\r\nabc\r\n")
            try client.send("2\r\nde\r\n0\r\nX-Check: yes\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.text == "abcde")
            #expect(answer.headers["x-trailer"] == "yes")
        }
    }

    @Test func asksForTheBodyOnlyOnceItIsRead() async throws {
        let respond: HTTPServer.Responder = { request in
            request.path == "/refused" ? CloudResponse(status: 403) : await Self.echo(request)
        }
        try await Self.serving(respond) { server in
            let client = try RawConnection(port: server.port)
            try client.send("PUT /taken HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.answer().status == 100)
            try client.send("body")
            #expect(try client.answer().text == "body")
            try client.send("PUT /refused HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
            let refusal = try client.answer()
            #expect(refusal.status == 403)
            #expect(refusal.headers["connection"] == "close")
            #expect(client.isClosed())
        }
    }

    @Test func largeBodiesPassWholeAndStreamsKeepTheirLength() async throws {
        let size = 20 << 20
        try await Self.serving(Self.echo) { server in
            let client = try RawConnection(port: server.port)
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            // Sent from elsewhere: the answer starts only when all has arrived, but the sockets' buffers are small.
            try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(size)\r\n\r\n")
            try client.send(body)
            #expect(try client.answer().body == body)
        }
    }

    @Test func aConnectionGoesOnAfterABodyThatWaitedWholeToBeRead() async throws {
        let respond: HTTPServer.Responder = { request in
            // Nobody reads until all of it is there: its last piece is the one that goes over the mark.
            while !request.body.isComplete { await Task.yield() }
            return await Self.echo(request)
        }
        try await Self.serving(respond) { server in
            let client = try RawConnection(port: server.port)
            let body = [UInt8](repeating: 7, count: RequestBody.highWaterMark + 1)
            for _ in 0..<5 {
                try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.count)\r\n\r\n")
                try client.send(body)
                #expect(try client.answer().body == body)
            }
        }
    }

    @Test func anUnreadBodyDoesNotSpoilTheNextRequest() async throws {
        let respond: HTTPServer.Responder = { request in CloudResponse(status: request.path == "/next" ? 200 : 409) }
        try await Self.serving(respond) { server in
            let client = try RawConnection(port: server.port)
            let body = [UInt8](repeating: 7, count: 600 * 1024)
            try client.send("POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.count)\r\n\r\n")
            #expect(try client.answer().status == 409)
            try client.send(body)
            try client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.answer().status == 200)
        }
    }

    @Test func sendsFilesAndStreamsAndHeads() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("served-\(UUID().uuidString)").path
        try Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0) }).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let respond: HTTPServer.Responder = { request in
            switch request.path {
            case "/file":
                guard let file = try? OpenFile(path: path) else { return CloudResponse(status: 404) }
                return CloudResponse(status: 206, body: .file(file, offset: 10, length: 70_000))
            case "/broken":
                return CloudResponse(
                    status: 200,
                    body: .stream(length: nil) { writer in
                        try await writer.write(ByteBuffer(string: "half"))
                        throw RequestBodyError.incomplete
                    })
            default:
                return CloudResponse(
                    status: 200,
                    body: .stream(length: nil) { writer in
                        for piece in ["one", "two"] { try await writer.write(ByteBuffer(string: piece)) }
                        writer.setTrailers(["X-End": "yes"])
                    })
            }
        }
        try await Self.serving(respond) { server in
            let client = try RawConnection(port: server.port)
            for _ in 0..<3 {
                try client.send("GET /file HTTP/1.1\r\nHost: h\r\n\r\n")
                let answer = try client.answer()
                #expect(answer.body == (10..<70_010).map { UInt8(truncatingIfNeeded: $0) })
            }
            try client.send("HEAD /file HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.answer(hasBody: false).headers["content-length"] == "70000")
            try client.send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n")
            let stream = try client.answer()
            #expect(stream.text == "onetwo")
            #expect(stream.headers["x-end"] == "yes")
            try client.send("GET /broken HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(throws: RawConnection.Closed.self) { try client.answer() }
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: h\r\nBad Header: x\r\n\r\n", "NONSENSE\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: " + String(repeating: "a", count: 100_000) + "\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "X: a\r\n", count: 600) + "\r\n",
    ])
    func malformedRequestsAreRefusedAndOthersServed(_ text: String) async throws {
        try await Self.serving(Self.echo) { server in
            let client = try RawConnection(port: server.port)
            try client.send(text)
            // A refusal may overtake the rest of what is sent; the connection then ends without being readable.
            if let answer = try? client.answer() { #expect(answer.status == 400 || answer.status == 431) }
            #expect(client.isClosed())
            let other = try RawConnection(port: server.port)
            try other.send("GET /fine HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try other.answer().status == 200)
        }
    }

    @Test func aBodyThatIsCutOffIsToldToItsReader() async throws {
        let (outcomes, report) = AsyncStream.makeStream(of: String.self)
        let respond: HTTPServer.Responder = { request in
            do { report.yield("\(try await request.body.collect(upTo: 1 << 20).readableBytes)") } catch {
                report.yield("\(error)")
            }
            return CloudResponse(status: 200)
        }
        let server = try await HTTPServer.start(group: MultiThreadedEventLoopGroup.singleton, respond: respond)
        do {
            let client = try RawConnection(port: server.port)
            try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 400000\r\n\r\nonly this")
        }
        #expect(await outcomes.first { _ in true } == "incomplete")
        await server.stop()
    }

    @Test func aConnectionWithoutARequestIsClosed() async throws {
        var limits = HTTPLimits()
        limits.idle = .milliseconds(50)
        try await Self.serving(limits: limits, Self.echo) { server in
            let client = try RawConnection(port: server.port)
            #expect(client.isClosed())
        }
    }

    /// Bodies that are collected first, bodies that the responder reads as they come, chunked ones, and one that the
    /// caller was asked for.
    @Test(arguments: [
        "Content-Length: 10\r\n\r\nabc", "Content-Length: 400000\r\n\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
        "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n",
    ])
    func aBodyThatStallsEndsIn408AndLeavesNothing(_ fields: String) async throws {
        var limits = HTTPLimits()
        limits.idle = .milliseconds(50)
        let underWay = NIOLockedValueBox(0)
        let respond: HTTPServer.Responder = { request in
            underWay.withLockedValue { $0 += 1 }
            defer { underWay.withLockedValue { $0 -= 1 } }
            return await Self.echo(request)
        }
        try await Self.serving(limits: limits, respond) { server in
            let client = try RawConnection(port: server.port)
            try client.send("POST / HTTP/1.1\r\nHost: h\r\n" + fields)
            var answer = try client.answer()
            if answer.status == 100 { answer = try client.answer() }
            #expect(answer.status == 408)
            #expect(answer.headers["connection"] == "close")
            #expect(client.isClosed())
            // Neither a responder that waits for the rest, nor the connection.
            let patience = ContinuousClock.now + .seconds(20)
            while underWay.withLockedValue({ $0 }) > 0 || server.connectionCount > 0, ContinuousClock.now < patience {
                sched_yield()
            }
            #expect(underWay.withLockedValue { $0 } == 0)
            #expect(server.connectionCount == 0)
        }
    }

    @Test func anAnswerThatHasBegunIsCutOffWhereTheBodyStalls() async throws {
        var limits = HTTPLimits()
        limits.idle = .milliseconds(200)
        let respond: HTTPServer.Responder = { request in
            CloudResponse(
                status: 200,
                body: .stream(length: nil) { writer in
                    for try await piece in request.body { try await writer.write(piece) }
                })
        }
        try await Self.serving(limits: limits, respond) { server in
            var wasCutOff = false
            // On a busy machine the time may be up before the answer has begun: then it is another answer.
            for _ in 0..<50 where !wasCutOff {
                let client = try RawConnection(port: server.port)
                try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 400000\r\n\r\nabc")
                do {
                    #expect(try client.answer().status == 408)
                } catch is RawConnection.Closed {
                    wasCutOff = true
                }
            }
            #expect(wasCutOff)
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", 400), ("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", 400),
        ("GET http://h/ HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nhost: h\r\n\r\n", 200),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 200), ("GET / HTTP/1.0\r\n\r\n", 200),
        ("GET / HTTP/1.0\r\nHost: h\r\n\r\n", 200),
    ])
    func theHostMustBeSaidOnce(_ text: String, _ status: Int) async throws {
        try await Self.serving(Self.echo) { server in
            let client = try RawConnection(port: server.port)
            try client.send(text)
            let answer = try client.answer()
            #expect(answer.status == status)
            #expect((answer.headers["connection"] == "close") == (status == 400 || text.contains("HTTP/1.0")))
            if answer.headers["connection"] == "close" { #expect(client.isClosed()) }
        }
    }

    @Test func aTakenPortIsSaidSo() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await HTTPServer.start(group: group, respond: Self.echo)
        let error = await #expect(throws: HTTPServerError.self) {
            try await HTTPServer.start(port: server.port, group: group, respond: Self.echo)
        }
        #expect(error?.description.contains("\(server.port)") == true)
        await server.stop()
    }
}
