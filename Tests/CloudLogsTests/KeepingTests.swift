import CloudCore
import CloudCoreTesting
import GRDB
import JSONValue
import Testing

@testable import CloudLogs

/// What is kept, for how long, and what is there again after a restart.
@Suite struct KeepingTests {
    private func stored(_ logs: LocalLogs, _ group: String = "g") async throws -> Int {
        let page = try await logs.call("DescribeLogGroups", ["logGroupNamePrefix": .string(group)])
        return try #require(page["logGroups"]?[0]?["storedBytes"]?.int)
    }

    @Test func eventsExpireByTheCloudsClock() async throws {
        try await LocalLogs.with { logs in
            try await logs.stream()
            try await logs.call("PutRetentionPolicy", ["logGroupName": "g", "retentionInDays": 3])
            try await logs.put([(0, "first")])
            try await logs.put([(7_200_000, "second")])
            #expect(try await stored(logs) == 63)
            await logs.clock.advance(by: .seconds(3 * 86400))
            #expect(try await logs.filter() == ["first", "second"])
            // To the millisecond for readers, within the hour on the disk.
            await logs.clock.advance(by: .milliseconds(1))
            #expect(try await logs.filter() == ["second"])
            #expect(try await stored(logs) == 63)
            await logs.clock.advance(by: .seconds(3600))
            #expect(try await stored(logs) == 32)
            #expect(logs.clock.pending.count == 1)
            await logs.clock.advance(by: .seconds(86400))
            #expect(try await stored(logs) == 0)
            #expect(logs.clock.pending.isEmpty)
            let late = try await logs.put([(-4 * LogLimits.day, "late")])
            #expect(late["rejectedLogEventsInfo"] == ["expiredLogEventEndIndex": 1])
        }
    }

    @Test func retentionThatIsSetLaterOrTakenBackCounts() async throws {
        try await LocalLogs.with { logs in
            try await logs.stream()
            try await logs.put([(0, "m")])
            await logs.clock.advance(by: .seconds(10 * 86400))
            #expect(try await logs.filter() == ["m"])
            try await logs.call("PutRetentionPolicy", ["logGroupName": "g", "retentionInDays": 7])
            #expect(try await logs.filter().isEmpty)
            try await logs.call("DeleteRetentionPolicy", ["logGroupName": "g"])
            await logs.clock.advance(by: .seconds(400 * 86400))
            #expect(try await logs.filter() == ["m"])
        }
    }

    @Test func functionsLogsExpireToo() async throws {
        try await LocalLogs.with { logs in
            logs.log(["one"])
            try await logs.call("PutRetentionPolicy", ["logGroupName": "/aws/lambda/f", "retentionInDays": 1])
            logs.log(["two"])
            #expect(try await logs.filter(in: "/aws/lambda/f") == ["one\n", "two\n"])
            await logs.clock.advance(by: .seconds(2 * 86400))
            #expect(try await stored(logs, "/aws/lambda/f") == 0)
            // Streams that functions made go with their events.
            let streams = try await logs.call("DescribeLogStreams", ["logGroupName": "/aws/lambda/f"])
            #expect(streams["logStreams"] == [])
        }
    }

    @Test func everythingIsThereAgain() async throws {
        let folder = TemporaryFolder("logs")
        defer { folder.remove() }
        let before = try LocalLogs(directory: folder.path)
        try await before.call("CreateLogGroup", ["logGroupName": "g", "tags": ["a": "b"]])
        try await before.stream()
        try await before.call("PutRetentionPolicy", ["logGroupName": "g", "retentionInDays": 5])
        try await before.put([(0, "put"), (1, "größe")])
        before.log((0..<100).map { "line \($0)" })
        let described = try await before.call("DescribeLogGroups")
        let page = try await before.call("FilterLogEvents", ["logGroupName": "g", "limit": 1])
        await before.close()

        let after = try LocalLogs(directory: folder.path, clock: CloudClock(startingAt: LocalLogs.now, pace: .frozen))
        #expect(try await after.call("DescribeLogGroups") == described)
        #expect(try await after.call("ListTagsLogGroup", ["logGroupName": "g"]) == ["tags": ["a": "b"]])
        #expect(try await after.filter(in: "/aws/lambda/f") == (0..<100).map { "line \($0)\n" })
        #expect(try await after.filter(["nextToken": try #require(page["nextToken"])]) == ["größe"])
        // No event gets the number of another, and what was set to expire does.
        try await after.put([(0, "third")])
        let events = try await after.call("FilterLogEvents", ["logGroupName": "g"])["events"]?.array ?? []
        #expect(Set(events.compactMap { $0["eventId"]?.string }).count == 3)
        #expect(LocalLogs.messages(["events": .array(events)]) == ["put", "third", "größe"])
        await after.clock.advance(by: .seconds(6 * 86400))
        #expect(try await stored(after) == 0)
        await after.close()
    }

    @Test func whatWasPutSurvivesACrash() async throws {
        let before = try LocalLogs()
        try await before.stream()
        for number in 0..<20 { try await before.put([(Int64(number), "\(number)")]) }
        let folder = try TemporaryFolder(afterCrashOf: before.store, database: "logs")
        defer { folder.remove() }
        let after = try LocalLogs(directory: folder.path)
        #expect(try await after.filter() == (0..<20).map(String.init))
        await after.close()
        await before.close()
    }
}
