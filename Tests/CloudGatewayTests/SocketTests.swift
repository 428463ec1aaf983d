import CloudCore
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

@testable import CloudGateway

/// The whole chain but the function: a socket, the server, the gateway.
@Suite("Over a socket")
struct SocketTests {
    /// Sends requests on one connection, the last of which closes it, and gives back all that came.
    private func exchange(_ text: String, _ api: GatewayAPI, _ invoker: FakeInvoker) async throws -> String {
        let gateway = gateway([api], invoker)
        let server = try await HTTPServer.start(group: .singletonMultiThreadedEventLoopGroup) {
            await gateway.respond(to: $0)
        }
        let port = server.port
        let outcome = await withCheckedContinuation { continuation in
            // The client blocks, so it gets a thread of its own.
            Thread.detachNewThread { continuation.resume(returning: Result { try Self.talk(text, port: port) }) }
        }
        await server.stop()
        return try outcome.get()
    }

    private static func talk(_ text: String, port: Int) throws -> String {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw POSIXError(.ECONNREFUSED) }
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let step = bytes[sent...].withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard step > 0 else { break }
            sent += step
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let step = recv(socket, &buffer, buffer.count, 0)
            guard step > 0 else { return String(decoding: received, as: UTF8.self) }
            received += buffer[..<step]
        }
    }

    @Test func requestsAreAnsweredOnOneConnection() async throws {
        let invoker = FakeInvoker { invocation in
            let text = String(buffer: invocation.payload)
            let isFirst = text.contains(#""rawPath":"/one""#)
            return InvocationResult(payload: ByteBuffer(string: isFirst ? #""first""# : #""second""#), requestID: "r")
        }
        let received = try await exchange(
            "GET /one HTTP/1.1\r\nHost: h\r\n\r\nPOST /two HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
                + "Connection: close\r\n\r\nabc", api(), invoker)
        #expect(received.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
        #expect(received.contains("\r\n\r\nfirst"))
        #expect(received.hasSuffix("\r\n\r\nsecond"))
        #expect(invoker.event?["body"] == "abc")
    }

    private let ask = "GET / HTTP/1.1\r\nHost: url1.lambda-url.x.localhost\r\nConnection: close\r\n\r\n"

    @Test func streamsGoOutPieceByPiece() async throws {
        let zeros = String(repeating: "\0", count: 8)
        let prelude = #"{"statusCode":201,"headers":{"Content-Type":"text/plain"},"cookies":["a=1"]}"#
        let received = try await exchange(
            ask, streamingURL,
            FakeInvoker(
                streaming: [prelude + zeros.prefix(3), zeros.dropFirst(3) + "ab", "cd"],
                type: StreamedPrelude.contentType))
        #expect(received.hasPrefix("HTTP/1.1 201 Created"))
        #expect(received.contains("Content-Type: text/plain"))
        #expect(received.contains("Set-Cookie: a=1"))
        #expect(received.hasSuffix("2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n"))
    }

    @Test func aStreamWithoutAPreludeIsBytes() async throws {
        let received = try await exchange(ask, streamingURL, FakeInvoker(streaming: ["ab", "cd"]))
        #expect(received.hasPrefix("HTTP/1.1 200 OK"))
        #expect(received.contains("Content-Type: application/octet-stream"))
        #expect(received.hasSuffix("2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n"))
    }

    @Test func aFailureBeforeTheFirstByteIsAnError() async throws {
        let received = try await exchange(ask, streamingURL, FakeInvoker(streaming: [], error: "Unhandled"))
        #expect(received.hasPrefix("HTTP/1.1 502"))
    }

    @Test func aFailureInTheMiddleBreaksTheAnswerOff() async throws {
        let received = try await exchange(ask, streamingURL, FakeInvoker(streaming: ["ab"], error: "Unhandled"))
        #expect(received.hasPrefix("HTTP/1.1 200"))
        #expect(!received.hasSuffix("0\r\n\r\n"))
    }

    @Test func aFailureInTheMiddleOfAPreludeIsAnError() async throws {
        let received = try await exchange(
            ask, streamingURL,
            FakeInvoker(
                streaming: [#"{"statusCode":200"#], type: StreamedPrelude.contentType, error: "Unhandled"))
        #expect(received.hasPrefix("HTTP/1.1 502"))
    }

    /// A call whose time is up ends while a piece of its answer is on its way: it must not be waited for.
    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func aPieceThatComesBehindTheEndOfTheCallIsRefused(fails: Bool) async throws {
        let late = Mutex<Piece?>(nil)
        let invoker = FakeInvoker { invocation in
            late.withLock { $0 = invocation.onResponsePiece.map { Piece(pass: $0) } }
            if fails { throw ServiceError("ServiceException", "gone", status: 500) }
            return InvocationResult(payload: ByteBuffer(), functionError: "Unhandled", requestID: "r")
        }
        let received = try await exchange(ask, streamingURL, invoker)
        #expect(received.hasPrefix("HTTP/1.1 502"))
        let piece = try #require(late.withLock { $0 })
        await #expect(throws: CancellationError.self) { try await piece.pass(.body(ByteBuffer(string: "late"))) }
    }

    private struct Piece: Sendable {
        var pass: @Sendable (ResponsePiece) async throws -> Void
    }

    @Test func aFunctionThatDoesNotStreamIsReadAsEver() async throws {
        let invoker = FakeInvoker(answering: #"{"statusCode":202,"body":"whole"}"#)
        let received = try await exchange(ask, streamingURL, invoker)
        #expect(received.hasPrefix("HTTP/1.1 202"))
        #expect(received.hasSuffix("whole"))
    }
}
