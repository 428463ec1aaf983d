import CloudCore
import JSONValue
import Testing

@testable import CloudLogs

/// Which events of a put are taken.
@Suite struct EventBatchTests {
    private static let now = LocalLogs.now.milliseconds
    private static let hour: Int64 = 3_600_000

    /// Events at these hours from now, with what is said of them.
    static let rows: [([Int64], Int64?, String)] = [
        ([0], nil, "1"),
        ([-1, 0, 1], nil, "3"),
        ([-24, 0], nil, "2"),
        ([2], nil, "1"),
        ([0, 3, 4], nil, #"1 {"tooNewLogEventStartIndex":1}"#),
        ([3], nil, #"0 {"tooNewLogEventStartIndex":0}"#),
        ([-14 * 24], nil, "1"),
        ([-400, -399, 0], nil, #"1 {"tooOldLogEventEndIndex":2}"#),
        (
            [-400, -30, -1, 3], 24,
            #"1 {"tooNewLogEventStartIndex":3,"tooOldLogEventEndIndex":1,"expiredLogEventEndIndex":2}"#
        ),
        ([-400], 24, #"0 {"tooOldLogEventEndIndex":1}"#),
        ([-30], 24, #"0 {"expiredLogEventEndIndex":1}"#),
        // What is refused does not count for the span.
        ([-400, 0], nil, #"1 {"tooOldLogEventEndIndex":1}"#),
        ([0, -1], nil, "Log events in a single PutLogEvents request must be in chronological order."),
        ([-25, 0], nil, "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."),
    ]

    @Test(arguments: rows) func sorts(_ hours: [Int64], _ kept: Int64?, _ expected: String) {
        let events = hours.map { LogEvent(timestamp: Self.now + $0 * Self.hour, message: "m") }
        do {
            let batch = try EventBatch(events, now: Self.now, expiry: kept.map { Self.now - $0 * Self.hour })
            let told = batch.rejections.map { " " + $0.text() } ?? ""
            #expect("\(batch.accepted.count)\(told)" == expected)
        } catch {
            #expect(error.message == expected)
        }
    }

    @Test func sizesAreCounted() throws {
        let fitting = LogEvent(timestamp: Self.now, message: String(repeating: "ö", count: (1_048_576 - 26) / 2))
        #expect(try EventBatch([fitting], now: Self.now, expiry: nil).accepted.count == 1)
        let more = LogEvent(timestamp: Self.now, message: "x")
        #expect(
            throws: ServiceError.logs(
                .invalidParameter, "Upload too large: 1048603 bytes exceeds limit of 1048576")
        ) { try EventBatch([fitting, more], now: Self.now, expiry: nil) }
        let large = LogEvent(timestamp: Self.now, message: String(repeating: "x", count: 1_048_577))
        #expect(
            throws: ServiceError.logs(
                .invalidParameter, "Log event too large: 1048603 bytes exceeds limit of 1048576")
        ) { try EventBatch([large], now: Self.now, expiry: nil) }
    }

    @Test func positionsAndTokensComeBack() throws {
        let position = EventPosition(timestamp: Self.now, id: 77)
        #expect(position.text.utf8.count == 56)
        #expect(EventPosition(text: position.text) == position)
        #expect(StreamToken(text: "f/\(position.text)/s") == .forward(position))
        #expect(StreamToken(text: "b/\(position.text)/s") == .backward(position))
        for text in [
            "", "f/", "x/\(position.text)/s", "f/\(position.text)", "f/\(position.text.dropLast())/s", "/s", "é/s",
        ] {
            #expect(StreamToken(text: text) == nil, "\(text)")
        }
        #expect(LogStream.sequenceToken(1).utf8.count == 56)
    }
}
