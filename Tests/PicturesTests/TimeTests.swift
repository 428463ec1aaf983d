import Testing

@testable import Pictures

@Suite struct TimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_795_259_080_123, "2026-11-21T11:04:40.123Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func writesAndReads(_ milliseconds: Int64, _ text: String) throws {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test func staysInsideItsYears() {
        #expect(Timestamp(milliseconds: .max).description == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(seconds: .min).description == "0001-01-01T00:00:00.000Z")
        #expect(Timestamp(seconds: 0).adding(seconds: .max).description == "9999-12-31T23:59:59.999Z")
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T11:04:40Z", "2026-11-21T24:04:40.123Z", "2026-02-30T11:04:40.123Z",
        "2026-11-21 11:04:40.123Z", "2026-11-21T11:04:40.123+",
    ])
    func refuses(_ text: String) { #expect(Timestamp(text) == nil) }

    @Test func everyDayHasItsNumber() throws {
        var day = try #require(CalendarDate("1896-02-27"))
        for _ in 0..<80_000 {
            let next = CalendarDate(daysSince1970: day.daysSince1970 + 1)
            #expect(next > day)
            #expect(CalendarDate(next.description) == next)
            let isNextDay = next.day == day.day + 1 && next.month == day.month
            let isNextMonth = next.day == 1 && day.day == CalendarDate.days(inMonth: day.month, of: day.year)
            #expect(isNextDay || isNextMonth)
            day = next
        }
        #expect(day.year == 2115)
    }

    @Test func orderOfTextsIsOrderOfMoments() {
        let moments = [-5, 0, 999, 1_000, 1_795_259_080_123].map { Timestamp(milliseconds: $0) }
        #expect(moments.map(\.description) == moments.map(\.description).sorted())
    }

    @Test(arguments: ["2019-07-04T12:30:45", "2019-07-04T12:30:45+02:00", "2019-07-04T12:30:45-05:30"])
    func photographTimesGoThereAndBack(_ text: String) {
        #expect(PhotographTime(text)?.description == text)
    }

    @Test(arguments: ["", "2019-07-04", "2019-07-04T25:30:45", "2019-07-04T12:30:45+99:00", "2019-07-04T12:30:45Z"])
    func refusesPhotographTimes(_ text: String) { #expect(PhotographTime(text) == nil) }

    @Test func groupsThousands() {
        #expect(
            [0, 999, 1_000, 2_500_000_000, -1_234].map { grouped($0) } == [
                "0", "999", "1,000", "2,500,000,000", "-1,234",
            ])
    }
}
