import EventPatterns
import JSONValue
import Testing

/// A pattern with events that it matches and events that it does not.
struct MatchCase: Sendable, CustomTestStringConvertible {
    var pattern: String
    var matching: [String]
    var other: [String]

    init(_ pattern: String, matches matching: [String] = [], not other: [String] = []) {
        self.pattern = pattern
        self.matching = matching
        self.other = other
    }

    var testDescription: String { pattern }
}

@Suite struct EventPatternTests {
    static let values = [
        MatchCase(
            #"{"a": ["x", "y"]}"#, matches: [#"{"a": "x"}"#, #"{"a": "y", "b": 1}"#, #"{"a": ["z", "y"]}"#],
            not: [#"{"a": "X"}"#, #"{"a": "xx"}"#, #"{"b": "x"}"#, #"{"a": {"b": "x"}}"#, #"{"a": []}"#, "{}"]),
        MatchCase(
            #"{"a": [""]}"#, matches: [#"{"a": ""}"#], not: [#"{"a": null}"#, #"{"a": " "}"#, #"{"a": []}"#]),
        MatchCase(
            #"{"a": [null]}"#, matches: [#"{"a": null}"#, #"{"a": [1, null]}"#],
            not: [#"{"a": "null"}"#, #"{"a": ""}"#, #"{"a": []}"#, "{}", #"{"a": 0}"#]),
        MatchCase(
            #"{"a": [true]}"#, matches: [#"{"a": true}"#], not: [#"{"a": false}"#, #"{"a": "true"}"#, #"{"a": 1}"#]),
        MatchCase(
            #"{"a": [300]}"#, matches: [#"{"a": 300}"#, #"{"a": 300.0}"#, #"{"a": 3e2}"#, #"{"a": 3.00E+2}"#],
            not: [#"{"a": "300"}"#, #"{"a": 301}"#, #"{"a": 300.0001}"#]),
        MatchCase(
            #"{"a": [9007199254740993]}"#, matches: [#"{"a": 9007199254740993}"#], not: [#"{"a": 9007199254740992}"#]),
        MatchCase(#"{"a": ["10.0.0.1"]}"#, matches: [#"{"a": "10.0.0.1"}"#], not: [#"{"a": "10.0.0.2"}"#]),
        MatchCase(
            #"{"a": ["é"]}"#, matches: [#"{"a": "\u00e9"}"#], not: [#"{"a": "e\u0301"}"#]),
        MatchCase(
            #"{"é": ["x"]}"#, matches: [#"{"\u00e9": "x"}"#, #"{"e\u0301": "y", "\u00e9": "x"}"#],
            not: [#"{"e\u0301": "x"}"#, #"{"e\u0301": "x", "\u00e9": "y"}"#]),
        MatchCase(
            #"{"a": {"e\u0301": ["x"], "\u00e9": ["y"]}}"#,
            matches: [#"{"a": {"\u00e9": "y", "e\u0301": "x"}}"#], not: [#"{"a": {"\u00e9": "x", "e\u0301": "y"}}"#]),
        MatchCase(
            #"{"a": [{"anything-but": ["é"]}]}"#, matches: [#"{"a": "e\u0301"}"#], not: [#"{"a": "\u00e9"}"#]),
        MatchCase(
            #"{"a": [{"equals-ignore-case": "É"}]}"#, matches: [#"{"a": "\u00e9"}"#], not: [#"{"a": "e\u0301"}"#]),
        MatchCase(#"{"a": [{"exactly": "x"}]}"#, matches: [#"{"a": "x"}"#], not: [#"{"a": "y"}"#]),
    ]

    static let comparisons = [
        MatchCase(
            #"{"a": [{"prefix": "eu-"}]}"#,
            matches: [#"{"a": "eu-west-1"}"#, #"{"a": "eu-"}"#, #"{"a": ["x", "eu-"]}"#],
            not: [#"{"a": "EU-"}"#, #"{"a": "us-eu-"}"#, #"{"a": "e"}"#, #"{"a": 1}"#]),
        MatchCase(#"{"a": [{"prefix": ""}]}"#, matches: [#"{"a": ""}"#, #"{"a": "x"}"#], not: [#"{"a": 1}"#, "{}"]),
        MatchCase(
            #"{"a": [{"prefix": {"equals-ignore-case": "EU-"}}]}"#, matches: [#"{"a": "eu-w"}"#, #"{"a": "Eu-w"}"#],
            not: [#"{"a": "us-w"}"#]),
        MatchCase(
            #"{"a": [{"suffix": ".png"}]}"#, matches: [#"{"a": "x.png"}"#, #"{"a": ".png"}"#],
            not: [#"{"a": "x.PNG"}"#, #"{"a": "x.png.gz"}"#, #"{"a": null}"#]),
        MatchCase(
            #"{"a": [{"suffix": {"equals-ignore-case": ".png"}}]}"#, matches: [#"{"a": "x.PnG"}"#],
            not: [#"{"a": "x.jpg"}"#]),
        MatchCase(
            #"{"a": [{"equals-ignore-case": "Straße"}]}"#, matches: [#"{"a": "straße"}"#, #"{"a": "STRAßE"}"#],
            not: [#"{"a": "strasse"}"#, #"{"a": "straße1"}"#]),
        MatchCase(#"{"a": [{"equals-ignore-case": ""}]}"#, matches: [#"{"a": ""}"#], not: [#"{"a": " "}"#]),
        MatchCase(
            #"{"a": [{"exists": true}]}"#, matches: [#"{"a": 1}"#, #"{"a": null}"#, #"{"a": ""}"#, #"{"a": [1]}"#],
            not: ["{}", #"{"a": {"b": 1}}"#, #"{"a": []}"#, #"{"a": {}}"#]),
        MatchCase(
            #"{"a": [{"exists": false}]}"#, matches: ["{}", #"{"b": 1}"#, #"{"a": {"b": 1}}"#, #"{"a": []}"#],
            not: [#"{"a": 1}"#, #"{"a": null}"#]),
        MatchCase(
            #"{"a": ["x", {"exists": false}]}"#, matches: ["{}", #"{"a": "x"}"#], not: [#"{"a": "y"}"#]),
        MatchCase(
            #"{"a": [{"cidr": "10.0.0.0/24"}]}"#, matches: [#"{"a": "10.0.0.0"}"#, #"{"a": "10.0.0.255"}"#],
            not: [
                #"{"a": "10.0.1.0"}"#, #"{"a": "9.255.255.255"}"#, #"{"a": "x"}"#, #"{"a": "::a00:0"}"#, #"{"a": 10}"#,
            ]),
        MatchCase(#"{"a": [{"cidr": "0.0.0.0/0"}]}"#, matches: [#"{"a": "255.255.255.255"}"#], not: [#"{"a": "::"}"#]),
        MatchCase(
            #"{"a": [{"cidr": "2001:db8::/32"}]}"#,
            matches: [#"{"a": "2001:db8::"}"#, #"{"a": "2001:0DB8:ffff:0:0:0:0:1"}"#, #"{"a": "2001:db8:1::2"}"#],
            not: [#"{"a": "2001:db9::"}"#, #"{"a": "2001:db8:::1"}"#, #"{"a": "10.0.0.1"}"#, #"{"a": "2001:db8"}"#]),
    ]

    static let anythingBut = [
        MatchCase(
            #"{"a": [{"anything-but": "x"}]}"#,
            matches: [#"{"a": "y"}"#, #"{"a": null}"#, #"{"a": 1}"#, #"{"a": ["x", "y"]}"#],
            not: [#"{"a": "x"}"#, "{}", #"{"a": []}"#, #"{"a": ["x"]}"#]),
        MatchCase(
            #"{"a": [{"anything-but": ["x", "y"]}]}"#, matches: [#"{"a": "z"}"#], not: [#"{"a": "x"}"#, #"{"a": "y"}"#]),
        MatchCase(
            #"{"a": [{"anything-but": [1, 2.5]}]}"#, matches: [#"{"a": 2}"#, #"{"a": "1"}"#],
            not: [#"{"a": 1.0}"#, #"{"a": 25e-1}"#]),
        MatchCase(#"{"a": [{"anything-but": 0}]}"#, matches: [#"{"a": 1}"#], not: [#"{"a": 0}"#, #"{"a": 0.0}"#]),
        MatchCase(
            #"{"a": [{"anything-but": {"prefix": "in"}}]}"#,
            matches: [#"{"a": "out"}"#, #"{"a": 1}"#, #"{"a": null}"#],
            not: [#"{"a": "init"}"#, "{}"]),
        MatchCase(
            #"{"a": [{"anything-but": {"suffix": [".png", ".jpg"]}}]}"#, matches: [#"{"a": "x.gif"}"#],
            not: [#"{"a": "x.png"}"#, #"{"a": "x.jpg"}"#]),
        MatchCase(
            #"{"a": [{"anything-but": {"equals-ignore-case": ["A", "b"]}}]}"#, matches: [#"{"a": "c"}"#],
            not: [#"{"a": "a"}"#, #"{"a": "B"}"#]),
        MatchCase(
            #"{"a": [{"anything-but": {"wildcard": ["*/lib/*", "x*"]}}]}"#, matches: [#"{"a": "/bin/x"}"#],
            not: [#"{"a": "/lib/x"}"#, #"{"a": "xyz"}"#]),
    ]

    static let numeric = [
        MatchCase(
            #"{"a": [{"numeric": [">", 0, "<=", 5]}]}"#, matches: [#"{"a": 1}"#, #"{"a": 5.0}"#, #"{"a": 1e-5}"#],
            not: [#"{"a": 0}"#, #"{"a": 5.001}"#, #"{"a": "3"}"#, #"{"a": null}"#]),
        MatchCase(#"{"a": [{"numeric": ["=", 3.018e2]}]}"#, matches: [#"{"a": 301.8}"#], not: [#"{"a": 301}"#]),
        MatchCase(#"{"a": [{"numeric": ["<", 10]}]}"#, matches: [#"{"a": -99}"#], not: [#"{"a": 10}"#]),
        MatchCase(#"{"a": [{"numeric": ["<=", 10]}]}"#, matches: [#"{"a": 10}"#], not: [#"{"a": 10.1}"#]),
        MatchCase(#"{"a": [{"numeric": [">=", -1, "<", 1]}]}"#, matches: [#"{"a": -1}"#], not: [#"{"a": 1}"#]),
    ]

    static let wildcards = [
        MatchCase(
            #"{"a": [{"wildcard": "*/dir/*.png"}]}"#, matches: [#"{"a": "/dir/.png"}"#, #"{"a": "a/dir/dir/x.png"}"#],
            not: [#"{"a": "dir/x.png"}"#, #"{"a": "/dir/x.pngx"}"#, #"{"a": 1}"#]),
        MatchCase(
            #"{"a": [{"wildcard": "a*a"}]}"#, matches: [#"{"a": "aa"}"#, #"{"a": "aba"}"#], not: [#"{"a": "a"}"#]),
        MatchCase(#"{"a": [{"wildcard": "*"}]}"#, matches: [#"{"a": ""}"#, #"{"a": "x"}"#], not: [#"{"a": null}"#]),
        MatchCase(
            #"{"a": [{"wildcard": "x\\*y\\\\*"}]}"#, matches: [#"{"a": "x*y\\"}"#, #"{"a": "x*y\\z"}"#],
            not: [#"{"a": "xay\\"}"#]),
        MatchCase(#"{"a": [{"wildcard": "plain"}]}"#, matches: [#"{"a": "plain"}"#], not: [#"{"a": "plainer"}"#]),
        MatchCase(#"{"a": [{"wildcard": "*aab*"}]}"#, matches: [#"{"a": "aaaab"}"#], not: [#"{"a": "abab"}"#]),
    ]

    static let structure = [
        MatchCase(
            #"{"detail": {"state": {"status": ["running"]}}, "source": ["s"]}"#,
            matches: [
                #"{"source": "s", "detail": {"state": {"status": "running"}}}"#,
                #"{"source": "s", "detail": {"state.status": "running"}}"#,
            ],
            not: [
                #"{"detail": {"state": {"status": "running"}}}"#, #"{"source": "s", "detail": {"state": "running"}}"#,
            ]),
        MatchCase(
            #"{"detail": {"state.status": ["running"]}}"#,
            matches: [#"{"detail": {"state": {"status": "running"}}}"#],
            not: [#"{"detail": {"state.status": {"status": "running"}}}"#]),
        MatchCase(
            #"{"a": [1], "$or": [{"b": [2]}, {"c": [3], "d": [4]}]}"#,
            matches: [#"{"a": 1, "b": 2}"#, #"{"a": 1, "c": 3, "d": 4}"#, #"{"a": 1, "b": 2, "c": 3}"#],
            not: [#"{"a": 1}"#, #"{"b": 2}"#, #"{"a": 1, "c": 3}"#]),
        MatchCase(
            #"{"x": {"$or": [{"b": [2]}, {"$or": [{"c": [3]}, {"d": [4]}]}]}, "$or": [{"y": [1]}, {"z": [1]}]}"#,
            matches: [#"{"x": {"b": 2}, "y": 1}"#, #"{"x": {"d": 4}, "z": 1}"#],
            not: [#"{"x": {"b": 2}}"#, #"{"b": 2, "y": 1}"#]),
        MatchCase(
            #"{"$or": [{"a": [{"exists": false}]}, {"b": [1]}]}"#, matches: ["{}", #"{"a": 1, "b": 1}"#],
            not: [#"{"a": 1}"#]),
    ]

    static let arrays = [
        MatchCase(
            #"{"people": {"name": ["Ann"], "city": ["Oslo"]}}"#,
            matches: [
                #"{"people": [{"name": "Bo", "city": "Rome"}, {"name": "Ann", "city": "Oslo"}]}"#,
                #"{"people": {"name": "Ann", "city": "Oslo"}}"#,
                #"{"people": [{"name": ["Ann", "Annie"], "city": "Oslo"}]}"#,
            ],
            not: [
                #"{"people": [{"name": "Ann", "city": "Rome"}, {"name": "Bo", "city": "Oslo"}]}"#,
                #"{"people": [{"name": "Ann"}, {"city": "Oslo"}]}"#,
            ]),
        MatchCase(
            #"{"a": {"b": {"x": [1], "y": [2]}, "c": [3]}}"#,
            matches: [#"{"a": [{"b": [{"x": 0}, {"x": 1, "y": 2}], "c": 3}, {"c": 4}]}"#],
            not: [
                #"{"a": [{"b": [{"x": 1}, {"y": 2}], "c": 3}]}"#,
                #"{"a": [{"b": [{"x": 1, "y": 2}], "c": 4}, {"b": [], "c": 3}]}"#,
            ]),
        MatchCase(
            #"{"a": {"x": [1]}, "b": {"y": [2]}}"#,
            matches: [#"{"a": [{"x": 0}, {"x": 1}], "b": [{"y": 2}, {"y": 0}]}"#],
            not: [#"{"a": [{"x": 1}], "b": [{"y": 1}]}"#]),
        MatchCase(
            #"{"a": {"x": [1], "y": [1]}}"#, matches: [#"{"a": [[{"x": 1, "y": 1}], [{"x": 1}]]}"#],
            not: [#"{"a": [[{"x": 1}], [{"y": 1}]]}"#, #"{"a": [[{"x": 1}, {"y": 1}]]}"#]),
        MatchCase(#"{"a": ["x"], "b": ["y"]}"#, matches: [#"{"a": ["w", "x"], "b": ["y", "z"]}"#]),
    ]

    @Test(arguments: values + comparisons + anythingBut + numeric + wildcards + structure + arrays)
    func matching(_ example: MatchCase) throws {
        let pattern = try EventPattern(parsing: example.pattern)
        for event in example.matching {
            #expect(pattern.matches(try JSONValue(parsing: event)), "\(event)")
        }
        for event in example.other {
            #expect(!pattern.matches(try JSONValue(parsing: event)), "\(event)")
        }
    }

    @Test func whatIsNoObjectMatchesNothing() throws {
        let pattern = try EventPattern(parsing: #"{"a": [1]}"#)
        for event: JSONValue in [nil, 1, "a", ["a"], true] { #expect(!pattern.matches(event)) }
    }
}
