import EventPatterns
import JSONValue
import Testing

@Suite struct RefusedPatternTests {
    static let refused: [(pattern: String, reason: String)] = [
        (#"[1]"#, "Filter is not an object"),
        (#""a""#, "Filter is not an object"),
        (#"{}"#, "Empty objects are not allowed"),
        (#"{"a": {}}"#, "Empty objects are not allowed"),
        (#"{"a": []}"#, "Empty arrays are not allowed"),
        (#"{"int": 42}"#, #""int" must be an object or an array"#),
        (#"{"string": "my-value"}"#, #""string" must be an object or an array"#),
        (#"{"a": [[1]]}"#, "Match value must be String, number, true, false, or null"),
        (#"{"a": [{}]}"#, "Match expression name not found"),
        (#"{"a": [{"EXISTS": true}]}"#, "Unrecognized match type EXISTS"),
        (#"{"a": [{"exists": 1}]}"#, "exists match pattern must be either true or false."),
        (#"{"a": [{"prefix": 1}]}"#, "prefix match pattern must be a string"),
        (#"{"a": [{"prefix": ["a"]}]}"#, "prefix match pattern must be a string"),
        (#"{"a": [{"prefix": {"suffix": "a"}}]}"#, "Unsupported prefix pattern: suffix"),
        (#"{"a": [{"prefix": "a", "suffix": "b"}]}"#, "Only one key allowed in match expression"),
        (#"{"a": [{"suffix": 1}]}"#, "suffix match pattern must be a string"),
        (#"{"a": [{"suffix": {}}]}"#, "Suffix expression name not found"),
        (#"{"a": [{"equals-ignore-case": ["x"]}]}"#, "equals-ignore-case match pattern must be a string"),
        (#"{"a": [{"wildcard": 1}]}"#, "wildcard match pattern must be a string"),
        (
            #"{"a": [{"wildcard": "arn:aws:events:us-east-1:**:event-bus/*"}]}"#,
            "Consecutive wildcard characters at pos 26"
        ),
        (#"{"a": [{"wildcard": "x\\y"}]}"#, "Invalid escape character at pos 2"),
        (#"{"a": [{"wildcard": "x\\"}]}"#, "Invalid escape character at pos 2"),
        (
            #"{"a": [{"wildcard": "*:*:*:*:*:event-bus/*"}]}"#,
            "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after "
                + "a wildcard character"
        ),
        (#"{"a": [{"cidr": "10.0.0.0"}]}"#, "Malformed CIDR, one '/' required"),
        (#"{"a": [{"cidr": "10.0.0.0/x"}]}"#, "Malformed CIDR, mask bits must be an integer"),
        (#"{"a": [{"cidr": "10.0.0.0/-1"}]}"#, "Malformed CIDR, mask bits must not be negative"),
        (#"{"a": [{"cidr": "10.0.0.0/32"}]}"#, "IPv4 mask bits must be < 32"),
        (#"{"a": [{"cidr": "::/128"}]}"#, "IPv6 mask bits must be < 128"),
        (#"{"a": [{"cidr": "xx.11.xx/8"}]}"#, "Nonstandard IP address: xx.11.xx"),
        (#"{"a": [{"cidr": ["bad-type"]}]}"#, "prefix match pattern must be a string"),
        (#"{"a": [{"numeric": 1}]}"#, "Value of numeric must be an array."),
        (#"{"a": [{"numeric": [1]}]}"#, "Invalid member in numeric match: 1"),
        (#"{"a": [{"numeric": ["!", 1]}]}"#, "Unrecognized numeric range operator: !"),
        (#"{"a": [{"numeric": ["=", "1"]}]}"#, "Value of equals must be numeric"),
        (#"{"a": [{"numeric": [">", 0, ">", 0]}]}"#, "Bad numeric range operator: >"),
        (#"{"a": [{"numeric": [">", 0, "<"]}]}"#, "Value of < must be numeric"),
        (#"{"a": [{"numeric": ["<", 5, ">", 0]}]}"#, "Too many elements in numeric expression"),
        (#"{"a": [{"numeric": [">", 5, "<", 0]}]}"#, "Bottom must be less than top"),
        (#"{"a": [{"numeric": [">", 0, "<", 5, 6]}]}"#, "Too many terms in numeric range expression"),
        (#"{"a": [{"numeric": ["<", 5000000001]}]}"#, "Value must be between -5.0E9 and 5.0E9, inclusive"),
        (
            #"{"a": [{"anything-but": true}]}"#,
            "Value of anything-but must be an array or single string/number value."
        ),
        (
            #"{"a": [{"anything-but": {"prefix": {"equals-ignore-case": "a"}}}]}"#,
            "Value of anything-but must be an array or single string/number value."
        ),
        (#"{"a": [{"anything-but": [null]}]}"#, "Inside anything but list, start|null|boolean is not supported."),
        (
            #"{"a": [{"anything-but": ["a", 1]}]}"#,
            "Inside anything but list, either all values are number or string, mixed type is not supported"
        ),
        (#"{"a": [{"anything-but": {"exists": true}}]}"#, "Unsupported anything-but pattern: exists"),
        (#"{"a": [{"anything-but": {"prefix": ""}}]}"#, "Null prefix/suffix not allowed"),
        (#"{"a": [{"anything-but": {"suffix": [1]}}]}"#, "prefix/suffix match pattern must be a string"),
        (
            #"{"a": [{"anything-but": {"equals-ignore-case": 123}}]}"#,
            "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
        ),
        (#"{"$or": {"a": [1]}}"#, "It must be an Array followed with $or."),
        (#"{"$or": [1, 2]}"#, "Only JSON object is allowed in array of $or relationship."),
        (#"{"$or": [{"a": [1]}]}"#, "There must have at least 2 Objects in $or relationship."),
        (
            #"{"$or": [{"prefix": [1]}, {"a": [1]}]}"#,
            "prefix is Ruler reserved fieldName which cannot be used inside $or."
        ),
    ]

    @Test(arguments: refused)
    func reasons(_ pattern: String, _ reason: String) {
        #expect {
            _ = try EventPattern(parsing: pattern)
        } throws: { error in
            (error as? EventPatternError)?.description == "Event pattern is not valid. Reason: \(reason)"
        }
    }

    @Test(arguments: ["", "{", "this is no JSON", "{'bad': 'quotation'}", #"{"not": closed mark""#])
    func whatIsNoJSONIsRefusedWithItsPlace(_ text: String) {
        #expect {
            _ = try EventPattern(parsing: text)
        } throws: { error in
            (error as? EventPatternError)?.reason.contains("line 1, column") == true
        }
    }

    @Test func combinationsOfBranchesAreLimited() {
        let branches = (0..<2).map { #"{"f\#($0)": [1]}"# }.joined(separator: ",")
        let levels = (0..<12).map { #""l\#($0)": {"$or": [\#(branches)]}"# }.joined(separator: ",")
        #expect(throws: EventPatternError.self) { try EventPattern(parsing: "{\(levels)}") }
    }
}
