import Testing

@testable import LambdaEvents

@Suite struct HeadersTests {
    @Test func namesAreFoundInAnyCaseAndKeptInTheirs() {
        var headers: Headers = ["Content-Type": "a", "X-One": "1", "x-one": "2"]
        #expect(headers["CONTENT-TYPE"] == "a")
        #expect(headers["x-ONE"] == "1, 2")
        #expect(headers.values(of: "X-ONE") == ["1", "2"])
        #expect(headers["none"] == nil)
        headers["x-one"] = "3"
        #expect(headers.fields.map(\.name) == ["Content-Type", "x-one"])
        headers["content-type"] = nil
        #expect(!headers.contains("Content-Type"))
        headers["new"] = "n"
        #expect(headers.fields.map(\.value) == ["3", "n"])
    }

    @Test func onlyLettersFold() {
        // `@` and backquote, `[` and `{` differ by the same bit as capitals and small letters do.
        #expect(!Headers.same("@", "`"))
        #expect(!Headers.same("[", "{"))
        #expect(!Headers.same("a", "ab"))
        #expect(Headers.same("aZ", "Az"))
    }

    @Test(arguments: [
        ("a=1; b=2", ["a:1", "b:2"]), ("a=1;b=\"2\";", ["a:1", "b:2"]), (" a = x=y ", ["a:x=y"]),
        ("novalue; a=", ["a:"]),
        ("=x; a=1", ["a:1"]), ("", []), (";;;", []), ("a=\"", ["a:\""]), ("a=é", ["a:é"]),
    ])
    func readsCookies(_ header: String, _ pairs: [String]) {
        #expect(Cookie.pairs(in: header).map { "\($0.name):\($0.value)" } == pairs)
    }

    @Test(arguments: [
        ("a=1&b=2", ["a:1", "b:2"]), ("a=b=c", ["a:b=c"]), ("a+b=%2B+", ["a b:+ "]), ("&&a&=x&", ["a:", ":x"]),
        ("", []),
        ("%C3%A9=%F0%9F%98%80", ["é:😀"]), ("a;b=1", ["a;b:1"]),
    ])
    func readsQueries(_ text: String, _ items: [String]) throws {
        let query = try #require(QueryItems(decoding: text))
        #expect(query.items.map { "\($0.name):\($0.value)" } == items)
        #expect(QueryItems(decoding: query.encoded) == query)
    }

    @Test(arguments: ["a=%", "a=%4", "a=%4g", "%ff=1", "a=%C3", "a=%ED%A0%80"])
    func refusesQueries(_ text: String) { #expect(QueryItems(decoding: text) == nil) }
}
