import Testing

@testable import LambdaEvents

@Suite struct MultipartTests {
    private func parse(
        _ text: String, boundary: String = "B", limits: MultipartLimits = .init()
    ) throws(MultipartError) -> MultipartForm {
        // Written with bare line ends, to be read; sent with CR LF.
        try MultipartForm(
            parsing: Array(text.utf8).flatMap { $0 == 10 ? [13, 10] : [$0] }, boundary: boundary, limits: limits)
    }

    private static func field(_ disposition: String, _ body: String = "x") -> String {
        "--B\nContent-Disposition: \(disposition)\n\n\(body)\n--B--\n"
    }

    @Test func readsWhatCurlSends() throws {
        let form = try parse(
            """
            --------------------------d74496d66958873e
            Content-Disposition: form-data; name="key"

            cat
            --------------------------d74496d66958873e
            Content-Disposition: form-data; name="file"; filename="cat.jpg"
            Content-Type: image/jpeg

            first
            --not a boundary
            ------
            last
            --------------------------d74496d66958873e--

            """, boundary: "------------------------d74496d66958873e")
        #expect(form.parts.map(\.name) == ["key", "file"])
        #expect(form["key"]?.text == "cat")
        #expect(form["key"]?.filename == nil)
        #expect(form["file"]?.filename == "cat.jpg")
        #expect(form["file"]?.contentType == "image/jpeg")
        #expect(form["file"]?.text == "first\r\n--not a boundary\r\n------\r\nlast")
    }

    @Test func contentsAreNotCopied() throws {
        let body = Array("--B\r\nContent-Disposition: form-data; name=a\r\n\r\nhello\r\n--B--".utf8)
        let part = try #require(try MultipartForm(parsing: body, boundary: "B")["a"])
        let (whole, view) = (
            body.withUnsafeBufferPointer { $0.baseAddress }, part.body.withUnsafeBufferPointer { $0.baseAddress }
        )
        #expect(view == whole.map { $0 + part.body.startIndex })
    }

    @Test(arguments: [
        // Text before the first boundary and behind the last is passed over; padding behind a boundary too.
        ("preamble\n--B\nContent-Disposition: form-data; name=a\n\nx\n--B--\nepilogue\n--B\n", ["x"]),
        ("--B  \t\nContent-Disposition: form-data; name=a\n\nx\n--B-- ", ["x"]),
        ("\n--B\nContent-Disposition: form-data; name=a\n\nx\n--B--", ["x"]),
        // Of an empty part, the empty line behind the header may be the boundary's own line end.
        ("--B\nContent-Disposition: form-data; name=a\n\n--B--", [""]),
        // Empty contents, contents of a line end, contents that end in dashes.
        ("--B\nContent-Disposition: form-data; name=a\n\n\n--B--", [""]),
        ("--B\nContent-Disposition: form-data; name=a\n\n\n\n--B--", ["\r\n"]),
        (
            "--B\nContent-Disposition: form-data; name=a\n\n\n--B\nContent-Disposition: form-data; name=b\n\ny--\n--B--",
            ["", "y--"]
        ),
        // Lines that only begin like the boundary are contents, as is the boundary within a line.
        (
            "--B\nContent-Disposition: form-data; name=a\n\nx\n--BB\n--B-\n--B--x\n --B\ny--B--\n--B--",
            ["x\r\n--BB\r\n--B-\r\n--B--x\r\n --B\r\ny--B--"]
        ),
        ("--B--", []),
    ])
    func boundaries(_ text: String, _ contents: [String]) throws {
        #expect(try parse(text).parts.map(\.text) == contents)
    }

    @Test func aBareLineFeedIsNoLineEnd() throws {
        let body = Array("--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\n--B--\ny\r\n--B--".utf8)
        #expect(try MultipartForm(parsing: body, boundary: "B")["a"]?.text == "x\n--B--\ny")
    }

    @Test(arguments: [
        ("form-data; name=\"a\"", "a", nil), ("form-data; name=a; filename=b.jpg", "a", "b.jpg"),
        ("FORM-DATA; NAME=\"a\"; FILENAME=\"b c.jpg\"", "a", "b c.jpg"), ("form-data;name=\"a\";", "a", nil),
        (#"form-data; name="a\"b\\c""#, #"a"b\c"#, nil), ("form-data; name=\"a%22b%0D%0Ac\"", "a\"b\r\nc", nil),
        (#"form-data; name="a"; filename="C:\dir\cat.jpg""#, "a", #"C:\dir\cat.jpg"#),
        ("form-data; name=\"ключ\"; filename=\"кот.jpg\"", "ключ", "кот.jpg"),
        ("form-data; name=\"a\"; filename=\"\"", "a", ""), ("form-data; name=\"a;b=c\"", "a;b=c", nil),
        ("form-data; name=\"a\"; filename=\"x.jpg\"; filename*=UTF-8''%D0%BA%20t.jpg", "a", "к t.jpg"),
        ("form-data; name=\"a\"; filename*=utf-8'en'a%27b", "a", "a'b"),
        // An extended value that cannot be read gives way to the plain one.
        ("form-data; name=\"a\"; filename=\"x.jpg\"; filename*=latin-9''x", "a", "x.jpg"),
        ("form-data; name=\"a\"; filename=\"x.jpg\"; filename*=UTF-8''%FF", "a", "x.jpg"),
        ("form-data; name=\"100%\"", "100%", nil),
    ])
    func dispositions(_ text: String, _ name: String, _ filename: String?) throws {
        let part = try #require(try parse(Self.field(text)).parts.first)
        #expect(part.name == name)
        #expect(part.filename == filename)
    }

    @Test(arguments: [
        ("", MultipartError.noParts), ("hello", .noParts), ("--BB\n\n--BB--", .noParts), ("x--B\n\n", .noParts),
        ("--B\nContent-Disposition: form-data; name=a\n\nx", .missingClosingBoundary),
        ("--B\nContent-Disposition: form-data; name=a\n\nx\n--B", .missingClosingBoundary),
        ("--B\nContent-Disposition: form-data; name=a\n\nx\n--B-", .missingClosingBoundary),
        ("--B\nContent-Disposition: form-data; name=a\n\nx\n--BB--", .missingClosingBoundary),
        ("--B\n", .invalidHeader(part: 1, reason: "no empty line ends it")),
        (
            "--B\nContent-Disposition: form-data; name=a\n--B--",
            .invalidHeader(part: 1, reason: "no empty line ends it")
        ),
        (
            "--B\nContent-Disposition: form-data; name=a\n--B\nContent-Disposition: form-data; name=b\n\nx\n--B--",
            .invalidHeader(part: 1, reason: "a line has no colon")
        ),
        (field("form-data; name=\"a"), .invalidHeader(part: 1, reason: "its Content-Disposition cannot be read")),
        (field("form-data; name"), .invalidHeader(part: 1, reason: "its Content-Disposition cannot be read")),
        (field("form-data; name=\"a\"x"), .invalidHeader(part: 1, reason: "its Content-Disposition cannot be read")),
        ("--B\nnonsense\n\nx\n--B--", .invalidHeader(part: 1, reason: "a line has no colon")),
        ("--B\nBad Name: x\n\nx\n--B--", .invalidHeader(part: 1, reason: "a field's name is not a token")),
        ("--B\n: x\n\nx\n--B--", .invalidHeader(part: 1, reason: "a field's name is not a token")),
        ("--B\nA: b\n folded\n\nx\n--B--", .invalidHeader(part: 1, reason: "a line has no colon")),
        ("--B\nA: b\u{0}c\n\nx\n--B--", .invalidHeader(part: 1, reason: "the field A holds a control character")),
        ("--B\nA: b\rC: d\n\nx\n--B--", .invalidHeader(part: 1, reason: "the field A holds a control character")),
        (field("form-data"), .missingName(part: 1)), (field("form-data; name=\"\""), .missingName(part: 1)),
        (field("form-data; filename=x"), .missingName(part: 1)), (field("attachment; name=a"), .missingName(part: 1)),
        ("--B\nContent-Type: text/plain\n\nx\n--B--", .missingName(part: 1)),
        ("--B\n\nx\n--B--", .missingName(part: 1)),
        (
            "--B\nContent-Disposition: form-data; name=a\n\nx\n--B\n\ny\n--B--", .missingName(part: 2)
        ),
        (
            "--B\nContent-Disposition: form-data; name=a\nContent-Transfer-Encoding: Base64\n\neA==\n--B--",
            .unsupportedTransferEncoding(part: 1, encoding: "base64")
        ),
    ])
    func refusesBrokenForms(_ text: String, _ expected: MultipartError) {
        let error = #expect(throws: MultipartError.self) { try parse(text) }
        #expect(error == expected)
        #expect(error?.status == 400)
        #expect(error?.description.isEmpty == false)
    }

    @Test func aHeaderThatIsNotUTF8IsRefused() {
        let body =
            Array("--B\r\nContent-Disposition: form-data; name=\"".utf8) + [0xE9] + Array("\"\r\n\r\nx\r\n--B--".utf8)
        #expect(throws: MultipartError.invalidHeader(part: 1, reason: "it is not UTF-8")) {
            try MultipartForm(parsing: body, boundary: "B")
        }
    }

    @Test(arguments: ["", String(repeating: "b", count: 71), "a\"b", "a ", "ä", "a\r\nb"])
    func refusesBoundaries(_ boundary: String) {
        #expect(throws: MultipartError.invalidBoundary) { try parse("x", boundary: boundary) }
    }

    @Test func limits() {
        let many = String(repeating: "--B\nContent-Disposition: form-data; name=a\n\nx\n", count: 10_000) + "--B--"
        #expect(throws: MultipartError.tooManyParts(limit: 128)) { try parse(many) }
        #expect(throws: Never.self) { try parse(many, limits: .init(parts: 10_000)) }
        #expect(throws: MultipartError.partTooLarge(part: 1, bytes: 5, limit: 4)) {
            try parse(Self.field("form-data; name=a", "12345"), limits: .init(partBytes: 4))
        }
        #expect(throws: Never.self) { try parse(Self.field("form-data; name=a", "1234"), limits: .init(partBytes: 4)) }
        let long = Self.field("form-data; name=\"\(String(repeating: "n", count: 9000))\"")
        #expect(throws: MultipartError.headerTooLarge(part: 1, limit: 8192)) { try parse(long) }
        let flood = "--B\n" + String(repeating: "A: b\n", count: 17) + "\nx\n--B--"
        #expect(throws: MultipartError.tooManyHeaderFields(part: 1, limit: 16)) { try parse(flood) }
        for error in [MultipartError.tooManyParts(limit: 1), .headerTooLarge(part: 1, limit: 2)] {
            #expect(error.status == 413)
            #expect(error.code == "FormTooLarge")
        }
    }
}
