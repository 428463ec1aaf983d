import CloudCore
import GRDB
import JSONValue
import Synchronization
import Testing

@testable import CloudDynamoDB

@Suite struct TimeToLiveTests {
    static let start: Int64 = 1_700_000_000

    static func enable(_ tables: TestTables, _ isEnabled: Bool = true) -> JSONValue {
        ["TableName": "things", "TimeToLiveSpecification": ["AttributeName": "ttl", "Enabled": .bool(isEnabled)]]
    }

    static func count(_ tables: TestTables) async throws -> Int? {
        try await tables.call("Scan", ["TableName": "things"])["Count"]?.int
    }

    @Test func itemsGoWhenTheClockSaysSo() async throws {
        let clock = CloudClock(startingAt: Timestamp(seconds: Self.start), pace: .frozen)
        let tables = try TestTables(clock: clock)
        try await tables.makeTable()
        // There before time to live is on, after, moved later, without a number, and from before five years.
        try await tables.put(["pk": ["S": "early"], "ttl": ["N": .string("\(Self.start + 10)")]])
        try await tables.call("UpdateTimeToLive", Self.enable(tables))
        try await tables.put(["pk": ["S": "late"], "ttl": ["N": .string("\(Self.start + 20).9")]])
        try await tables.put(["pk": ["S": "moved"], "ttl": ["N": .string("\(Self.start + 5)")]])
        try await tables.put(["pk": ["S": "moved"], "ttl": ["N": .string("\(Self.start + 30)")]])
        try await tables.put(["pk": ["S": "text"], "ttl": ["S": .string("\(Self.start + 1)")]])
        try await tables.put(["pk": ["S": "ancient"], "ttl": ["N": "1000"]])
        try await tables.put(["pk": ["S": "never"]])
        for (key, moment) in [
            ("far", "9223372036854775807"), ("beyond", "1e100"), ("negative", "-5"), ("tiny", "1e-9"),
        ] {
            try await tables.put(["pk": ["S": .string(key)], "ttl": ["N": .string(moment)]])
        }
        for (seconds, left) in [(9, 10), (1, 9), (9, 9), (1, 8), (9, 8), (1, 7), (1000, 7)] {
            await clock.advance(by: .seconds(seconds))
            #expect(try await Self.count(tables) == left, "at \(clock.now.seconds - Self.start)")
        }
        #expect(
            try await tables.call("DescribeTable", ["TableName": "things"])["Table"]?["ItemCount"] == 7)
    }

    @Test func manyExpireInOneTurnOfTheClock() async throws {
        let clock = CloudClock(startingAt: Timestamp(seconds: Self.start), pace: .frozen)
        let tables = try TestTables(clock: clock)
        try await tables.makeTable()
        try await tables.call("UpdateTimeToLive", Self.enable(tables))
        for batch in 0..<48 {
            let puts = (0..<25).map { number -> JSONValue in
                [
                    "PutRequest": [
                        "Item": [
                            "pk": ["S": .string("\(batch)-\(number)")],
                            "ttl": ["N": .string("\(Self.start + Int64(1 + number % 3))")],
                        ]
                    ]
                ]
            }
            try await tables.call("BatchWriteItem", ["RequestItems": ["things": .array(puts)]])
        }
        #expect(try await Self.count(tables) == 1200)
        await clock.advance(by: .seconds(60))
        #expect(try await Self.count(tables) == 0)
        #expect(clock.pending.isEmpty)
    }

    @Test func turnedOffNothingExpires() async throws {
        let clock = CloudClock(startingAt: Timestamp(seconds: Self.start), pace: .frozen)
        let tables = try TestTables(clock: clock)
        try await tables.makeTable()
        #expect(
            await tables.refusal("UpdateTimeToLive", Self.enable(tables, false))?.message
                == "TimeToLive is already disabled")
        try await tables.call("UpdateTimeToLive", Self.enable(tables))
        #expect(
            await tables.refusal("UpdateTimeToLive", Self.enable(tables))?.message == "TimeToLive is already enabled")
        try await tables.put(["pk": ["S": "a"], "ttl": ["N": .string("\(Self.start + 10)")]])
        #expect(clock.pending == [Timestamp(seconds: Self.start + 10)])
        try await tables.call("UpdateTimeToLive", Self.enable(tables, false))
        #expect(clock.pending.isEmpty)
        await clock.advance(by: .seconds(60))
        #expect(try await Self.count(tables) == 1)
    }

    /// What a stream would see: every change once, in order, in the transaction that made it.
    final class RecordedChanges: ItemChangeLog {
        let changes = Mutex<[String]>([])

        func record(_ change: ItemChange, in database: Database) throws {
            let kind = change.old == nil ? "INSERT" : change.new == nil ? "REMOVE" : "MODIFY"
            changes.withLock { $0.append("\(kind) \(change.origin)") }
        }
    }

    @Test func changesOfStreamingTablesAreRecorded() async throws {
        let clock = CloudClock(startingAt: Timestamp(seconds: Self.start), pace: .frozen)
        let log = RecordedChanges()
        let tables = try TestTables(clock: clock, changeLog: log)
        try await tables.makeTable("silent")
        try await tables.put(["pk": ["S": "a"]], into: "silent")
        try await tables.makeTable(
            "things", sort: nil, ["StreamSpecification": ["StreamEnabled": true, "StreamViewType": "NEW_IMAGE"]])
        try await tables.call("UpdateTimeToLive", Self.enable(tables))
        let item: JSONValue = ["pk": ["S": "a"], "ttl": ["N": .string("\(Self.start + 10)")]]
        try await tables.put(item)
        // The same again changes nothing, and streams show nothing.
        try await tables.put(item)
        try await tables.put(["pk": ["S": "a"], "ttl": ["N": .string("\(Self.start + 11)")]])
        try await tables.put(["pk": ["S": "b"]])
        try await tables.call("DeleteItem", ["TableName": "things", "Key": ["pk": ["S": "b"]]])
        await clock.advance(by: .seconds(20))
        #expect(
            log.changes.withLock { $0 }
                == ["INSERT request", "MODIFY request", "INSERT request", "REMOVE request", "REMOVE expiry"])
    }
}
