import Testing

@testable import Schedule

@Suite("Schedules in time zones")
struct ZonedScheduleTests {
    private func fires(
        _ expression: String, _ zone: String, after start: String, _ count: Int, from: String? = nil, to: String? = nil
    ) throws -> [String] {
        let schedule = try #require(
            ZonedSchedule(
                try ScheduleExpression(parsing: expression, dialect: .scheduler), timeZone: zone,
                start: try from.map(instant), end: try to.map(instant), created: try instant(start)))
        return schedule.fireTimes(after: try instant(start)).prefix(count)
            .map { CivilTime(epochSeconds: $0).description }
    }

    @Test func localTimesBecomeInstants() throws {
        #expect(
            try fires("cron(0 9 * * ? *)", "Europe/Berlin", after: "2026-03-27T12:00:00", 3)
                == ["2026-03-28T08:00:00", "2026-03-29T07:00:00", "2026-03-30T07:00:00"])
        #expect(
            try fires("cron(30 1 * * ? *)", "Asia/Kolkata", after: "2026-01-01T00:00:00", 1) == ["2026-01-01T20:00:00"])
        #expect(
            try fires("cron(0 0 1 1 ? *)", "Pacific/Kiritimati", after: "2026-01-01T00:00:00", 1)
                == ["2026-12-31T10:00:00"])
    }

    /// On 2026-03-29 clocks in Berlin go from 02:00 to 03:00.
    @Test func aTimeThatIsLeftOutIsSkipped() throws {
        #expect(
            try fires("cron(30 2 * * ? *)", "Europe/Berlin", after: "2026-03-28T00:00:00", 2)
                == ["2026-03-28T01:30:00", "2026-03-30T00:30:00"])
    }

    /// On 2026-11-01 clocks in New York go from 02:00 back to 01:00.
    @Test func aTimeThatComesTwiceFiresOnce() throws {
        #expect(
            try fires("cron(30 1 * * ? *)", "America/New_York", after: "2026-10-31T12:00:00", 2)
                == ["2026-11-01T05:30:00", "2026-11-02T06:30:00"])
        // Between the first 01:59 and the second 02:00 an hour passes in which nothing repeats.
        #expect(
            try fires("cron(0/30 * * * ? *)", "America/New_York", after: "2026-11-01T05:00:00", 2)
                == ["2026-11-01T05:30:00", "2026-11-01T07:00:00"])
    }

    @Test func ratesCountHoursWhateverTheClocksSay() throws {
        #expect(
            try fires("rate(1 day)", "Europe/Berlin", after: "2026-03-28T12:00:00", 2)
                == ["2026-03-29T12:00:00", "2026-03-30T12:00:00"])
    }

    @Test func onceMeansOnceAlsoInALocalTimeThatIsLeftOut() throws {
        #expect(
            try fires("at(2026-07-01T12:00:00)", "Europe/Berlin", after: "2026-01-01T00:00:00", 2)
                == ["2026-07-01T10:00:00"])
        #expect(
            try fires("at(2026-03-29T02:30:00)", "Europe/Berlin", after: "2026-01-01T00:00:00", 2)
                == ["2026-03-29T01:30:00"])
    }

    @Test func theWindowBoundsWhatFires() throws {
        #expect(
            try fires(
                "cron(0 0 * * ? *)", "UTC", after: "2026-01-01T00:00:00", 9, from: "2026-02-01T00:00:00",
                to: "2026-02-02T00:00:00") == ["2026-02-01T00:00:00", "2026-02-02T00:00:00"])
        // A rate fires at its start, and from there.
        #expect(
            try fires(
                "rate(12 hours)", "UTC", after: "2026-01-01T00:00:00", 9, from: "2026-02-01T00:10:00",
                to: "2026-02-01T20:00:00") == ["2026-02-01T00:10:00", "2026-02-01T12:10:00"])
    }

    @Test func aZoneThatDoesNotExistIsRefused() throws {
        let expression = try ScheduleExpression(parsing: "rate(1 day)")
        #expect(ZonedSchedule(expression, timeZone: "Mars/Base", created: 0) == nil)
    }
}
