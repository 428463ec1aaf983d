import CloudCore
import JSONValue
import Testing

@testable import CloudDynamoDB

@Suite struct ConditionExpressionTests {
    static let item: JSONValue = [
        "a": ["N": "5"], "b": ["S": "hello"], "c": ["L": [["N": "1"], ["M": ["x": ["S": "deep"]]]]],
        "m": ["M": ["flag_": ["BOOL": true], "a.b": ["N": "9"]]], "ss": ["SS": ["p", "q"]], "ns": ["NS": ["1", "2.0"]],
        "bin": ["B": "AQID"], "nul": ["NULL": true], "twin": ["N": "5.0"], "Size_": ["S": ""],
    ]
    static let names: JSONValue = ["#a": "a", "#dot": "a.b", "#s": "size", "#m": "m"]
    static let values: JSONValue = [
        ":five": ["N": "5"], ":six": ["N": "6"], ":one": ["N": "1"], ":he": ["S": "he"], ":hello": ["S": "hello"],
        ":p": ["S": "p"], ":t": ["BOOL": true], ":ss": ["SS": ["q", "p"]], ":ab": ["B": "AQI="],
        ":null": ["NULL": true],
        ":N": ["S": "N"], ":bad": ["S": "Q"], ":map": ["M": [:]], ":nine": ["N": "9"], ":deep": ["S": "deep"],
    ]

    static func parse(_ text: String, kind: ExpressionKind = .condition) throws -> Condition {
        var all = try ExpressionAttributes(
            RequestInput([
                kind.rawValue: .string(text), "ExpressionAttributeNames": names, "ExpressionAttributeValues": values,
            ]), expressions: [kind])
        return try ConditionParser.parse(text, kind: kind).bound(to: &all)
    }

    @Test(arguments: [
        ("a = :five", true), ("a = twin", true), ("a <> :five", false), ("a < :six", true), ("a <= :five", true),
        ("a > :five", false), ("a >= :five", true), (":five = a", true), ("a = :hello", false), ("a <> :hello", true),
        ("a < :hello", false), ("gone = :five", false), ("gone <> :five", true), ("gone < :five", false),
        ("gone <> lost", false),
        ("a BETWEEN :one AND :six", true), ("a between :six and :six", false), ("b BETWEEN :he AND :hello", true),
        ("a IN (:one, :five)", true), ("a IN (:one)", false), ("gone IN (:one)", false), ("b in (:hello)", true),
        ("NOT a IN (:one)", true), ("NOT a = :five", false), ("NOT NOT a = :five", true),
        ("attribute_exists(a)", true), ("attribute_exists(m.#dot)", true), ("attribute_exists(m.zz)", false),
        ("attribute_not_exists(zz)", true), ("attribute_not_exists(c[5])", true), ("attribute_exists(c[1].x)", true),
        ("c[1].x = :deep", true), ("c[0] = :one", true), ("m.#dot = :nine", true), ("#m.flag_ = :t", true),
        ("attribute_type(a, :N)", true), ("attribute_type(b, :N)", false), ("attribute_type(zz, :N)", false),
        ("begins_with(b, :he)", true), ("begins_with(bin, :ab)", true), ("begins_with(a, :he)", false),
        ("contains(b, :he)", true), ("contains(ss, :p)", true), ("contains(ns, :one)", true),
        ("contains(c, :one)", true),
        ("contains(ss, :one)", false), ("contains(bin, :ab)", true), ("contains(zz, :p)", false),
        ("size(b) = :five", true), ("size(ss) < :five", true), ("size(c) < size(b)", true), ("size(a) = :one", false),
        ("ss = :ss", true), ("nul = :null", true), ("m <> :map", true), ("bin > :ab", true),
        // Precedence: NOT before AND before OR.
        ("a = :six OR a = :five AND b = :hello", true), ("(a = :six OR a = :five) AND b = :he", false),
        ("NOT a = :six AND b = :hello", true), ("NOT (a = :five AND b = :hello)", false),
        ("a = :five AND a BETWEEN :one AND :six AND b = :hello", true), ("(a) = (:five)", true),
        ("a=:five AND(b=:hello)", true), ("Size_ <> :he", true),
    ])
    func holds(expression: String, expected: Bool) throws {
        #expect(try Self.parse(expression).holds(for: attributes(Self.item)) == expected)
    }

    @Test(arguments: [
        ("", "The expression can not be empty;"), ("   ", "The expression can not be empty;"),
        ("a x b", "Syntax error; token: \"x\", near: \"a x b\""),
        ("a = ", "Syntax error; token: \"<EOF>\", near: \"= \""),
        ("a", "Syntax error; token: \"<EOF>\", near: \"a\""),
        ("= a", "Syntax error; token: \"=\", near: \"= a\""),
        ("user-a = :one", "Syntax error; token: \"-\", near: \"user-a\""),
        ("a == :one", "Syntax error; token: \"=\", near: \"== :one\""),
        ("a = :one AND", "Syntax error; token: \"<EOF>\", near: \"AND\""),
        ("a = :one)", "Syntax error; token: \")\", near: \":one)\""),
        ("(a = :one", "Syntax error; token: \"<EOF>\", near: \":one\""),
        ("a = :one b", "Syntax error; token: \"b\", near: \":one b\""),
        ("a ! b", "Syntax error; token: \"!\", near: \"a ! b\""),
        ("c[x] = :one", "Syntax error; token: \"x\", near: \"[x]\""),
        ("a = # ", "Syntax error; token: \"#\", near: \"= # \""),
        ("a IN ()", "Syntax error; token: \")\", near: \"()\""),
        ("a = 5", "Syntax error; token: \"5\", near: \"= 5\""),
        ("a é b", "Syntax error; token: \"é\", near: \"a é b\""),
        ("name = :one", "Attribute name is a reserved keyword; reserved keyword: name"),
        ("m.Status = :one", "Attribute name is a reserved keyword; reserved keyword: Status"),
        ("foo(a)", "Invalid function name; function: foo"),
        ("Attribute_exists(a)", "Invalid function name; function: Attribute_exists"),
        (
            "if_not_exists(a, :one) = :one",
            "The function is not allowed in a condition expression; function: if_not_exists"
        ),
        ("size(a)", "The function is not allowed to be used this way in an expression; function: size"),
        (
            "attribute_exists(a) = :t",
            "The function is not allowed to be used this way in an expression; function: attribute_exists"
        ),
        (
            "attribute_exists(a, b)",
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2"
        ),
        (
            "begins_with(a)",
            "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1"
        ),
        (
            "attribute_exists(:one)",
            "Operator or function requires a document path; operator or function: attribute_exists"
        ),
        (
            "contains(a, attribute_exists(b))",
            "The function is not allowed to be used this way in an expression; function: attribute_exists"
        ),
        (
            "begins_with(a, :one)",
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"
        ),
        (
            "size(:one) = :one",
            "Incorrect operand type for operator or function; operator or function: size, operand type: N"
        ),
        ("a < :t", "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"),
        ("a < :map", "Incorrect operand type for operator or function; operator or function: <, operand type: M"),
        (
            "attribute_type(a, :one)",
            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N"
        ),
        (
            "attribute_type(a, :bad)",
            "Invalid attribute type name found; type: Q, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
        ),
        (
            "a = a",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]"
        ),
        (
            "#a = a",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]"
        ),
        (
            "a BETWEEN :six AND :one",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:6}, upper bound operand: AttributeValue: {N:1}"
        ),
        (
            "a BETWEEN :one AND :he",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:he}"
        ),
        ("((a = :one))", "The expression has redundant parentheses;"),
        (
            "#nope = :one",
            "An expression attribute name used in the document path is not defined; attribute name: #nope"
        ),
        ("a = :nope", "An expression attribute value used in expression is not defined; attribute value: :nope"),
        ("c[99999999999] = :one", "List index is not within the allowable range; index: [99999999999]"),
    ])
    func refuses(expression: String, reason: String) {
        let expected = ServiceError("ValidationException", "Invalid ConditionExpression: \(reason)")
        #expect(throws: expected) { try Self.parse(expression) }
    }

    @Test func limitsAreKept() {
        let long = String(repeating: "a", count: 4097)
        #expect(
            throws: ExpressionKind.filter.invalid(
                "Expression size has exceeded the maximum allowed size; expression size: 4097")
        ) { try Self.parse(long, kind: .filter) }
        let many = Array(repeating: "a=b", count: 151).joined(separator: " OR ")
        #expect(
            throws: ExpressionKind.filter.invalid("The expression contains too many operators; operator count: 301")
        ) {
            try Self.parse(many, kind: .filter)
        }
        let values = Array(repeating: ":one", count: 101).joined(separator: ",")
        #expect(
            throws: ExpressionKind.filter.invalid(
                "The IN operator is provided with too many operands; number of operands: 101")
        ) { try Self.parse("a IN (\(values))", kind: .filter) }
        // Deep nesting is an answer, not the end of the process.
        #expect(throws: ServiceError.self) { try Self.parse(String(repeating: "(", count: 4000) + "a") }
        #expect(throws: ServiceError.self) { try Self.parse(String(repeating: "NOT ", count: 1000) + "a=b") }
    }

    @Test func canonicallyEqualTextsAreDifferent() throws {
        let composed = AttributeValue.string("é")
        let decomposed = AttributeValue.string("e\u{301}")
        #expect(composed != decomposed)
        #expect(AttributeValue.stringSet(["é", "e\u{301}"]).elementCount == 2)
        var map = AttributeMap()
        map["é"] = .null
        #expect(map["e\u{301}"] == nil)
    }

    @Test func reservedWordsAreAll() {
        #expect(ReservedWords.all.count == 573)
        for word in ["name", "STATUS", "Year", "zone", "abort", "ttl", "count", "key"] {
            #expect(ReservedWords.contains(word) == (word != "key" || ReservedWords.all.contains("KEY")))
        }
        #expect(!ReservedWords.contains("userId"))
    }

    @Test func cacheIsBounded() throws {
        let cache = ExpressionCache(capacity: 10)
        for number in 0..<100 {
            _ = try cache.condition("a\(number) = b", kind: .filter)
            _ = try cache.condition("hot = b", kind: .filter)
        }
        #expect(cache.count <= 20)
    }
}
