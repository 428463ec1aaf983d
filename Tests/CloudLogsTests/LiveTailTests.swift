import CloudCore
import JSONValue
import NIOCore
import Synchronization
import Testing

@testable import CloudLogs

/// Watching logs as they come in.
@Suite struct LiveTailTests {
    private func session(_ pattern: String = "", _ streams: LiveTailSession.Streams = .all) throws -> LiveTailSession {
        LiveTailSession(groups: ["g": "g"], streams: streams, pattern: try FilterPattern(parsing: pattern))
    }

    private func events(_ messages: [String]) -> [StoredEvent] {
        messages.enumerated().map {
            StoredEvent(
                position: EventPosition(timestamp: 1, id: Int64($0)), stream: 1, ingestion: 2, message: $1)
        }
    }

    @Test func anUpdateTellsWhatIsNewAndWanted() throws {
        let session = try session("ERROR", .prefixed(["web"]))
        session.take(events(["ERROR 1", "fine", "ERROR 2"]), stream: "web-1", group: "g")
        session.take(events(["ERROR 3"]), stream: "job", group: "g")
        session.take(events(["ERROR 4"]), stream: "web-1", group: "other")
        let update = try #require(session.update())
        #expect(update["sessionResults"]?.array?.compactMap { $0["message"]?.string } == ["ERROR 1", "ERROR 2"])
        #expect(update["sessionMetadata"] == ["sampled": false])
        #expect(try #require(session.update())["sessionResults"] == [])
        session.end()
        #expect(session.update() == nil)
    }

    @Test func moreThanAnUpdateHoldsIsSampled() throws {
        let session = try session()
        session.take(events((0..<700).map(String.init)), stream: "s", group: "g")
        let update = try #require(session.update())
        #expect(update["sessionResults"]?.array?.count == 500)
        #expect(update["sessionMetadata"] == ["sampled": true])
    }

    @Test func aSessionIsStreamedUntilTheServiceEnds() async throws {
        let logs = try LocalLogs()
        try await logs.stream()
        let response = await logs.respond("StartLiveTail", ["logGroupIdentifiers": ["g"]])
        #expect(response.headers.first(name: "content-type") == "application/vnd.amazon.eventstream")
        guard case .stream(_, let write) = response.body else {
            Issue.record("not a stream")
            return
        }
        let (pieces, continuation) = AsyncStream.makeStream(of: String.self)
        let streaming = Task {
            try await write(
                ResponseWriter { continuation.yield(String(decoding: $0.readableBytesView, as: UTF8.self)) })
            continuation.finish()
        }
        try await logs.put([(0, "seen live")])
        logs.log(["printed live"], stream: "s", group: "g")
        await logs.service.intake.flush()
        var seen: [String] = []
        for await piece in pieces {
            seen.append(piece)
            if piece.contains("printed live") { break }
        }
        #expect(seen[0].contains("initial-response") && seen[1].contains("sessionStart"))
        #expect(seen.joined().contains("seen live"))
        await logs.service.stop()
        try await streaming.value
        #expect(!logs.service.liveTails.isWatched)
        logs.store.close()
    }

    @Test func sessionsAreLimited() throws {
        let board = LiveTailBoard()
        let numbers = try (0..<LiveTailBoard.limit).map { _ in try #require(board.open(try session())) }
        #expect(board.open(try session()) == nil)
        board.leave(numbers[0])
        #expect(board.open(try session()) != nil)
    }
}
