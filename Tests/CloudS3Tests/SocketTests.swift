import CloudCore
import CloudS3
import Foundation
import NIOPosix
import Testing

/// The service behind a real listener, spoken to in plain bytes.
@Suite struct SocketTests {
    private func withServer(_ body: (Int, LocalS3) async throws -> Void) async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let server = try await HTTPServer.start(group: MultiThreadedEventLoopGroup.singleton) { request in
            await s3.service.respond(to: request, call: ServiceCall(requestID: "REQUEST"))
        }
        do {
            try await body(server.port, s3)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Sends bytes and reads what comes back until the connection closes. `half` closes the sending side first.
    private func exchange(_ port: Int, _ bytes: [UInt8], cut: Bool = false) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try Self.exchangeBlocking(port, bytes, cut: cut) })
            }
        }
    }

    private static func exchangeBlocking(_ port: Int, _ bytes: [UInt8], cut: Bool) throws -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw POSIXError(.ECONNREFUSED) }
        var sent = 0
        while sent < bytes.count {
            let step = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if step <= 0 { break }
            sent += step
        }
        if cut { return [] }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return received }
            received += buffer[..<count]
        }
    }

    private func head(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n\r\n").first ?? ""
    }

    @Test func largeContentsGoThroughTheSocket() async throws {
        try await withServer { port, s3 in
            let content = patternBytes(3_000_000)
            let put = Array(
                "PUT /pictures/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(content.count)\r\nConnection: close\r\n\r\n"
                    .utf8)
            #expect(head(try await exchange(port, put + content)).hasPrefix("HTTP/1.1 200"))
            let got = try await exchange(
                port, Array("GET /a HTTP/1.1\r\nHost: pictures.localhost\r\nConnection: close\r\n\r\n".utf8))
            #expect(Array(got.suffix(content.count)) == content)
            let headAnswer = try await exchange(
                port, Array("HEAD /pictures/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
            #expect(head(headAnswer).contains("Content-Length: 3000000"))
            #expect(String(decoding: headAnswer, as: UTF8.self).hasSuffix("\r\n\r\n"))
            let missing = try await exchange(
                port, Array("HEAD /pictures/b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
            #expect(head(missing).hasPrefix("HTTP/1.1 404"))
            #expect(String(decoding: missing, as: UTF8.self).hasSuffix("\r\n\r\n"))
        }
    }

    @Test func framedContentsGoThroughChunkedTransfer() async throws {
        try await withServer { port, s3 in
            let content = patternBytes(700_000)
            func chunk(_ bytes: some Collection<UInt8>) -> [UInt8] {
                Array("\(String(bytes.count, radix: 16))\r\n".utf8) + Array(bytes) + Array("\r\n".utf8)
            }
            var framed: [UInt8] = []
            for start in stride(from: 0, to: content.count, by: 65536) {
                framed += chunk(content[start..<min(content.count, start + 65536)])
            }
            framed += Array("0\r\n\r\n".utf8)
            // The framing of the transfer around the framing of the content, cut at other places.
            var body: [UInt8] = []
            for start in stride(from: 0, to: framed.count, by: 50_000) {
                body += chunk(framed[start..<min(framed.count, start + 50_000)])
            }
            body += Array("0\r\n\r\n".utf8)
            let lines = [
                "PUT /pictures/a HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked",
                "Content-Encoding: aws-chunked",
                "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                "x-amz-decoded-content-length: \(content.count)", "Connection: close", "", "",
            ]
            let answer = try await exchange(port, Array(lines.joined(separator: "\r\n").utf8) + body)
            #expect(head(answer).hasPrefix("HTTP/1.1 200"))
            #expect(await s3.send("GET", "/pictures/a").bytes == content)
        }
    }

    @Test func anUploadThatCannotSucceedIsNotAskedFor() async throws {
        try await withServer { port, _ in
            let lines = [
                "PUT /nowhere/a HTTP/1.1", "Host: localhost", "Content-Length: 5000000", "Expect: 100-continue", "", "",
            ]
            let answer = head(try await exchange(port, Array(lines.joined(separator: "\r\n").utf8)))
            #expect(answer.hasPrefix("HTTP/1.1 404"))
            #expect(answer.contains("Connection: close"))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func anUploadThatBreaksOffLeavesNothing() async throws {
        try await withServer { port, s3 in
            let lines = ["PUT /pictures/a HTTP/1.1", "Host: localhost", "Content-Length: 5000000", "", ""]
            let request = Array(lines.joined(separator: "\r\n").utf8) + patternBytes(2_000_000)
            _ = try await exchange(port, request, cut: true)
            // The service notices when the connection goes; its file goes with the request.
            while s3.files.contains(where: { $0.hasPrefix("tmp/") }) { await Task.yield() }
            #expect(s3.files.isEmpty)
            #expect(await s3.send("GET", "/pictures/a").status == 404)
        }
    }
}
