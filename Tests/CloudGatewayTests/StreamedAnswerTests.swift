import CloudCore
import NIOCore
import Synchronization
import Testing

@testable import CloudGateway

/// What ends a prelude.
private let zeros = String(repeating: "\0", count: 8)

@Suite("Answers in pieces")
struct StreamedAnswerTests {
    private struct Received: Equatable {
        var status: Int
        var type: String?
        var pieces: [String]
    }

    private func respond(_ invoker: FakeInvoker) async -> CloudResponse {
        await gateway([streamingURL], invoker).respond(to: request("GET", "/", ["Host": "url1.lambda-url.x.localhost"]))
    }

    /// The answer, whole.
    private func receive(_ invoker: FakeInvoker) async throws -> Received {
        let response = await respond(invoker)
        let pieces = Mutex<[String]>([])
        switch response.body {
        case .bytes(let bytes): pieces.withLock { $0.append(String(buffer: bytes)) }
        case .stream(_, let produce):
            try await produce(ResponseWriter(write: { bytes in pieces.withLock { $0.append(String(buffer: bytes)) } }))
        case .file: Issue.record("a file")
        }
        return Received(
            status: response.status, type: response.headers.first(name: "content-type"), pieces: pieces.withLock { $0 })
    }

    // MARK: Types

    @Test(.timeLimit(.minutes(1)), arguments: ["application/x-ndjson", "application/json", nil] as [String?])
    func aPieceOfJSONGoesOutBeforeTheNextIsWritten(type: String?) async throws {
        let (taken, take) = AsyncStream<Void>.makeStream()
        let invoker = FakeInvoker { invocation in
            let pass = try #require(invocation.onResponsePiece)
            try await pass(.head(contentType: type))
            try await pass(.body(ByteBuffer(string: "{\"n\":1}\n")))
            for await _ in taken { break }
            try await pass(.body(ByteBuffer(string: "{\"n\":2}\n")))
            return InvocationResult(payload: ByteBuffer(), requestID: "r")
        }
        let response = await respond(invoker)
        #expect(response.headers["content-type"] == [type ?? "application/octet-stream"])
        guard case .stream(nil, let produce) = response.body else {
            Issue.record("no stream")
            return take.finish()
        }
        let pieces = Mutex<[String]>([])
        try await produce(
            ResponseWriter(write: { bytes in
                pieces.withLock { $0.append(String(buffer: bytes)) }
                take.yield()
            }))
        #expect(pieces.withLock { $0 } == ["{\"n\":1}\n", "{\"n\":2}\n"])
    }

    @Test(
        arguments: [
            ("application/json", #"{"statusCode":404,"body":"x"}"#), (nil, #"{"statusCode":404,"body":"x"}"#),
            ("application/json", "{ \"spaced\" : 1.0 }"), ("text/html; charset=utf-8", "<p>"),
            ("text/plain", "{\"statusCode\":404}\0\0\0\0\0\0\0\0rest"),
            (nil, "{\"statusCode\":404}\0\0\0\0\0\0\0\0rest"),
        ] as [(String?, String)])
    func bytesOfAnyOtherTypeAreLeftAlone(type: String?, text: String) async throws {
        #expect(
            try await receive(FakeInvoker(streaming: [text], type: type))
                == Received(status: 200, type: type ?? "application/octet-stream", pieces: [text]))
    }

    @Test(arguments: ["", "text/plain\u{7}"])
    func whatCannotStandInAHeadIsNoType(type: String) async throws {
        #expect(
            try await receive(FakeInvoker(streaming: ["a"], type: type))
                == Received(status: 200, type: "application/octet-stream", pieces: ["a"]))
    }

    @Test func aStreamOfNothingHasItsType() async throws {
        #expect(
            try await receive(FakeInvoker(streaming: [], type: "text/css"))
                == Received(status: 200, type: "text/css", pieces: [""]))
    }

    // MARK: Preludes

    @Test(arguments: [
        "application/vnd.awslambda.http-integration-response",
        "Application/Vnd.AWSLambda.HTTP-Integration-Response; charset=utf-8",
    ])
    func theTypeAnnouncesAPrelude(type: String) async throws {
        let text = #" {"statusCode":203,"headers":{"content-type":"a/b"}}"# + zeros + "{}"
        #expect(
            try await receive(FakeInvoker(streaming: [text, "more"], type: type))
                == Received(status: 203, type: "a/b", pieces: ["{}", "more"]))
    }

    @Test func aPreludeMayComeInPiecesOfAnySize() {
        let bytes = Array((#"{"statusCode":203}"# + zeros + "body").utf8)
        let end = bytes.count - 4
        for size in 1...bytes.count {
            var prelude = StreamedPrelude()
            var taken = 0
            while taken < bytes.count {
                let piece = bytes[taken..<min(taken + size, bytes.count)]
                taken += piece.count
                switch prelude.take(ByteBuffer(bytes: piece)) {
                case .incomplete: #expect(taken < end)
                case .complete(let status, _, let rest):
                    #expect(taken >= end)
                    #expect(status == 203)
                    #expect(Array(rest.readableBytesView) == Array(bytes[end..<taken]))
                    taken = bytes.count
                case .malformed:
                    Issue.record("malformed in pieces of \(size)")
                    taken = bytes.count
                }
            }
        }
    }

    @Test func aPreludeHasALimitAndTheBodyBehindItHasNone() {
        for (more, isWhole) in [(0, true), (1, false)] {
            let filling = String(repeating: " ", count: StreamedPrelude.limit - 2 + more)
            var prelude = StreamedPrelude()
            let progress = prelude.take(
                ByteBuffer(string: "{" + filling + "}" + zeros + String(repeating: "x", count: 100_000)))
            if case .complete(_, _, let rest) = progress {
                #expect(isWhole)
                #expect(rest.readableBytes == 100_000)
            } else {
                #expect(!isWhole)
            }
        }
    }

    @Test(arguments: [
        ["no JSON" + zeros + "body"], ["[]" + zeros], [zeros + "body"], [#"{"statusCode":700}"# + zeros],
        ["{}\0\0\0\0\0\0\0", "body"], ["{}\0\0\0\0\0\0\0"], [#"{"statusCode":200}"#], [#"{"statusCode":"#], [],
        Array(repeating: String(repeating: " ", count: 8192), count: 9),
    ])
    func aBrokenPreludeIsABadAnswer(pieces: [String]) async throws {
        // What comes behind it is refused, and the function none the wiser.
        let invoker = FakeInvoker { invocation in
            try await invocation.onResponsePiece?(.head(contentType: StreamedPrelude.contentType))
            for piece in pieces { try? await invocation.onResponsePiece?(.body(ByteBuffer(string: piece))) }
            return InvocationResult(payload: ByteBuffer(), requestID: "r")
        }
        #expect(try await receive(invoker).status == 502)
    }

    // MARK: Functions that do not stream

    @Test(
        arguments: [
            (
                nil, #"{"statusCode":202,"body":"whole"}"#,
                Received(status: 202, type: "application/json", pieces: ["whole"])
            ),
            ("text/html", #"{ "a" : 1 }"#, Received(status: 200, type: "application/json", pieces: [#"{"a":1}"#])),
            ("text/html", "<p>", Received(status: 200, type: "application/octet-stream", pieces: ["<p>"])),
            (
                StreamedPrelude.contentType, #"{"statusCode":203}"# + zeros + "b",
                Received(status: 203, type: "application/octet-stream", pieces: ["b"])
            ),
        ] as [(String?, String, Received)])
    private func anAnswerAllAtOnceIsReadAsThatOfAnyURL(type: String?, text: String, expected: Received) async throws {
        let invoker = FakeInvoker { _ in
            InvocationResult(payload: ByteBuffer(string: text), contentType: type, requestID: "r")
        }
        #expect(try await receive(invoker) == expected)
    }
}
