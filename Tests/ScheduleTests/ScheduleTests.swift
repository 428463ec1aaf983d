import CivilCalendar
import Testing

@testable import Schedule

/// Seconds since 1970 of a time in UTC, written `yyyy-MM-ddTHH:mm:ss`.
func instant(_ text: String) throws -> Int64 { try #require(CivilTime(parsing: text)).epochSeconds }

/// The first fire times after an instant, as text.
func fires(_ expression: String, after start: String, _ count: Int = 3) throws -> [String] {
    let schedule = try ScheduleExpression(parsing: expression, dialect: .scheduler)
    let start = try instant(start)
    return schedule.fireTimes(after: start, anchor: start).prefix(count).map { CivilTime(epochSeconds: $0).description }
}

@Suite("Grammar of schedules")
struct GrammarTests {
    @Test(arguments: [
        "rate(1 minute)", "rate(5 minutes)", "rate(1 hour)", "rate(24 hours)", "rate(1 day)", "rate(365 days)",
        "cron(15 10 ? * 6L 2002-2005)", "cron(0 2 ? * SAT#3 *)", "cron(0/5 5 ? JAN 1-5 2022)",
        "cron(5,35 14 * * ? *)", "cron(0 12 * * ? *)", "cron(0 18 ? * MON-FRI *)", "cron(0 8 1 * ? *)",
        "cron(*/15 * * * ? *)", "cron(0 9 L * ? *)", "cron(0 9 LW * ? *)", "cron(0 9 15W * ? *)", "cron(0 9 ? * L *)",
        "cron(0 9 ? * 3#2 *)", "cron(10-20/5 0,12 1,15,31 1-3,DEC ? 1970,2199)", "cron(0 22-2 ? * FRI-MON *)",
        "cron(0 0 ? jan mon *)", "cron(* * * * ? 2020/4)",
    ])
    func accepts(expression: String) throws {
        _ = try ScheduleExpression(parsing: expression)
    }

    @Test(arguments: [
        "rate(10 seconds)", "rate(10 years)", "rate(1 minutes)", "rate(10 minute)", "rate()", "rate(10)",
        "rate(10 minutess)", "rate(foo minutes)", "rate(0 minutes)", "rate(-10 minutes)", "rate(10 MINUTES)",
        "rate( 10 minutes )", " rate(10 minutes)", "rate(10 minutes) ", "rate(10  minutes)", "rate(1.5 hours)",
        "rate(+5 minutes)", "rate(05 minutes)", "rate(99999999999999999999 days)", "Rate(5 minutes)", "rate(5 minutes",
        "cron(0 1 * * * *)", "cron(7 20 * * NOT *)", "cron(71 8 1 * ? *)", "cron(INVALID)",
        "cron(0 dummy ? * MON-FRI *)",
        "cron(0 1 ? * ? *)", "cron(0 1 * * ?)", "cron(0 1 * * ? * *)", "cron()", "cron(60 * * * ? *)",
        "cron(0 24 * * ? *)", "cron(0 0 0 * ? *)", "cron(0 0 32 * ? *)", "cron(0 0 1 13 ? *)", "cron(0 0 ? * 0 *)",
        "cron(0 0 ? * 8 *)", "cron(0 0 1 1 ? 1969)", "cron(0 0 1 1 ? 2200)", "cron(0 0 1 1 ? 2030-2020)",
        "cron(0/0 * * * ? *)", "cron(, * * * ? *)", "cron(1, * * * ? *)", "cron(1-2-3 * * * ? *)",
        "cron(1//2 * * * ? *)",
        "cron(0 0 ? * 3#6 *)", "cron(0 0 ? * 3#0 *)", "cron(0 0 ? * 3#1,6#3 *)", "cron(0 0 ? * MON/2 *)",
        "cron(0 0 W * ? *)", "cron(0 0 32W * ? *)", "cron(0 0 1W,2W * ? *)", "cron(0 0 1,L * ? *)", "cron(? * * * ? *)",
        "cron(-1 * * * ? *)", "at(2026-01-01T00:00:00)", "", "rate", "every day", "cron(0 0 1 * ? *)x",
    ])
    func refuses(expression: String) {
        let error = #expect(throws: ScheduleError.self) { try ScheduleExpression(parsing: expression) }
        #expect(error?.serviceMessage == "Parameter ScheduleExpression is not valid.")
        #expect(error?.reason.isEmpty == false)
    }

    @Test(arguments: [
        "at(2026-02-30T00:00:00)", "at(2026-01-01T24:00:00)", "at(2026-01-01 00:00:00)", "at(2026-01-01T00:00)", "at()",
        "at(2026-01-01T00:00:00Z)", "rate(10 seconds)",
    ])
    func schedulerRefuses(expression: String) {
        let error = #expect(throws: ScheduleError.self) {
            try ScheduleExpression(parsing: expression, dialect: .scheduler)
        }
        #expect(error?.serviceMessage == "Invalid Schedule Expression \(expression).")
    }

    @Test func reasonsAreForPeople() {
        let error = #expect(throws: ScheduleError.self) { try ScheduleExpression(parsing: "cron(0 24 * * ? *)") }
        #expect(error?.description == "'cron(0 24 * * ? *)' is not a schedule: the hour '24' lies outside 0 to 23")
    }

    @Test func anExpressionTooLongIsNotLookedAt() {
        let long = "cron(" + String(repeating: "1,", count: 100_000) + "1 * * * ? *)"
        #expect(throws: ScheduleError.self) { try ScheduleExpression(parsing: long) }
    }
}

@Suite("Fire times")
struct FireTimeTests {
    @Test(arguments: [
        ("cron(0 12 * * ? *)", "2026-11-21T12:00:00", ["2026-11-22T12:00:00", "2026-11-23T12:00:00"]),
        ("cron(0/20 9-10 * * ? *)", "2026-01-01T10:39:59", ["2026-01-01T10:40:00", "2026-01-02T09:00:00"]),
        ("cron(15 10 ? * 6L 2002-2005)", "2002-01-01T00:00:00", ["2002-01-25T10:15:00", "2002-02-22T10:15:00"]),
        ("cron(0 2 ? * SAT#3 *)", "2026-11-01T00:00:00", ["2026-11-21T02:00:00", "2026-12-19T02:00:00"]),
        ("cron(0 0 ? * 3#5 *)", "2026-01-01T00:00:00", ["2026-03-31T00:00:00", "2026-06-30T00:00:00"]),
        ("cron(0 9 L * ? *)", "2024-02-01T00:00:00", ["2024-02-29T09:00:00", "2024-03-31T09:00:00"]),
        ("cron(0 9 LW * ? *)", "2026-01-01T00:00:00", ["2026-01-30T09:00:00", "2026-02-27T09:00:00"]),
        ("cron(0 9 1W * ? *)", "2026-07-31T00:00:00", ["2026-08-03T09:00:00", "2026-09-01T09:00:00"]),
        ("cron(0 9 31W * ? *)", "2026-01-01T00:00:00", ["2026-01-30T09:00:00", "2026-03-31T09:00:00"]),
        ("cron(0 9 15W * ? *)", "2026-02-01T00:00:00", ["2026-02-16T09:00:00", "2026-03-16T09:00:00"]),
        ("cron(0 0 29 2 ? *)", "2026-01-01T00:00:00", ["2028-02-29T00:00:00", "2032-02-29T00:00:00"]),
        ("cron(0 0 29 2 ? *)", "2097-01-01T00:00:00", ["2104-02-29T00:00:00", "2108-02-29T00:00:00"]),
        ("cron(0 0 1 1 ? 2199)", "1970-01-01T00:00:00", ["2199-01-01T00:00:00"]),
        ("cron(0 0 30 2 ? *)", "1970-01-01T00:00:00", []),
        ("cron(0 0 1 1 ? 1999)", "2026-01-01T00:00:00", []),
        ("cron(59 23 31 12 ? *)", "2199-12-31T23:58:59", ["2199-12-31T23:59:00"]),
        ("cron(* * * * ? *)", "2199-12-31T23:59:00", []),
        ("cron(0 0 ? * L *)", "2026-11-21T00:00:00", ["2026-11-28T00:00:00", "2026-12-05T00:00:00"]),
        ("rate(90 minutes)", "2026-01-01T00:00:30", ["2026-01-01T01:30:30", "2026-01-01T03:00:30"]),
        ("at(2026-05-01T08:00:00)", "2026-01-01T00:00:00", ["2026-05-01T08:00:00"]),
        ("at(2026-05-01T08:00:00)", "2026-05-01T08:00:00", []),
    ])
    func areInOrder(expression: String, start: String, expected: [String]) throws {
        #expect(try fires(expression, after: start, 2) == expected)
    }

    @Test func ratesStayOnTheirGrid() throws {
        let rate = try ScheduleExpression(parsing: "rate(3 minutes)")
        #expect(rate.next(after: 0, anchor: 1000) == 1180)
        #expect(rate.next(after: 1180, anchor: 1000) == 1360)
        // 1,000 + 5,551 × 180.
        #expect(rate.next(after: 1_000_000, anchor: 1000) == 1_000_180)
        #expect(rate.previous(before: 1180, anchor: 1000) == nil)
        #expect(rate.previous(before: 1361, anchor: 1000) == 1360)
    }

    @Test(arguments: [Int64.min, -1, 0, Int64.max - 1, Int64.max])
    func theEndsOfTimeAreSafe(instant: Int64) throws {
        for text in ["rate(1000000000 days)", "cron(* * * * ? *)", "at(2026-01-01T00:00:00)"] {
            let expression = try ScheduleExpression(parsing: text, dialect: .scheduler)
            for anchor in [Int64.min, 0, Int64.max] {
                if let next = expression.next(after: instant, anchor: anchor) { #expect(next > instant) }
                if let last = expression.previous(before: instant, anchor: anchor) { #expect(last < instant) }
            }
            let zoned = try #require(ZonedSchedule(expression, timeZone: "America/New_York", created: 0))
            if let next = zoned.next(after: instant) { #expect(next > instant) }
        }
    }

    @Test func civilTimeComesBackFromSeconds() {
        // Every 1,001st hour over six centuries.
        for hours in stride(from: Int64(-2_000_000), to: 3_500_000, by: 1001) {
            let time = CivilTime(epochSeconds: hours * 3600 + 59)
            #expect(time.isValid && time.epochSeconds == hours * 3600 + 59)
        }
        #expect(CivilTime(2026, 11, 21, 11, 2, 48).epochSeconds == 1_795_258_968)
        #expect(CivilTime(1969, 12, 31, 23, 59, 59).epochSeconds == -1)
        #expect(CivilDate(year: 2026, month: 11, day: 21).weekday == 6)
        #expect(CivilDate(year: 1900, month: 1, day: 1).weekday == 1)
    }
}
