import AWSSigning
import Digests
import Synchronization
import Testing

@testable import AWSClient

@Suite(.timeLimit(.minutes(1))) struct StreamingTests {
    @Test func aSlowReaderHoldsTheSenderBack() async throws {
        let piece = [UInt8](repeating: 7, count: 1 << 20)
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(64 << 20)\r\n\r\n"
        try await FakeServer.with { _ in
            [.text(head), .sendRepeatedly(piece, 64)]
        } _: { server in
            let test = TestClient(port: server.port, transport: TransportOptions(streamBuffer: 128 * 1024))
            let stream = try await test.s3.streamObject(bucket: "b", key: "k")
            var total = 0
            var sentEarly = 0
            for try await bytes in stream.body {
                total += bytes.count
                if total < 1 << 20 { sentEarly = max(sentEarly, server.piecesSent) }
            }
            #expect(total == 64 << 20)
            // A bufferful and what one callback of curl brings.
            #expect(stream.body.highWaterMark <= 128 * 1024 + 16 * 1024 + 256 * 1024)
            // The rest is in the sockets' own buffers, which are far smaller than the whole.
            #expect(sentEarly < 32)
        }
    }

    @Test func aReaderThatGoesAwayEndsTheTransfer() async throws {
        let piece = [UInt8](repeating: 7, count: 1 << 20)
        try await FakeServer.with { _ in
            [.text("HTTP/1.1 200 OK\r\n\r\n"), .sendRepeatedly(piece, .max)]
        } _: { server in
            let test = TestClient(port: server.port)
            do {
                let stream = try await test.s3.streamObject(bucket: "b", key: "k")
                for try await _ in stream.body { break }
            }
            while server.openConnections > 0 { await Task.yield() }
        }
    }

    @Test func aStreamThatBreaksOffThrows() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789"
        try await FakeServer.with { _ in
            [.text(head), .close]
        } _: { server in
            let test = TestClient(port: server.port)
            let stream = try await test.s3.streamObject(bucket: "b", key: "k")
            #expect(stream.info.contentLength == 100)
            await #expect { try await stream.body.collect(limit: 1000) } throws: {
                ($0 as? TransportError)?.kind == .incompleteAnswer
            }
        }
    }

    @Test func anErrorInsteadOfAStreamIsRead() async throws {
        let body = "<Error><Code>NoSuchKey</Code><Message>gone</Message><RequestId>R</RequestId></Error>"
        try await FakeServer.with { _ in
            [.answer(404, [:], body)]
        } _: { server in
            let test = TestClient(port: server.port)
            let error = await #expect(throws: AWSError.self) {
                _ = try await test.s3.streamObject(bucket: "b", key: "k")
            }
            #expect(error?.code == .noSuchKey)
            #expect(error?.requestID == "R")
        }
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 1_000_000])
    func streamsUpInSignedChunks(_ size: Int) async throws {
        let whole = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) }
        try await FakeServer.with { _ in
            [.answer(200, ["ETag": "\"e\""])]
        } _: { server in
            let test = TestClient(port: server.port)
            let held = Mutex((offset: 0, largest: 0))
            let upload = StreamedUpload(length: size, isReplayable: true) {
                held.withLock { $0.offset = 0 }
                return {
                    held.withLock { state in
                        guard state.offset < whole.count else { return nil }
                        let piece = Array(whole[state.offset..<min(state.offset + 10_000, whole.count)])
                        state.offset += piece.count
                        return piece
                    }
                }
            }
            try await test.s3.putObject(bucket: "b", key: "k", body: .stream(upload))
            let request = try #require(server.requests.first)
            try request.verifySignature()
            #expect(request["x-amz-decoded-content-length"] == String(size))
            #expect(request["x-amz-content-sha256"] == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
            #expect(request["content-encoding"] == "aws-chunked")
            let decoded = try decodeChunks(request)
            #expect(decoded == whole)
        }
    }

    /// Takes the framing apart as a service does, checking each signature and the checksum at the end.
    private func decodeChunks(_ request: FakeServer.Request) throws -> [UInt8] {
        let signable = SignableRequest(
            method: request.method, path: request.path, query: request.query, headers: request.headers)
        let signature = try #require(try SignatureV4.parse(signable))
        let key = try #require(signature.key(secretAccessKey: TestClient.credentials.secretAccessKey))
        var signer = ChunkSigner(seed: signature.signature, key: key, date: try #require(signature.date))
        var rest = request.body[...]
        func line() throws -> String {
            let end = try #require(rest.firstRange(of: Array("\r\n".utf8)))
            defer { rest = rest[end.upperBound...] }
            return String(decoding: rest[..<end.lowerBound], as: UTF8.self)
        }
        var decoded: [UInt8] = []
        while true {
            let parts = try line().split(separator: ";chunk-signature=")
            let size = try #require(Int(parts[0], radix: 16))
            let chunk = rest.prefix(size)
            #expect(signer.sign(chunk: chunk) == parts[1])
            if size == 0 { break }
            decoded += chunk
            rest = rest.dropFirst(size)
            #expect(try line() == "")
        }
        let checksum = CyclicRedundancyCheck.crc32Text(of: decoded)
        #expect(try line() == "x-amz-checksum-crc32:\(checksum)")
        let expected = signer.sign(trailer: [("x-amz-checksum-crc32", checksum)])
        #expect(try line() == "x-amz-trailer-signature:\(expected)")
        #expect(try line() == "")
        #expect(rest.isEmpty)
        return decoded
    }

    @Test(arguments: [true, false])
    func onlyABodyThatCanStartOverIsSentAgain(_ isReplayable: Bool) async throws {
        try await FakeServer.with {
            [$0.number == 1 ? .answer(503) : .answer(200)]
        } _: { server in
            let test = TestClient(port: server.port)
            let upload = StreamedUpload(length: 3, isReplayable: isReplayable) {
                let pieces = Mutex<[[UInt8]]>([[1], [2, 3]])
                return { pieces.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
            }
            if isReplayable {
                try await test.s3.putObject(bucket: "b", key: "k", body: .stream(upload))
            } else {
                await #expect(throws: AWSError.self) {
                    try await test.s3.putObject(bucket: "b", key: "k", body: .stream(upload))
                }
            }
            #expect(server.requests.count == (isReplayable ? 2 : 1))
        }
    }

    private struct Broken: Error {}

    @Test(arguments: ["short", "long", "throws"])
    func aSourceThatDoesNotKeepItsWordFails(_ flaw: String) async throws {
        try await FakeServer.with { _ in
            [.answer()]
        } _: { server in
            let test = TestClient(port: server.port)
            let upload = StreamedUpload(length: 100_000, isReplayable: true) {
                let left = Mutex(flaw == "long" ? 3 : 1)
                return {
                    let more = left.withLock { left in
                        left -= 1
                        return left >= 0
                    }
                    if !more, flaw == "throws" { throw Broken() }
                    return more ? [UInt8](repeating: 1, count: 50_000) : nil
                }
            }
            await #expect {
                try await test.s3.putObject(bucket: "b", key: "k", body: .stream(upload))
            } throws: { ($0 as? TransportError)?.kind == .bodySource }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func oneObjectStreamsIntoAnother() async throws {
        let whole = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 >> 4) }
        try await FakeServer.with { request in
            request.method == "GET" ? [.answer(200, [:], whole)] : [.answer()]
        } _: { server in
            let test = TestClient(port: server.port)
            let source = try await test.s3.streamObject(bucket: "b", key: "from")
            let upload = StreamedUpload(length: source.info.contentLength, source.body)
            try await test.s3.putObject(bucket: "b", key: "to", body: .stream(upload))
            let request = try #require(server.requests.last)
            #expect(try decodeChunks(request) == whole)
        }
    }
}
