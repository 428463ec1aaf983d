import LambdaEvents
import Pictures
import Testing

@testable import PictureFunctions

@Suite struct HTTPFieldTests {
    @Test(arguments: [
        ("\"a\"", true), ("\"b\", \"a\"", true), ("W/\"a\"", false), ("\"b\"", false), ("", false), ("\"a", false),
    ])
    func uploadConditions(_ field: String, _ holds: Bool) throws {
        let request = try Request(method: "PUT", path: "/pictures/a", headers: ["If-Match": field])
        guard case .holding(let tags) = try UploadCondition(request) else {
            Issue.record("no condition was read")
            return
        }
        #expect(tags.contains(where: EntityTag("a").matchesStrongly) == holds)
    }

    @Test func uploadConditionsOfEveryKind() throws {
        func condition(_ headers: Headers) throws -> UploadCondition {
            try UploadCondition(Request(method: "PUT", path: "/pictures/a", headers: headers))
        }
        #expect(try condition([:]) == .none)
        #expect(try condition(["If-None-Match": "*"]) == .free)
        #expect(try condition(["If-Match": "*"]) == .taken)
        #expect(throws: HTTPError.self) { try condition(["If-None-Match": "\"a\""]) }
        #expect(throws: HTTPError.self) { try condition(["If-None-Match": "*", "If-Match": "*"]) }
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
