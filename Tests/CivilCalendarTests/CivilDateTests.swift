import CivilCalendar
import Testing

@Suite struct CivilDateTests {
    @Test(arguments: [
        (0, 1970, 1, 1, 4), (-1, 1969, 12, 31, 3), (11_016, 2000, 2, 29, 2), (11_017, 2000, 3, 1, 3),
        (47_540, 2100, 2, 28, 0), (47_541, 2100, 3, 1, 1), (-719_162, 1, 1, 1, 1), (-719_468, 0, 3, 1, 3),
        (-719_469, 0, 2, 29, 2), (2_932_896, 9999, 12, 31, 5), (20_513, 2026, 3, 1, 0),
    ])
    func datesOfDays(_ days: Int, _ year: Int, _ month: Int, _ day: Int, _ weekday: Int) {
        let date = CivilDate(year: year, month: month, day: day)
        #expect(CivilDate(daysSinceEpoch: days) == date)
        #expect(date.daysSinceEpoch == days)
        #expect(date.weekday == weekday)
    }

    /// Two eras on each side of 1970, against a calendar that only knows how to turn one leaf.
    @Test func everyDayFollowsTheDayBefore() {
        var previous = CivilDate(daysSinceEpoch: -300_001)
        var faults: [Int] = []
        for days in -300_000...300_000 {
            let date = CivilDate(daysSinceEpoch: days)
            let next = Self.dayAfter(previous)
            if date != next || date.daysSinceEpoch != days || !date.isValid
                || date.weekday != (previous.weekday + 1) % 7
            {
                faults.append(days)
            }
            previous = date
        }
        #expect(faults == [])
    }

    private static func dayAfter(_ date: CivilDate) -> CivilDate {
        let isLeap = date.year % 400 == 0 || date.year % 4 == 0 && date.year % 100 != 0
        let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][date.month - 1]
        if date.day < length { return CivilDate(year: date.year, month: date.month, day: date.day + 1) }
        if date.month < 12 { return CivilDate(year: date.year, month: date.month + 1, day: 1) }
        return CivilDate(year: date.year + 1, month: 1, day: 1)
    }

    @Test(arguments: [(2023, 28), (2024, 29), (1900, 28), (2000, 29), (2100, 28), (0, 29), (-4, 29), (-1, 28)])
    func february(_ year: Int, _ length: Int) { #expect(CivilDate.daysIn(month: 2, of: year) == length) }

    @Test(arguments: [(2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 1, 32), (2026, 4, 31), (2026, 2, 29)])
    func daysThatAreNone(_ year: Int, _ month: Int, _ day: Int) {
        #expect(!CivilDate(year: year, month: month, day: day).isValid)
    }

    @Test func aDayBeyondItsMonthCountsOn() {
        #expect(CivilDate(daysSinceEpoch: CivilDate(year: 2026, month: 2, day: 30).daysSinceEpoch).day == 2)
    }

    @Test(arguments: [(7, 3, 2, 1), (-7, 3, -3, 2), (-6, 3, -2, 0), (0, 3, 0, 0), (-1, 86_400, -1, 86_399)])
    func divisionRoundsDown(_ number: Int, _ divisor: Int, _ quotient: Int, _ remainder: Int) {
        let result = number.flooredDivision(by: divisor)
        #expect(result.quotient == quotient)
        #expect(result.remainder == remainder)
    }
}

@Suite struct CalendarTextTests {
    @Test func everyDayOfFourCenturiesIsWrittenAndRead() {
        var faults: [Int] = []
        for days in -146_097...146_097 {
            let date = CivilDate(daysSinceEpoch: days)
            var text: [UInt8] = [0x58]
            date.append(to: &text)
            if CivilDate(iso8601: text.dropFirst()) != date { faults.append(days) }
        }
        #expect(faults == [])
    }

    @Test(arguments: [
        (CivilDate(year: 2026, month: 3, day: 1), "2026-03-01", "20260301"),
        (CivilDate(year: 7, month: 12, day: 31), "0007-12-31", "00071231"),
        (CivilDate(year: 12_026, month: 3, day: 1), "2026-03-01", "20260301"),
    ])
    func writes(_ date: CivilDate, _ extended: String, _ basic: String) {
        var text: [UInt8] = []
        date.append(to: &text)
        #expect(String(decoding: text, as: UTF8.self) == extended)
        text = []
        date.append(to: &text, hyphens: false)
        #expect(String(decoding: text, as: UTF8.self) == basic)
    }

    @Test(arguments: [
        (CivilDate(year: 2026, month: 3, day: 1), 43_200, "Sun, 01 Mar 2026 12:00:00 GMT"),
        (CivilDate(year: 1970, month: 1, day: 1), 0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (CivilDate(year: 999, month: 12, day: 31), 86_399, "Tue, 31 Dec 0999 23:59:59 GMT"),
    ])
    func writesMomentsAsHTTPDoes(_ date: CivilDate, _ second: Int, _ text: String) {
        #expect(date.httpDate(secondOfDay: second) == text)
    }

    @Test(arguments: [
        (CivilDate(year: 7, month: 12, day: 31), "0007-12-31"),
        (CivilDate(year: 12_026, month: 3, day: 1), "12026-03-01"),
    ])
    func describesItself(_ date: CivilDate, _ text: String) { #expect(date.description == text) }

    @Test(arguments: [
        "", "2026-03-1", "2026-03-01 ", "2026/03/01", "20260301", "2026-02-29", "2026-13-01", "2026-00-01",
        "2026-01-00",
        "-026-01-01", "+026-01-01", "2026-0a-01", "２026-01-0",
    ])
    func refuses(_ text: String) { #expect(CivilDate(iso8601: Array(text.utf8)[...]) == nil) }

    @Test(arguments: [
        ("0", 0), ("0042", 42), ("999999999999999999", 999_999_999_999_999_999), ("", nil),
        ("1000000000000000000", nil), ("-1", nil), ("1 ", nil), ("1/", nil), ("1:", nil),
    ])
    func readsDigits(_ text: String, _ number: Int?) {
        #expect(CalendarDigits.read(Array(text.utf8)[...]) == number)
    }
}
