import CloudCore
import Foundation
import JSONValue
import NIOCore
import Synchronization
import Testing

@testable import CloudLambda

/// Responses that come in pieces, and callers that take them so.
@Suite struct StreamTests {
    /// A caller of a stream: keeps how much came.
    private final class Taken: Sendable {
        let bytes = Mutex(0)
        /// The content types that came, each with the count of bytes before it.
        let heads = Mutex<[(type: String?, at: Int)]>([])
        /// Whether pieces are taken; until then they wait.
        let isOpen = Mutex(true)

        func take(_ piece: ResponsePiece) async {
            switch piece {
            case .head(let contentType):
                let at = bytes.withLock { $0 }
                heads.withLock { $0.append((contentType, at)) }
            case .body(let piece):
                while !isOpen.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(1)) }
                bytes.withLock { $0 += piece.readableBytes }
            }
        }
    }

    private static let megabyte = ByteBuffer(string: "100000\r\n" + String(repeating: "a", count: 1_048_576) + "\r\n")

    private func withStream(
        timeout: Int = 30, contentType: String? = nil, settings: (inout LambdaSettings) -> Void = { _ in },
        _ body: (RawConnection, Taken, Task<InvocationResult, any Error>, Peer) async throws -> Void
    ) async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher, settings: settings) { lambda in
            try lambda.deploy("f", script: "") { $0.timeout = timeout }
            let taken = Taken()
            var invocation = Invocation(function: "f", payload: ByteBuffer(string: "{}"), source: "test")
            invocation.onResponsePiece = { await taken.take($0) }
            let call = Task { [invocation] in try await lambda.service.invoke(invocation) }
            let peer = try await launcher.next()
            let connection = try await peer.connect()
            let event = try await connection.next()
            try await connection.write(Self.head(event.requestID, contentType))
            try await body(connection, taken, call, peer)
            await connection.close()
        }
    }

    private static func head(_ requestID: String, _ contentType: String?) -> String {
        RawConnection.head(
            "POST", "\(Peer.base)/invocation/\(requestID)/response",
            [("Transfer-Encoding", "chunked"), ("Lambda-Runtime-Function-Response-Mode", "streaming")]
                + (contentType.map { [("Content-Type", $0)] } ?? []))
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [nil, "text/plain", "application/vnd.awslambda.http-integration-response"] as [String?])
    func theContentTypeComesBeforeTheFirstByte(type: String?) async throws {
        try await withStream(contentType: type) { connection, taken, call, _ in
            // The function has not written a byte yet.
            while taken.heads.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(1)) }
            try await connection.write("3\r\none\r\n")
            while taken.bytes.withLock({ $0 }) < 3 { try await Task.sleep(for: .milliseconds(1)) }
            try await connection.write("3\r\ntwo\r\n0\r\n\r\n")
            #expect(try await connection.answer().status == 202)
            let result = try await call.value
            #expect(result.contentType == type)
            #expect(result.payload.readableBytes == 0)
            #expect(taken.bytes.withLock { $0 } == 6)
            let heads = taken.heads.withLock { $0 }
            #expect(heads.map(\.type) == [type])
            #expect(heads.map(\.at) == [0])
        }
    }

    @Test func theGreatestStreamPassesAndOneByteMoreDoesNot() async throws {
        for (more, isWhole) in [("", true), ("1\r\na\r\n", false)] {
            try await withStream { connection, taken, call, _ in
                for _ in 0..<200 { try await connection.write(Self.megabyte) }
                try await connection.write(more + "0\r\n\r\n")
                let answer = try await connection.answer()
                let result = try await call.value
                #expect(taken.bytes.withLock { $0 } == 209_715_200)
                if isWhole {
                    #expect(answer.status == 202)
                    #expect(result.functionError == nil)
                } else {
                    #expect(answer.status == 413)
                    #expect(result.functionError == "Unhandled")
                    #expect(result.json["errorType"] == "Function.ResponseSizeTooLarge")
                }
            }
        }
    }

    @Test func aFunctionIsHeldBackToThePaceOfItsCaller() async throws {
        try await withStream { connection, taken, call, _ in
            taken.isOpen.withLock { $0 = false }
            let written = Taken()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for _ in 0..<64 {
                        try await connection.write(Self.megabyte)
                        written.bytes.withLock { $0 += 1 }
                    }
                    try await connection.write("0\r\n\r\n")
                }
                // As much as the sockets and the listener hold, and then no more.
                var (before, quiet) = (-1, 0)
                while quiet < 50 {
                    let now = written.bytes.withLock { $0 }
                    quiet = now == before ? quiet + 1 : 0
                    before = now
                    try await Task.sleep(for: .milliseconds(4))
                }
                #expect(before < 32)
                taken.isOpen.withLock { $0 = true }
                try await group.waitForAll()
            }
            #expect(try await connection.answer().status == 202)
            _ = try await call.value
            #expect(taken.bytes.withLock { $0 } == 64 * 1_048_576)
        }
    }

    @Test func timeRunsOutInTheMiddleOfAStream() async throws {
        try await withStream(timeout: 1) { connection, taken, call, peer in
            try await connection.write("3\r\none\r\n")
            let result = try await call.value
            #expect(result.functionError == "Unhandled")
            #expect(result.json["errorType"] == "Sandbox.Timedout")
            #expect(taken.bytes.withLock { $0 } == 3)
            #expect(!peer.isAlive)
            // What still comes is nobody's.
            try? await connection.write("3\r\ntwo\r\n0\r\n\r\n")
            if let answer = try? await connection.answer() { #expect(answer.status >= 400) }
            #expect(taken.bytes.withLock { $0 } == 3)
        }
    }

    @Test func aStreamThatBreaksOffIsTruncated() async throws {
        try await withStream { connection, taken, call, _ in
            try await connection.write("3\r\none\r\n")
            while taken.bytes.withLock({ $0 }) < 3 { await Task.yield() }
            await connection.close()
            let result = try await call.value
            #expect(result.functionError == "Unhandled")
            #expect(result.json["errorType"] == "Runtime.TruncatedResponse")
        }
    }

    // MARK: The rate

    /// Moments until which a stream was told to wait; nobody waits.
    private final class Waits: Sendable {
        let moments = Mutex<[ContinuousClock.Instant]>([])
        var pause: StreamPause { StreamPause { [self] moment in moments.withLock { $0.append(moment) } } }
    }

    private func waits(rate: StreamRate?, megabytes: Int) async throws -> (waits: [ContinuousClock.Instant], bytes: Int)
    {
        let waits = Waits()
        var bytes = 0
        try await withStream(settings: {
            $0.streamRate = rate
            $0.streamPause = waits.pause
        }) { connection, taken, call, _ in
            for _ in 0..<megabytes { try await connection.write(Self.megabyte) }
            try await connection.write("0\r\n\r\n")
            #expect(try await connection.answer().status == 202)
            _ = try await call.value
            bytes = taken.bytes.withLock { $0 }
        }
        return (waits.moments.withLock { $0 }, bytes)
    }

    @Test func behindTheBurstAStreamWaitsForItsRate() async throws {
        let before = ContinuousClock.now
        let (waits, bytes) = try await waits(rate: .lambda, megabytes: 46)
        let after = ContinuousClock.now
        #expect(bytes == 46 * 1_048_576)
        #expect(waits == waits.sorted())
        // 40 MiB at 2 MiB a second: the last piece passes 20 seconds after the first came in.
        let last = try #require(waits.last)
        #expect(last >= before + .seconds(20))
        #expect(last <= after + .seconds(20))
    }

    @Test func unlessToldSoAStreamDoesNotWait() async throws {
        #expect(LambdaSettings().streamRate == nil)
        #expect(try await waits(rate: nil, megabytes: 12) == (waits: [], bytes: 12 * 1_048_576))
        #expect(try await waits(rate: .lambda, megabytes: 6).waits.isEmpty)
    }

    @Test func theBucketEmptiesAndFills() {
        let start = ContinuousClock.now
        var pace = StreamPace(StreamRate(bytesPerSecond: 10, burst: 100), from: start)
        #expect(pace.take(100, at: start) == nil)
        #expect(pace.take(1, at: start) == start + .milliseconds(100))
        #expect(pace.take(9, at: start) == start + .seconds(1))
        // Nine seconds later nine seconds' worth is in it.
        let later = start + .seconds(10)
        #expect(pace.take(90, at: later) == nil)
        #expect(pace.take(10, at: later) == later + .seconds(1))
        // However long it rests, it holds no more than the burst.
        let longAfter = later + .seconds(1000)
        #expect(pace.take(100, at: longAfter) == nil)
        #expect(pace.take(5, at: longAfter) == longAfter + .milliseconds(500))
    }
}
