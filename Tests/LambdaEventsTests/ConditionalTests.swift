import Testing

@testable import LambdaEvents

@Suite struct ConditionalTests {
    @Test(arguments: [
        ("\"abc\"", "\"abc\""), ("W/\"abc\"", "W/\"abc\""), (" \"a,b\" ", "\"a,b\""), ("abc", "\"abc\""),
        ("\"\"", "\"\""),
        ("\"abc", nil), ("", nil), ("\"a\", \"b\"", nil),
    ])
    func readsTags(_ text: String, _ expected: String?) { #expect(EntityTag(text)?.description == expected) }

    @Test(arguments: [
        ("\"abc\"", true), ("W/\"abc\"", true), ("\"x\", W/\"abc\"", true), ("\"x\",\"abc\" ,\"y\"", true), ("*", true),
        (" * ", true), ("abc", true), ("\"ABC\"", false), ("\"x,abc\"", false), ("\"x\"", false), ("", false),
    ])
    func ifNoneMatch(_ header: String, _ isCurrent: Bool) throws {
        for method in ["GET", "HEAD"] {
            let request = try Request(method: method, path: "/", headers: ["If-None-Match": header])
            #expect(request.isCurrent(EntityTag("abc")) == isCurrent)
        }
        #expect(
            !(try Request(method: "PUT", path: "/", headers: ["If-None-Match": header])).isCurrent(EntityTag("abc")))
    }

    @Test(arguments: [
        ("bytes=0-9", 100, ByteRange.part(0..<10)), ("bytes=0-0", 100, .part(0..<1)),
        ("bytes=90-", 100, .part(90..<100)),
        ("bytes=-10", 100, .part(90..<100)), ("bytes=-1000", 100, .part(0..<100)),
        ("bytes=0-1000", 100, .part(0..<100)),
        ("bytes= 1 - 2 ", 100, .part(1..<3)), ("Bytes=1-2", 100, .part(1..<3)),
        ("bytes=0-99999999999999999999", 100, .part(0..<100)), ("bytes=0-9223372036854775807", 100, .part(0..<100)),
        ("bytes=-99999999999999999999", 100, .part(0..<100)),
        ("bytes=100-", 100, .unsatisfiable), ("bytes=100-200", 100, .unsatisfiable), ("bytes=-0", 100, .unsatisfiable),
        ("bytes=99999999999999999999-", 100, .unsatisfiable), ("bytes=0-", 0, .unsatisfiable),
        ("bytes=-1", 0, .unsatisfiable), ("bytes=0-0", 0, .unsatisfiable),
        // What is not understood, or several at once, may be ignored.
        ("bytes=9-0", 100, .whole), ("bytes=-", 100, .whole), ("bytes=0-1,3-4", 100, .whole),
        ("bytes=a-b", 100, .whole),
        ("bytes=--5", 100, .whole), ("bytes=+1-2", 100, .whole), ("items=0-1", 100, .whole), ("bytes", 100, .whole),
        ("-=1", 100, .whole), ("", 100, .whole), ("bytes=1٣-", 100, .whole),
    ])
    func ranges(_ header: String, _ size: Int, _ expected: ByteRange) {
        #expect(ByteRange(header: header, size: size) == expected)
    }

    @Test func noRangeIsTheWhole() { #expect(ByteRange(header: nil, size: 5) == .whole) }

    @Test(arguments: [
        ("\"t\"", 206), ("\"other\"", 200), ("W/\"t\"", 200), ("Wed, 21 Oct 2026 07:28:00 GMT", 200),
    ])
    func ifRange(_ condition: String, _ status: Int) throws {
        let request = try Request(method: "GET", path: "/", headers: ["Range": "bytes=1-2", "If-Range": condition])
        let response = Response.contents([1, 2, 3], contentType: "image/png", tag: EntityTag("t"), for: request)
        #expect(response.status == status)
    }

    @Test func contents() throws {
        let body: [UInt8] = [1, 2, 3, 4]
        func answer(_ headers: Headers, _ method: String = "GET") throws -> Response {
            Response.contents(
                body, contentType: "image/png", tag: EntityTag("t"), headers: ["Cache-Control": "private"],
                for: try Request(method: method, path: "/", headers: headers))
        }
        let whole = try answer([:])
        #expect(whole.status == 200)
        #expect(whole.body == body)
        #expect(whole["ETag"] == "\"t\"")
        #expect(whole["Accept-Ranges"] == "bytes")
        #expect(whole["Cache-Control"] == "private")
        #expect(whole["Content-Type"] == "image/png")

        let same = try answer(["If-None-Match": "\"t\"", "Range": "bytes=0-0"])
        #expect(same == Response(status: 304, headers: ["Cache-Control": "private", "ETag": "\"t\""]))

        let part = try answer(["Range": "bytes=1-2"])
        #expect(part.status == 206)
        #expect(part.body == [2, 3])
        #expect(part["Content-Range"] == "bytes 1-2/4")

        let beyond = try answer(["Range": "bytes=4-"])
        #expect(beyond.status == 416)
        #expect(beyond["Content-Range"] == "bytes */4")
        #expect(beyond["Content-Type"] == "application/json")

        #expect(try answer(["Range": "bytes=1-2"], "HEAD").status == 200)
    }
}
