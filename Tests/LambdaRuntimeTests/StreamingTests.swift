import Foundation
import JSONValue
import NIOConcurrencyHelpers
import Testing

@testable import LambdaRuntime

@Suite("Streamed responses", .timeLimit(.minutes(1)))
struct StreamingTests {
    @Test("Pieces go out in order, chunked and marked")
    func pieces() async throws {
        let served = try await serve(Script(.event("0", id: "a"), .event("1", id: "b"))) { event, response, _ in
            guard event == Array("0".utf8) else { return response.send("whole") }
            response.stream(contentType: "text/plain")
            for number in 0..<100 {
                try await response.write("\(number),")
                if number.isMultiple(of: 10) { await Task.yield() }
            }
        }
        #expect(served.exit == .stopped && served.log.isEmpty)
        let post = try #require(served.posts.first)
        #expect(post.text == (0..<100).map { "\($0)," }.joined())
        #expect(post.headers["content-type"] == ["text/plain"])
        #expect(post.headers["lambda-runtime-function-response-mode"] == ["streaming"])
        #expect(post.headers["transfer-encoding"] == ["chunked"])
        #expect(post.trailers?.isEmpty != false)
        #expect(served.posts.map(\.call) == ["response", "response"])
        #expect(served.posts.last?.text == "whole")
        #expect(served.posts.last?.headers["transfer-encoding"].isEmpty == true)
    }

    @Test("An HTTP caller gets status and headers first, then eight zero bytes, then the body")
    func prelude() async throws {
        let served = try await serve(Script(.event("0"))) { _, response, _ in
            response.stream(
                HTTPPrelude(status: 201, headers: [("x-a", "1")], cookies: ["s=1; HttpOnly", "t=2"]))
            try await response.write("body")
        }
        let post = try #require(served.posts.first)
        #expect(post.headers["content-type"] == ["application/vnd.awslambda.http-integration-response"])
        let expected = #"{"statusCode":201,"headers":{"x-a":"1"},"cookies":["s=1; HttpOnly","t=2"]}"#
        #expect(post.text == expected + String(repeating: "\0", count: 8) + "body")
    }

    @Test("A failure in the middle ends the stream with trailers that tell the error")
    func failure() async throws {
        let served = try await serve(Script(.event("0"), .event("1"))) { event, response, _ in
            guard event == Array("0".utf8) else { return }
            try await response.write("half")
            throw OutOfStock()
        }
        #expect(served.order == ["next", "response", "next", "response", "next"])
        let post = try #require(served.posts.first)
        #expect(post.text == "half")
        #expect(
            post.headers["trailer"] == ["Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body"])
        let trailers = try #require(post.trailers)
        #expect(trailers["lambda-runtime-function-error-type"] == ["Function.OutOfStock"])
        let encoded = try #require(trailers["lambda-runtime-function-error-body"].first)
        let report = try JSONValue(parsing: try #require(Data(base64Encoded: encoded)))
        #expect(report["errorMessage"]?.string == OutOfStock().description)
    }

    @Test("Each stream that fails says so, however many failed before")
    func failuresInTurn() async throws {
        var script = Script()
        script.events = (0..<6).map { .event("\($0)") }
        let served = try await serve(script) { event, response, _ in
            try await response.write(event)
            if event != Array("3".utf8) { throw OutOfStock() }
        }
        #expect(served.posts.map(\.text) == (0..<6).map { "\($0)" })
        let types = served.posts.map { $0.trailers?["lambda-runtime-function-error-type"].first }
        #expect(types == (0..<6).map { $0 == 3 ? nil : "Function.OutOfStock" })
    }

    @Test("Writers that are ahead wait, and all that they wrote arrives")
    func backpressure() async throws {
        let piece = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        let served = try await serve(Script(.event("0"))) { _, response, _ in
            for _ in 0..<100 { try await response.write(piece) }
        }
        #expect(served.posts.first?.body.count == 10_000_000)
        #expect(served.posts.first?.body.suffix(100_000).elementsEqual(piece) == true)
    }

    @Test("Pieces that come from other threads wake the connection")
    func piecesFromElsewhere() async throws {
        let served = try await serve(Script(.event("0"))) { _, response, _ in
            for number in 0..<50 {
                let text = await withCheckedContinuation { continuation in
                    _ = WorkerThread.start { continuation.resume(returning: "\(number) ") }
                }
                try await response.write(text)
            }
        }
        #expect(served.posts.first?.text == (0..<50).map { "\($0) " }.joined())
    }

    @Test("A receiver that goes away is an error to the writer, and the next event is served")
    func receiverGone() async throws {
        let errors = NIOLockedValueBox<[String]>([])
        let served = try await serve(Script(.event("0"), .event("1"), cutsBodies: true)) { event, response, _ in
            guard event == Array("0".utf8) else { return response.send([]) }
            do {
                while true { try await response.write([UInt8](repeating: 1, count: 100_000)) }
            } catch {
                errors.withLockedValue { $0.append("\(type(of: error))") }
            }
        }
        #expect(served.exit == .stopped)
        #expect(errors.withLockedValue { $0 } == ["ResponseStreamClosed"])
        #expect(served.posts.map(\.body) == [[]])
    }

    @Test("A stream without a piece is an empty response")
    func empty() async throws {
        let served = try await serve(Script(.event("0"))) { _, response, _ in
            response.send("dropped")
            response.stream()
        }
        #expect(served.posts.map(\.body) == [[]])
        #expect(served.posts.first?.headers["transfer-encoding"] == ["chunked"])
    }
}
