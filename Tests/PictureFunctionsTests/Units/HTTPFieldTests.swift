import LambdaEvents
import Pictures
import Testing

@testable import PictureFunctions

@Suite struct HTTPFieldTests {
    @Test(
        arguments: [
            ("bytes=0-9", .part(0...9)), ("bytes=0-0", .part(0...0)), ("bytes=90-", .part(90...99)),
            ("bytes=-10", .part(90...99)), ("bytes=-1000", .part(0...99)), ("bytes=50-1000", .part(50...99)),
            ("Bytes = 1-2", .whole), ("bytes=1-2", .part(1...2)), ("bytes=100-", .unsatisfiable),
            ("bytes=99999999999999999999999-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=9-0", .whole),
            ("bytes=-", .whole), ("bytes=a-b", .whole), ("bytes=0-1,3-4", .whole), ("lines=0-1", .whole), ("", .whole),
            ("bytes=1--2", .whole), ("bytes=+1-2", .whole),
        ] as [(String, ByteRange)])
    func ranges(_ field: String, _ range: ByteRange) {
        #expect(ByteRange(field, of: 100) == range)
    }

    @Test func rangesOfNothing() {
        #expect(ByteRange("bytes=0-", of: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-5", of: 0) == .unsatisfiable)
    }

    @Test(arguments: [
        ("\"a\"", true), ("\"b\", \"a\"", true), ("W/\"a\"", true), ("*", true), (" * ", true), ("\"b\"", false),
        ("a", false), ("", false), ("\"a", false), ("\"b\",W/\"a\" ", true),
    ])
    func entityTags(_ field: String, _ isContained: Bool) {
        #expect(EntityTags(field).contains("\"a\"") == isContained)
    }

    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (1_795_259_080, "Sat, 21 Nov 2026 11:04:40 GMT"), (-86_400, "Wed, 31 Dec 1969 00:00:00 GMT"),
        ] as [(Int64, String)])
    func dates(_ seconds: Int64, _ text: String) {
        #expect(HTTPDate.text(Timestamp(seconds: seconds)) == text)
    }

    @Test func namesFilesForEverybody() throws {
        let plain = try #require(FileName("cat 1.jpg"))
        #expect(ContentDisposition.inline(plain) == "inline; filename=\"cat 1.jpg\"; filename*=UTF-8''cat%201.jpg")
        let odd = try #require(FileName("K\u{E4}\"; x=\".png"))
        #expect(
            ContentDisposition.inline(odd)
                == "inline; filename=\"K____ x__.png\"; filename*=UTF-8''K%C3%A4%22%3B%20x%3D%22.png")
    }

    @Test func encodesKeysInPaths() throws {
        #expect(try PictureKey("a b/c%d?e#f").path == "/pictures/a%20b/c%25d%3Fe%23f")
    }
}
