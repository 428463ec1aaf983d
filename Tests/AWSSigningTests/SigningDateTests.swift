import Testing

@testable import AWSSigning

@Suite struct SigningDateTests {
    @Test(arguments: [
        (0, "19700101T000000Z"), (951_782_400, "20000229T000000Z"), (951_868_800, "20000301T000000Z"),
        (1_440_938_160, "20150830T123600Z"), (1_709_164_799, "20240228T235959Z"), (1_709_164_800, "20240229T000000Z"),
        (4_107_542_400, "21000301T000000Z"), (4_107_542_399, "21000228T235959Z"), (-1, "19691231T235959Z"),
        (253_402_300_799, "99991231T235959Z"),
    ])
    func writesAndReads(_ seconds: Int, _ text: String) {
        #expect(SigningDate(secondsSinceEpoch: seconds).timestamp == text)
        #expect(SigningDate(timestamp: text)?.secondsSinceEpoch == seconds)
        #expect(SigningDate(secondsSinceEpoch: seconds).day == String(text.prefix(8)))
    }

    @Test(arguments: [
        "", "20150830", "20150830T123600", "20150830T123600z", "20150830 123600Z", "20151330T123600Z",
        "20150832T123600Z", "20150229T123600Z", "20150830T243600Z", "20150830T126000Z", "2015083aT123600Z",
        "-0150830T123600Z", "20150830T123600Z ",
    ])
    func refuses(_ text: String) { #expect(SigningDate(timestamp: text) == nil) }

    @Test func readsTheDatesOfHeaders() {
        #expect(SigningDate(httpDate: "Fri, 24 May 2013 00:00:00 GMT")?.secondsSinceEpoch == 1_369_353_600)
        #expect(SigningDate(httpDate: "Fri, 24 May 2013 00:00:00 +0000")?.secondsSinceEpoch == 1_369_353_600)
        for text in [
            "", "Fri, 24 Mai 2013 00:00:00 GMT", "Fri, 31 Feb 2013 00:00:00 GMT", "24 May 2013", "a b c d e f g h",
        ] {
            #expect(SigningDate(httpDate: text) == nil)
        }
    }
}
