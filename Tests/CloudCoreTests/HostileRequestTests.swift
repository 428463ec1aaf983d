import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

@testable import CloudCore

/// What two programs in a row could read differently, and what is meant to cost more than it is worth.
///
/// Source: RFC 9112, whose sections the cases name.
@Suite struct HostileRequestTests {
    /// Requests that a listener must not take, each with a second one hidden in it, and the status that they get.
    static let refused: [(name: String, text: String, status: Int)] = [
        ("two lengths (6.3)", post("Content-Length: 3\r\nContent-Length: 30") + hidden, 400),
        ("the same length twice (6.3)", post("Content-Length: 3\r\nContent-Length: 3") + hidden, 400),
        ("a list of lengths (6.3)", post("Content-Length: 3, 3") + hidden, 400),
        ("a length with a sign (8.6)", post("Content-Length: +3") + hidden, 400),
        ("a negative length", post("Content-Length: -3") + hidden, 400),
        ("a length in another base", post("Content-Length: 0x3") + hidden, 400),
        ("a length that overflows", post("Content-Length: 18446744073709551619") + hidden, 400),
        ("an empty length", post("Content-Length: ") + hidden, 400),
        (
            "a length and a coding (6.1)",
            post("Content-Length: 3\r\nTransfer-Encoding: chunked") + "0\r\n\r\n" + hidden, 400
        ),
        (
            "a coding and a length (6.1)",
            post("Transfer-Encoding: chunked\r\nContent-Length: 3") + "0\r\n\r\n" + hidden, 400
        ),
        (
            "a coding that is not the last (6.3)", post("Transfer-Encoding: chunked, identity") + "0\r\n\r\n" + hidden,
            400
        ),
        ("a coding that nobody knows", post("Transfer-Encoding: xchunked") + "0\r\n\r\n" + hidden, 400),
        ("a name with a space behind it (5.1)", post("Content-Length : 3") + hidden, 400),
        ("a folded field (5.2)", post("X: a\r\n b\r\nContent-Length: 3") + hidden, 400),
        ("a folded coding (5.2)", post("Transfer-Encoding:\r\n chunked") + "0\r\n\r\n" + hidden, 400),
        ("a field without a name (5)", post(": x\r\nContent-Length: 3") + hidden, 400),
        ("a line without a colon (5)", post("nonsense\r\nContent-Length: 3") + hidden, 400),
        ("a space before the first field (2.2)", "POST / HTTP/1.1\r\n Host: h\r\n\r\n" + hidden, 400),
        ("a bare CR in a field (2.2)", post("X: a\rContent-Length: 3") + hidden, 400),
        ("a zero byte in a field (5.5)", post("X: a\u{0}b") + hidden, 400),
        ("a zero byte in the path", "GET /a\u{0}b HTTP/1.1\r\nHost: h\r\n\r\n" + hidden, 400),
        ("a space in the path (3.2)", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n" + hidden, 400),
        ("a method that is none", "G@T / HTTP/1.1\r\nHost: h\r\n\r\n" + hidden, 400),
        ("another protocol", "GET / XTTP/1.1\r\nHost: h\r\n\r\n" + hidden, 400),
        ("a version to come", "GET / HTTP/9.9\r\nHost: h\r\n\r\n" + hidden, 400),
        (
            "a chunk with a sign (7.1)", post("Transfer-Encoding: chunked") + "+3\r\nabc\r\n0\r\n\r\n" + hidden, 400
        ),
        (
            "a chunk in decimal and more (7.1)",
            post("Transfer-Encoding: chunked") + "3z\r\nabc\r\n0\r\n\r\n" + hidden, 400
        ),
        (
            "a chunk that overflows (7.1)",
            post("Transfer-Encoding: chunked") + "10000000000000003\r\nabc\r\n0\r\n\r\n" + hidden, 400
        ),
        (
            "a chunk longer than it says (7.1)",
            post("Transfer-Encoding: chunked") + "3\r\nabcd\r\n0\r\n\r\n" + hidden, 400
        ),
        (
            "a bare LF behind a chunk's length (7.1)",
            post("Transfer-Encoding: chunked") + "3\nabc\r\n0\r\n\r\n" + hidden, 400
        ),
        ("bare LFs (2.2)", "POST / HTTP/1.1\nHost: h\nContent-Length: 3\n\nabc" + hidden, 400),
        ("one bare LF (2.2)", "POST / HTTP/1.1\r\nHost: h\nContent-Length: 3\r\n\r\nabc" + hidden, 400),
        (
            "a field that floods",
            "GET / HTTP/1.1\r\nHost: h\r\nX: " + String(repeating: "a", count: 90_000)
                + "\r\n\r\n" + hidden, 431
        ),
        (
            "a name that floods",
            "GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "a", count: 90_000)
                + ": x\r\n\r\n" + hidden, 431
        ),
        (
            "fields that flood",
            "GET / HTTP/1.1\r\nHost: h\r\n"
                + String(repeating: "X: " + String(repeating: "a", count: 800) + "\r\n", count: 110) + "\r\n" + hidden,
            431
        ),
        (
            "too many fields",
            "GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "X: a\r\n", count: 600) + "\r\n"
                + hidden, 431
        ),
        ("a path that floods", "GET /" + String(repeating: "a", count: 90_000) + " HTTP/1.1\r\n\r\n", 431),
        (
            "trailers that flood",
            post("Transfer-Encoding: chunked") + "0\r\n"
                + String(repeating: "X: " + String(repeating: "a", count: 800) + "\r\n", count: 110) + "\r\n" + hidden,
            431
        ),
    ]

    private static let hidden = "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n"

    private static func post(_ fields: String) -> String { "POST / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\r\n" }

    @Test(arguments: refused.map(\.name))
    func isRefusedAndHidesNothing(_ name: String) async throws {
        let attack = try #require(Self.refused.first { $0.name == name })
        let paths = NIOLockedValueBox<[String]>([])
        let respond: HTTPServer.Responder = { request in
            paths.withLockedValue { $0.append(request.path) }
            return await HTTPServerTests.echo(request)
        }
        try await HTTPServerTests.serving(respond) { server in
            let client = try RawConnection(port: server.port)
            do {
                try client.send(attack.text)
                let answer = try client.answer()
                #expect(answer.status == attack.status)
                #expect(answer.headers["connection"] == "close")
                #expect(answer.body.isEmpty)
            } catch is RawConnection.Closed {
                // The refusal can overtake what is still being sent; the system then drops what was not read yet.
                #expect(attack.text.utf8.count > 60_000)
            }
            #expect(client.isClosed())
            let other = try RawConnection(port: server.port)
            try other.send("GET /fine HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try other.answer().status == 200)
        }
        let seen = paths.withLockedValue { $0 }
        #expect(!seen.contains("/hidden"))
        #expect(seen.last == "/fine")
    }

    /// What looks alike but is right, and keeps its connection.
    @Test(arguments: [
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n", "/", "abc"),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\t3 \r\n\r\nabc", "/", "abc"),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n003\r\nabc\r\n0\r\n\r\n", "/", "abc"),
        ("\r\nPOST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", "/", "abc"),
        ("GET //a//%2e%2e/%2E/../b%00%c0%af HTTP/1.1\r\nHost: h\r\n\r\n", "//a//%2e%2e/%2E/../b%00%c0%af", ""),
        ("GET /%zz%4 HTTP/1.1\r\nHost: h\r\n\r\n", "/%zz%4", ""),
        ("GET http://h:80/../x HTTP/1.1\r\nHost: h\r\n\r\n", "/../x", ""),
    ])
    func isTakenAsItCame(_ text: String, _ path: String, _ body: String) async throws {
        try await HTTPServerTests.serving(HTTPServerTests.echo) { server in
            let client = try RawConnection(port: server.port)
            try client.send(text)
            let answer = try client.answer()
            #expect(answer.status == 200)
            #expect(answer.headers["x-path"] == path)
            #expect(answer.text == body)
            try client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.answer().headers["x-path"] == "/next")
        }
    }

    @Test func anAbsoluteTargetSaysTheHost() async throws {
        let respond: HTTPServer.Responder = { request in
            CloudResponse(status: 200, contentType: "text/plain", text: request.headers["host"].joined(separator: "|"))
        }
        try await HTTPServerTests.serving(respond) { server in
            let client = try RawConnection(port: server.port)
            for (target, host) in [("/", "a"), ("http://b:1/x", "b:1"), ("http://b?q", "b"), ("http:///x", "a")] {
                try client.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try client.answer().text == host)
            }
        }
    }

    @Test func nonsenseBehindARequestWaitsForItsAnswer() async throws {
        try await HTTPServerTests.serving(HTTPServerTests.echo) { server in
            let client = try RawConnection(port: server.port)
            try client.send("POST /one HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcNONSENSE\r\n\r\n")
            #expect(try client.answer().text == "abc")
            #expect(try client.answer().status == 400)
            #expect(client.isClosed())
        }
    }

    /// An answer that came before the request's end is the only one.
    @Test func nonsenseInABodyThatIsAnsweredEndsTheConnection() async throws {
        try await HTTPServerTests.serving({ _ in CloudResponse(status: 403) }) { server in
            let client = try RawConnection(port: server.port)
            try client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            #expect(try client.answer().status == 403)
            try client.send("NONSENSE\r\n")
            #expect(client.isClosed())
        }
    }

    @Test func nonsenseInABodyIsToldToItsReader() async throws {
        let outcome = NIOLockedValueBox("nothing")
        let respond: HTTPServer.Responder = { request in
            do {
                _ = try await request.body.collect(upTo: 1 << 20)
            } catch {
                outcome.withLockedValue { $0 = "\(error)" }
            }
            return CloudResponse(status: 200)
        }
        let server = try await HTTPServer.start(group: MultiThreadedEventLoopGroup.singleton, respond: respond)
        do {
            let client = try RawConnection(port: server.port)
            try client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nNONSENSE\r\n")
            #expect(try client.answer().status == 400)
            #expect(client.isClosed())
        }
        await server.stop()
        await server.answered()
        #expect(outcome.withLockedValue { $0 } == "incomplete")
    }
}
