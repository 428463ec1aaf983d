import Testing

@testable import CloudLogs

/// Filter patterns, as tables: what each matches, and what it does not.
@Suite struct FilterPatternTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var pattern: String
        var matching: [String]
        var others: [String]

        init(_ pattern: String, _ matching: [String], not others: [String]) {
            (self.pattern, self.matching, self.others) = (pattern, matching, others)
        }

        var testDescription: String { pattern }
    }

    private func check(_ row: Row) throws {
        let pattern = try FilterPattern(parsing: row.pattern)
        for message in row.matching { #expect(pattern.matches(message), "\(row.pattern) on \(message)") }
        for message in row.others { #expect(!pattern.matches(message), "\(row.pattern) on \(message)") }
    }

    static let terms = [
        Row("", ["anything", ""], not: []),
        Row("\"\"", ["anything"], not: []),
        Row("\" \"", ["anything"], not: []),
        Row("ERROR", ["[ERROR 400] BAD", "Exiting with ERRORCODE: -1"], not: ["error", "ERRO", ""]),
        Row("ERROR ARGUMENTS", ["ARGUMENTS ERROR", "[ERROR] ARGUMENTS"], not: ["ERROR", "ARGUMENTS"]),
        Row("?ERROR ?WARN", ["ERROR", "WARN", "WARN ERROR"], not: ["INFO"]),
        Row("ERROR -Exiting", ["ERROR: a fatal"], not: ["Exiting with ERROR", "fine"]),
        Row("-ERROR -WARN", ["INFO"], not: ["ERROR", "a WARN"]),
        Row("\"bad request\"", ["a bad request"], not: ["bad  request", "request bad"]),
        Row("-\"bad request\" GET", ["GET /"], not: ["GET bad request"]),
        Row("\"say \\\"hi\\\" \\\\\"", ["they say \"hi\" \\ "], not: ["say hi"]),
        // A question mark says nothing beside terms that must or must not be there.
        Row("?ERROR ?ARGUMENTS REQUEST", ["INFO REQUEST", "ERROR REQUEST"], not: ["ERROR ARGUMENTS"]),
        Row("größe_2", ["die größe_2 ist"], not: ["die größe ist"]),
        Row("%ERROR \\d+%", ["ERROR 42"], not: ["ERROR x"]),
        Row("-%^DEBUG%", ["INFO DEBUG"], not: ["DEBUG x"]),
        Row("end", ["the end\n", "the end\r\n"], not: []),
    ]

    @Test(arguments: terms) func matchesTerms(_ row: Row) throws { try check(row) }

    static let expressions = [
        Row("%colou?r%", ["color", "a colour"], not: ["colouur"]),
        Row("%^ab*c$%", ["ac", "abbbc", "abc\n"], not: ["xac", "acx"]),
        Row("%10\\.10\\.0\\.1%", ["from 10.10.0.1:80"], not: ["10x10.0.1"]),
        Row("%[^0-9]x%", ["ax", "öx"], not: ["1x", "x"]),
        Row("%[a-c_-]+z%", ["a-_z"], not: ["dz"]),
        Row("%a{2}b%", ["aab", "aaab"], not: ["ab"]),
        Row("%^a{2,3}$%", ["aa", "aaa"], not: ["a", "aaaa"]),
        Row("%^a{2,}$%", ["aa", "aaaaaa"], not: ["a"]),
        Row("%gray|grey$%", ["grayish", "grey"], not: ["greyish"]),
        Row("%\\d\\D\\w\\W\\s\\S%", ["1ab- x"], not: ["1ab-xx"]),
        Row("%\\x41\\x42%", ["AB"], not: ["ab"]),
        Row("%^.$%", ["a", "ö", "🙂"], not: ["ab", ""]),
        Row("%a.*b.*c%", ["a1b2c"], not: ["acb"]),
        Row("%path=/v1/[a-z]+,id:#@;%", ["path=/v1/abc,id:#@;"], not: ["path=/v1/,id:#@;"]),
        Row("%x*%", ["", "y"], not: []),
        Row("%a b%", ["a b"], not: ["ab"]),
    ]

    @Test(arguments: expressions) func matchesExpressions(_ row: Row) throws { try check(row) }

    @Test func timeOfAnExpressionDoesNotExplode() throws {
        let pattern = try FilterPattern(parsing: "%a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b%")
        #expect(!pattern.matches(String(repeating: "a", count: 20_000)))
    }

    static let document = """
        {"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "SomeObject": null, "ThisFlag": true,
        "latency": 55.5, "code": "404", "big": 12000000, "nested": {"a": {"b": "x"}}, "dotted.name": "d",
        "coordinates": [[0, 1, 2], [4, 5, 6]], "empty": ""}
        """
    static let selections: [(String, Bool)] = [
        ("{ $.eventType = \"UpdateTrail\" }", true),
        ("{$.eventType=UpdateTrail}", true),
        ("{ $.eventType = \"updatetrail\" }", false),
        ("{ $.eventType = Update* }", true),
        ("{ $.eventType = *Trail }", true),
        ("{ $.eventType = \"*dateT*\" }", true),
        ("{ $.eventType = Up*Trail }", false),
        ("{ $.eventType = * }", true),
        ("{ $.missing = * }", false),
        ("{ $.empty = * }", true),
        ("{ $.sourceIPAddress != 123.123.* }", true),
        ("{ $.sourceIPAddress != 111.111.* }", false),
        ("{ $.sourceIPAddress = 111.111.111.111 }", true),
        ("{ $.missing != 1 }", false),
        ("{ $.arrayKey[0] = \"value\" }", true),
        ("{ $.arrayKey[1] = \"value\" }", false),
        ("{ $.arrayKey[9] = \"value\" }", false),
        ("{ $.arrayKey[*] = \"another value\" }", true),
        ("{ $.arrayKey = \"value\" }", false),
        ("{ $.arrayKey != \"value\" }", false),
        ("{ $.objectList[1].id = 2 }", true),
        ("{ $.objectList[*].id > 1 }", true),
        ("{ $.objectList[*].id > 2 }", false),
        ("{ $.coordinates[1][2] = 6 }", true),
        ("{ $.SomeObject IS NULL }", true),
        ("{ $.eventType IS NULL }", false),
        ("{ $.missing IS NULL }", false),
        ("{ $.missing NOT EXISTS }", true),
        ("{ $.SomeObject NOT EXISTS }", false),
        ("{ $.ThisFlag IS TRUE }", true),
        ("{ $.ThisFlag IS FALSE }", false),
        ("{ $.latency > 55 }", true),
        ("{ $.latency >= 55.5 }", true),
        ("{ $.latency < 5.55e1 }", false),
        ("{ $.latency <= +55.5 }", true),
        ("{ $.latency = 5550e-2 }", true),
        ("{ $.latency != 55.5 }", false),
        ("{ $.latency > -1 }", true),
        ("{ $.big = 12e6 }", true),
        ("{ $.code = 404 }", true),
        ("{ $.code = \"404\" }", true),
        ("{ $.code > 400 }", false),
        ("{ $.eventType = %^Update% }", true),
        ("{ $.eventType != %^Update% }", false),
        ("{ $.nested.a.b = x }", true),
        ("{ $.['dotted.name'] = d }", true),
        ("{ $.nested['a'].b = \"x\" }", true),
        ("{ $.eventType = UpdateTrail && $.latency > 60 }", false),
        ("{ $.eventType = UpdateTrail || $.latency > 60 }", true),
        ("{ ($.eventType = x || $.latency > 50) && ($.ThisFlag IS TRUE) }", true),
        ("{ $.eventType = x && $.latency > 50 || $.ThisFlag IS TRUE }", true),
        ("{ $.eventType = x && ($.latency > 50 || $.ThisFlag IS TRUE) }", false),
    ]

    @Test(arguments: selections) func matchesDocuments(_ pattern: String, _ expected: Bool) throws {
        #expect(try FilterPattern(parsing: pattern).matches(Self.document) == expected, "\(pattern)")
    }

    @Test func documentPatternsMatchDocumentsOnly() throws {
        let pattern = try FilterPattern(parsing: "{ $.a NOT EXISTS }")
        #expect(pattern.matches("  {}\n") && pattern.matches("[]"))
        for message in ["", "a", "INFO {}", "{", "1", "{} x"] { #expect(!pattern.matches(message), "\(message)") }
    }

    private static let access =
        #"127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#
    static let fields = [
        Row("[a, b, c]", ["1 2 3", " 1  2\t3\n"], not: ["1 2", "1 2 3 4", ""]),
        Row("[w1=ERROR, w2]", ["ERROR message"], not: ["ERROR WARN message", "WARN message"]),
        Row("[w1=ERROR || w1=WARN, w2]", ["ERROR x", "WARN x"], not: ["INFO x"]),
        Row("[w1!=ERROR && w1!=WARN, w2]", ["INFO x"], not: ["ERROR x", "WARN x"]),
        Row("[w1=!ERROR&&w1=!WARN, w2]", ["INFO x"], not: ["ERROR x", "WARN x"]),
        Row("[ip, user, username, timestamp, request, status_code, bytes]", [access], not: ["a b"]),
        Row("[ip, user, username, timestamp, request, status_code = 4*, bytes > 1000]", [access], not: []),
        Row(
            "[ip, user, username, timestamp, request, status_code = 4* && status_code != 404, bytes]", [], not: [access]
        ),
        Row("[..., status_code = 404, bytes]", [access, "404 1", "x 404 1"], not: ["404", "1 404"]),
        Row("[ip = 127.0.*, ..., bytes < 2000]", [access], not: ["10.0.0.1 5", "127.0.0.1"]),
        Row("[ip, ...]", ["a", "a b c"], not: [""]),
        Row("[..., request=*.html*, status_code=4*,]", [access], not: []),
        Row("[level = %WARN|ERR% , ...]", ["WARNING x", "ERROR"], not: ["INFO"]),
        Row("[a = \"x y\", b]", ["\"x y\" z", "[x y] z"], not: ["x y"]),
        Row("[a = 1.0, b >= 2e1]", ["1 20", "1.00 21"], not: ["1 19", "1 x"]),
    ]

    @Test(arguments: fields) func matchesFields(_ row: Row) throws { try check(row) }

    @Test func extractsWhatThePatternNames() throws {
        let fields = try FilterPattern(parsing: "[..., request=*.html*, status_code=4*,]")
        let values = try #require(fields.extract(from: Self.access))
        #expect(
            values.map { "\($0.name)=\($0.value)" } == [
                "$1=127.0.0.1", "$2=-", "$3=frank", "$4=10/Oct/2000:13:25:15 -0700",
                "$request=GET /index.html HTTP/1.0", "$status_code=404", "$7=1534",
            ])
        let document = try FilterPattern(
            parsing: "{ $.latency > 1 && ($.objectList[1].name = b || $.latency > 9) && $.missing NOT EXISTS }")
        let selected = try #require(document.extract(from: Self.document))
        #expect(selected.map { "\($0.name)=\($0.value)" } == ["$.latency=55.5", "$.objectList[1].name=b"])
        #expect(try FilterPattern(parsing: "latency").extract(from: "latency")?.isEmpty == true)
    }

    static let invalid = [
        "a:b", "foo[", "ERROR -", "\"open", "%open", "{ $.a }", "{ $.a = }", "{ $.a = 1", "{ a = 1 }", "{ $. = 1 }",
        "{ $.a[x] = 1 }", "{ $.a > \"x\" }", "{ $.a > x }", "{ $.a IS }", "{ $.a NOT }", "{ ($.a = 1 }",
        "{ $.a = 1 } x",
        "{ $.a = 1 && }", "{ $ = 1 }", "[a", "[a=]", "[=1]", "[a, ..., b, ...]", "[a=1 && b=2]", "[a b]", "[a] x", "%%",
        "%(a)%", "%a**%", "%[%", "%[z-a]%", "%a{3,2}%", "%a{%", "%*%", "%ü%", "%a!%", "%\\q%", "%a{9999}%",
        "{ $.a = %a% && $.b = %b% && $.c = %c% }", "[a = %x%, b = %x%, c = %x%]",
    ]

    @Test(arguments: invalid) func refuses(_ pattern: String) {
        #expect(throws: FilterPatternError.self) { try FilterPattern(parsing: pattern) }
    }

    @Test func saysWhichTermIsWrong() {
        #expect(throws: FilterPatternError(message: "Invalid character(s) in term 'a:b'")) {
            try FilterPattern(parsing: "x a:b")
        }
    }

    /// Whatever is thrown at it, it answers or refuses.
    @Test func anyTextIsRefusedOrRead() {
        let pieces = [
            "{", "}", "[", "]", "$", ".", "a", "%", "\"", "(", ")", "&&", "||", "=", "!", "?", "-", "*", " ", "…", "\\",
            "9",
        ]
        var state: UInt64 = 42
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
            }
            if let pattern = try? FilterPattern(parsing: text) { _ = pattern.matches(Self.document) }
        }
    }
}
