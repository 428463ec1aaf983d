import Testing

@testable import CloudCore

@Suite struct TimestampTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", "01/Jan/1970:00:00:00 +0000"),
        (951_782_400, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT", "29/Feb/2000:00:00:00 +0000"),
        (1_772_366_399, "2026-03-01T11:59:59Z", "Sun, 01 Mar 2026 11:59:59 GMT", "01/Mar/2026:11:59:59 +0000"),
        (4_102_444_800, "2100-01-01T00:00:00Z", "Fri, 01 Jan 2100 00:00:00 GMT", "01/Jan/2100:00:00:00 +0000"),
        (-1, "1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 GMT", "31/Dec/1969:23:59:59 +0000"),
    ])
    func textFormsRoundTrip(_ seconds: Int64, _ iso: String, _ http: String, _ log: String) {
        let moment = Timestamp(seconds: seconds)
        #expect(moment.iso8601 == iso)
        #expect(moment.httpDate == http)
        #expect(moment.commonLogDate == log)
        #expect(Timestamp(iso8601: iso) == moment)
        #expect(Timestamp(httpDate: http) == moment)
    }

    @Test func everyDayOfFourCenturiesRoundTrips() {
        for day in stride(from: Int64(-146_097), to: 146_097, by: 1) {
            let civil = Timestamp(seconds: day * 86400).civil
            let back = Timestamp(year: civil.year, month: civil.month, day: civil.day)
            guard back.seconds == day * 86400 else {
                Issue.record("day \(day) came back as \(back.iso8601)")
                return
            }
        }
    }

    @Test func readsFractionsAndOffsets() {
        #expect(Timestamp(iso8601: "2026-03-01T12:00:00.1Z")?.milliseconds == 1_772_366_400_100)
        #expect(
            Timestamp(iso8601: "2026-03-01T12:00:00.123456+01:30")?.iso8601WithMilliseconds
                == "2026-03-01T10:30:00.123Z")
        #expect(Timestamp(iso8601: "2026-01-01T00:30:00+01:00")?.iso8601 == "2025-12-31T23:30:00Z")
    }

    @Test(arguments: [
        "", "2026-03-01", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T12:00:00",
        "2026-03-01T12:00:00.Z", "2026-03-01T12:00:00Zx", "20260301T120000Z",
    ])
    func refusesOtherTexts(_ text: String) { #expect(Timestamp(iso8601: text) == nil) }
}
