import CloudCore
import CloudCoreTesting
import JSONValue
import Testing

@testable import CloudScheduler

@Suite struct FiringTests {
    private static let day = Duration.seconds(86_400)

    @Test func theEventIsTheExactOne() async throws {
        let local = try await LocalScheduler()
        try await local.create("s", "at(2026-03-01T10:00:00)", ["ScheduleExpressionTimezone": "America/New_York"])
        await local.clock.advance(by: Self.day)
        let payload = try #require(local.targets.taken.first?.payload)
        let id = try #require(try JSONValue(parsing: payload)["id"]?.string)
        #expect(
            payload
                == #"{"version":"0","id":"\#(id)","detail-type":"Scheduled Event","source":"aws.scheduler","#
                + #""account":"000000000000","time":"2026-03-01T15:00:00Z","region":"us-east-1","#
                + #""resources":["arn:aws:scheduler:us-east-1:000000000000:schedule/default/s"],"detail":"{}"}"#)
        #expect(local.times == ["2026-03-01T15:00:00Z"])
        await local.close()
    }

    @Test func daylightSavingSkipsAndDoesNotDouble() async throws {
        let local = try await LocalScheduler(at: Timestamp(year: 2026, month: 3, day: 28))
        try await local.create("s", "cron(30 2 * * ? *)", ["ScheduleExpressionTimezone": "Europe/Berlin"])
        await local.clock.advance(by: Self.day * 3)
        // On the 29th clocks go from 2:00 to 3:00.
        #expect(local.times == ["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"])
        await local.clock.set(to: Timestamp(year: 2026, month: 10, day: 24, hour: 12))
        let before = local.times.count
        await local.clock.advance(by: Self.day * 2)
        // On the 25th 2:30 comes twice.
        #expect(local.times.dropFirst(before) == ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"])
        await local.close()
    }

    @Test func startAndEndBoundIt() async throws {
        let local = try await LocalScheduler()
        let start = LocalScheduler.start
        try await local.create(
            "s", "rate(1 hour)",
            [
                "StartDate": JSONValue((start + .seconds(5400)).epochSeconds),
                "EndDate": JSONValue((start + .seconds(3600 * 4)).epochSeconds), "ActionAfterCompletion": "DELETE",
            ])
        await local.clock.advance(by: Self.day)
        #expect(local.times == ["2026-03-01T01:30:00Z", "2026-03-01T02:30:00Z", "2026-03-01T03:30:00Z"])
        #expect(try await local.send("GET", "/schedules/s").status == 404)
        await local.close()
    }

    @Test func aOneTimeScheduleIsDeletedOnlyIfItSaysSo() async throws {
        let local = try await LocalScheduler()
        try await local.create("kept", "at(2026-03-01T01:00:00)")
        try await local.create("gone", "at(2026-03-01T01:00:00)", ["ActionAfterCompletion": "DELETE"])
        await local.clock.advance(by: Self.day * 2)
        #expect(local.times.count == 2)
        #expect(try await local.send("GET", "/schedules/kept").status == 200)
        #expect(try await local.send("GET", "/schedules/gone").status == 404)
        await local.close()
    }

    private func flexible() async throws -> [String] {
        let local = try await LocalScheduler()
        try await local.create(
            "s", "cron(0 3 * * ? *)", ["FlexibleTimeWindow": ["Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15]],
            target: ["Input": #"{"at":"<aws.scheduler.scheduled-time>","try":<aws.scheduler.attempt-number>}"#])
        await local.clock.advance(by: Self.day * 31)
        let taken = local.targets.taken
        for delivery in taken {
            let input = try JSONValue(parsing: delivery.payload)
            let scheduled = try #require(Timestamp(iso8601: input["at"]?.string ?? ""))
            #expect(delivery.time >= scheduled && delivery.time < scheduled + .seconds(900))
            #expect(input["try"] == 1)
        }
        await local.close()
        return taken.map(\.time.iso8601)
    }

    @Test func aFlexibleWindowIsKeptAndTheSameEachTime() async throws {
        let first = try await flexible()
        #expect(first.count == 31)
        #expect(Set(first.map { $0.suffix(9) }).count > 5)
        #expect(try await flexible() == first)
    }

    @Test func eventBusesGetAnEnvelope() async throws {
        let local = try await LocalScheduler()
        let bus = "arn:aws:events:us-east-1:000000000000:event-bus/default"
        try await local.create(
            "s", "rate(1 hour)",
            target: [
                "Arn": .string(bus), "Input": #"{"a":1}"#,
                "EventBridgeParameters": ["Source": "me", "DetailType": "tick"],
            ])
        await local.clock.advance(by: .seconds(3600))
        let taken = try #require(local.targets.taken.first)
        #expect(taken.payload == #"{"a":1}"#)
        #expect(taken.envelope?.source == "me")
        #expect(taken.envelope?.detailType == "tick")
        await local.close()
    }

    @Test func deadLettersSayWhatHappened() async throws {
        let local = try await LocalScheduler()
        try await local.create(
            "s", "at(2026-03-01T01:00:00)",
            target: [
                "Input": #"{"n":"<aws.scheduler.attempt-number>"}"#,
                "DeadLetterConfig": ["Arn": .string(LocalScheduler.letters)],
                "RetryPolicy": ["MaximumRetryAttempts": 2],
            ])
        local.targets.refuse(LocalScheduler.queue, with: ServiceError("Throttled", "later", status: 429))
        await local.clock.advance(by: Self.day)
        #expect(local.targets.attempts(LocalScheduler.queue) == 3)
        let letter = try #require(local.targets.taken.first)
        #expect(letter.target == LocalScheduler.letters)
        #expect(letter.attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts")
        #expect(letter.attributes["RETRY_ATTEMPTS"] == "2")
        #expect(letter.attributes["SCHEDULED_TIME"] == "2026-03-01T01:00:00Z")
        #expect(letter.attributes["ERROR_CODE"] == "Throttled")
        #expect(letter.attributes["IS_PAYLOAD_TRUNCATED"] == "false")
        #expect(letter.attributes["EXECUTION_ID"]?.count == 16)
        await local.close()
    }

    @Test func aMissedOneTimeScheduleFiresLateAndARepeatedOneGoesOn() async throws {
        let folder = TemporaryFolder("scheduler")
        defer { folder.remove() }
        let local = try await LocalScheduler(directory: folder.path)
        try await local.create("once", "at(2026-03-01T01:00:00)")
        try await local.create("hourly", "rate(1 hour)")
        try await local.create(
            "old", "at(2026-03-01T00:30:00)",
            target: [
                "Input": #"{"old":1}"#, "DeadLetterConfig": ["Arn": .string(LocalScheduler.letters)],
                "RetryPolicy": ["MaximumEventAgeInSeconds": 60],
            ])
        await local.close()
        let again = try await LocalScheduler(directory: folder.path, at: LocalScheduler.start + .seconds(3600 * 3 + 60))
        await again.clock.settled()
        #expect(
            again.sentences.contains {
                $0.hasPrefix("The schedule once was to fire once, at 2026-03-01T01:00:00Z")
            })
        #expect(again.sentences.contains { $0.hasPrefix("The schedule hourly was due 3 times") })
        let times = try again.targets.taken.map { try JSONValue(parsing: $0.payload) }
        #expect(times.contains { $0["time"] == "2026-03-01T01:00:00Z" })
        #expect(again.targets.taken.count == 2)
        await again.clock.advance(by: .seconds(3600))
        #expect(again.targets.taken.count == 3)
        await again.close()
        let third = try await LocalScheduler(
            directory: folder.path, at: LocalScheduler.start + .seconds(3600 * 4 + 120))
        await third.clock.settled()
        #expect(third.targets.taken.isEmpty)
        await third.close()
    }

    @Test func aClockThatIsTurnedBackNeitherStarvesNorStopsASchedule() async throws {
        let local = try await LocalScheduler()
        try await local.create("s", "rate(1 day)")
        await local.clock.advance(by: Self.day * 10)
        #expect(local.times.count == 10)
        await local.clock.set(to: LocalScheduler.start - Self.day * 5)
        await local.clock.settled()
        await local.clock.advance(by: Self.day * 2)
        #expect(local.times.count == 12)
        await local.close()
    }

    @Test func fireTimesAreWhatFires() async throws {
        let local = try await LocalScheduler()
        try await local.create("a", "rate(45 minutes)")
        try await local.create("b", "cron(15 10 ? * 6L *)", ["ScheduleExpressionTimezone": "Asia/Tokyo"])
        try await local.create("off", "rate(1 minute)", ["State": "DISABLED"])
        let end = LocalScheduler.start + Self.day * 31
        let planned = local.service.fireTimes(from: LocalScheduler.start + .seconds(1), to: end + .seconds(1))
        await local.clock.set(to: end)
        #expect(planned.map(\.time.iso8601) == local.times)
        #expect(local.service.fireTimes(from: LocalScheduler.start, to: end, limit: 3).count == 3)
        await local.close()
    }

    @Test func declaredSchedulesFollowTheirDeclaration() async throws {
        let local = try await LocalScheduler()
        let members = try #require(LocalScheduler.input("rate(1 hour)").object)
        try await local.service.declareSchedule("d", group: "made", members)
        await local.clock.advance(by: .seconds(1800))
        try await local.service.declareSchedule("d", group: "made", members)
        await local.clock.advance(by: .seconds(1800))
        #expect(local.times.count == 1)
        #expect(try await local.call("GET", "/schedules/d?groupName=made")["Name"] == "d")
        await local.close()
    }
}
