import Testing

@testable import JSONValue

@Suite struct JSONValueTests {
    @Test(arguments: [
        #"{"b":1,"a":[true,null,"x\"\\\n\u0001é😀"],"n":-1.50e+10}"#, "[]", "{}",
        "12345678901234567890123456789012345678",
        #""""#, #"{"a":{"a":{}}}"#,
    ])
    func roundTripsByteForByte(_ text: String) throws {
        #expect(try JSONValue(parsing: text).text() == text)
    }

    @Test func readsEscapes() throws {
        #expect(try JSONValue(parsing: #""\u00e9\ud83d\ude00\/\ud800x""#).string == "é😀/\u{FFFD}x")
    }

    @Test(arguments: [
        ("", "ends"), ("[1,]", "unexpected"), ("{\"a\" 1}", "':'"), ("01", "leading zero"), ("1.", "point"),
        ("\"abc", "no end"), ("nul", "unexpected"), ("1 2", "behind"), ("\"\u{1}\"", "control"), ("\"\\x\"", "escape"),
        ("{a:1}", "double quotes"), ("1e", "exponent"), ("-", "no digits"), ("\"\\u12g4\"", "hexadecimal"),
    ])
    func refusesWhatIsNotJSON(_ text: String, _ reason: String) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
        #expect(error?.reason.contains(reason) == true)
    }

    @Test func saysWhereTheFaultIs() {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: "{\n  \"a\": nope\n}") }
        #expect(error?.line == 2)
        #expect(error?.column == 8)
    }

    @Test func refusesInvalidUTF8AndEndlessNesting() {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: [0x22, 0x5C, 0x6E, 0xC0, 0x80, 0x22]) }
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: String(repeating: "[", count: 100_000)) }
    }

    /// In objects that are searched from the front and in those that have an index.
    @Test(arguments: [0, 40])
    func namesThatDifferInCompositionOnlyAreTwo(_ others: Int) throws {
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        var object = JSONObject((0..<others).map { ("k\($0)", JSONValue($0)) })
        object[composed] = "one"
        object[decomposed] = "two"
        #expect(object.count == others + 2)
        #expect(object[composed] == "one")
        #expect(object[decomposed] == "two")
        let text = JSONValue.object(object).text()
        #expect(try JSONValue(parsing: text).text() == text)
        var other = object
        other[composed] = nil
        #expect(other.contains(decomposed) && !other.contains(composed))
        #expect(JSONObject([(composed, .bool(true))]) != JSONObject([(decomposed, .bool(true))]))
        // As many bytes, in another order of the marks.
        #expect(JSONObject([("a\u{323}\u{307}", .bool(true)), ("a\u{307}\u{323}", .bool(false))]).count == 2)
    }

    @Test func textsAreTheSameByTheirBytes() throws {
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        #expect(JSONValue.string(composed) != .string(decomposed))
        #expect(Set([JSONValue.string(composed), .string(decomposed), .array([.string(composed)])]).count == 3)
        #expect(JSONValue.array([.string(composed)]) != .array([.string(decomposed)]))
        #expect(try JSONValue(parsing: #""caf\u00e9""#) == .string(composed))
        // A text from another encoding has no bytes of its own at hand; it is the same for all that.
        #expect(JSONValue.string(String(decoding: Array(composed.utf16), as: UTF16.self)) == .string(composed))
        #expect(JSONValue.number("1") != .string("1"))
        #expect(JSONValue.number("1") != .number("1.0"))
    }

    @Test func theSameNameWrittenOtherwiseIsOne() throws {
        let value = try JSONValue(parsing: #"{"caf\u00e9":1,"café":2}"#)
        #expect(value.object?.count == 1)
        #expect(value.object?["caf\u{E9}"] == 2)
    }

    @Test func objectsKeepOrderAndFindMembers() throws {
        var object = JSONObject()
        for index in 0..<40 { object["k\(index)"] = JSONValue(index) }
        object["k5"] = nil
        object["k7"] = "seven"
        #expect(object.keys.first == "k0")
        #expect(object.count == 39)
        #expect(object["k5"] == nil)
        #expect(object["k7"] == "seven")
        #expect(object["k39"]?.int == 39)
        #expect(try JSONValue(parsing: #"{"a":1,"b":2}"#) == JSONValue(parsing: #"{"b":2,"a":1}"#))
        #expect(try JSONValue(parsing: #"{"a":1,"a":2}"#)["a"]?.int == 2)
    }

    @Test func notesLines() throws {
        let document = try JSONDocument(parsing: Array("{\n\"a\": {\n\"b/c\": [1,\n2]\n}}".utf8))
        #expect(document.lines["/a"] == 2)
        #expect(document.lines["/a/b~1c"] == 3)
        #expect(document.lines["/a/b~1c/1"] == 4)
        #expect(document.line(of: "/a/missing") == 2)
        let strange = try JSONDocument(parsing: Array("{\n\"~/a~1\":\n1}".utf8))
        #expect(strange.lines["/~0~1a~01"] == 2)
    }

    @Test func prettyTextReadsBack() throws {
        let value: JSONValue = ["a": [1, "x", [:]], "b": [], "c": ["d": nil]]
        #expect(try JSONValue(parsing: value.text(.pretty)) == value)
        #expect(value.text(.pretty).contains("\n  \"a\": [\n    1,"))
    }
}
