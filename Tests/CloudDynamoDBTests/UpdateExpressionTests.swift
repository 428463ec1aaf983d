import CloudCore
import JSONValue
import Testing

@testable import CloudDynamoDB

@Suite struct UpdateExpressionTests {
    static let item: JSONValue = [
        "n": ["N": "5"], "s": ["S": "x"], "l": ["L": [["N": "0"], ["N": "1"], ["N": "2"], ["N": "3"]]],
        "m": ["M": ["k": ["N": "1"], "deep": ["M": ["z": ["S": "q"]]]]], "ss": ["SS": ["a", "b"]], "ns": ["NS": ["1"]],
    ]
    static let values: JSONValue = [
        ":one": ["N": "1"], ":s": ["S": "t"], ":l": ["L": [["S": "new"]]], ":e": ["L": []], ":ss": ["SS": ["b", "c"]],
        ":all": ["SS": ["a", "b"]], ":ns": ["NS": ["1", "2"]], ":big": ["N": "9e125"], ":bs": ["BS": ["AQ=="]],
        ":fine": ["N": "1e-60"], ":m": ["M": [:]],
    ]

    static func parse(_ text: String) throws -> Update {
        var all = try ExpressionAttributes(
            RequestInput([
                "UpdateExpression": .string(text), "ExpressionAttributeValues": values,
                "ExpressionAttributeNames": ["#n": "n", "#new": "name"],
            ]), expressions: [.update])
        return try UpdateParser.parse(text).bound(to: &all)
    }

    @Test(arguments: [
        ("SET n = n + :one", #"{"n":{"N":"6"}}"#), ("SET n = :one - n", #"{"n":{"N":"-4"}}"#),
        ("SET n = (n + :one)", #"{"n":{"N":"6"}}"#), ("set #n = :s", #"{"n":{"S":"t"}}"#),
        ("SET fresh = if_not_exists(fresh, :one) + :one", #"{"fresh":{"N":"2"}}"#),
        ("SET n = if_not_exists(n, :s)", #"{"n":{"N":"5"}}"#), ("SET #new = s", #"{"name":{"S":"x"}}"#),
        // Both sides are read before anything is written.
        ("SET n = s, s = n", #"{"n":{"S":"x"},"s":{"N":"5"}}"#),
        ("SET l = list_append(:l, l)", #"{"l":{"L":[{"S":"new"},{"N":"0"},{"N":"1"},{"N":"2"},{"N":"3"}]}}"#),
        ("SET fresh = list_append(if_not_exists(fresh, :e), :l)", #"{"fresh":{"L":[{"S":"new"}]}}"#),
        ("SET l[1] = :s", #"{"l":{"L":[{"N":"0"},{"S":"t"},{"N":"2"},{"N":"3"}]}}"#),
        (
            "SET l[20] = :one, l[10] = :s",
            #"{"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"N":"3"},{"S":"t"},{"N":"1"}]}}"#
        ),
        ("SET m.k = m.k + :one", #"{"m":{"M":{"k":{"N":"2"},"deep":{"M":{"z":{"S":"q"}}}}}}"#),
        ("SET m.deep.w = :one REMOVE m.k", #"{"m":{"M":{"deep":{"M":{"z":{"S":"q"},"w":{"N":"1"}}}}}}"#),
        ("REMOVE l[0], l[2]", #"{"l":{"L":[{"N":"1"},{"N":"3"}]}}"#),
        ("REMOVE l[1] SET l[3] = :s", #"{"l":{"L":[{"N":"0"},{"N":"2"},{"S":"t"}]}}"#),
        ("REMOVE l[9]", #"{"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"N":"3"}]}}"#),
        ("REMOVE s, nothing", #"{"s":null}"#), ("ADD n :one", #"{"n":{"N":"6"}}"#),
        ("ADD fresh :one", #"{"fresh":{"N":"1"}}"#),
        ("ADD ss :ss", #"{"ss":{"SS":["a","b","c"]}}"#), ("ADD ns :ns", #"{"ns":{"NS":["1","2"]}}"#),
        ("ADD m.k :one", #"{"m":{"M":{"k":{"N":"2"},"deep":{"M":{"z":{"S":"q"}}}}}}"#),
        ("DELETE ss :ss", #"{"ss":{"SS":["a"]}}"#), ("DELETE ss :all", #"{"ss":null}"#),
        ("DELETE nothing :ss", #"{"nothing":null}"#),
    ])
    func changes(expression: String, expected: String) throws {
        var wanted = try attributes(Self.item)
        for (name, value) in try #require(JSONValue(parsing: expected).object) {
            wanted[name] = value.isNull ? nil : try AttributeValue(wire: value)
        }
        #expect(try Self.parse(expression).applied(to: attributes(Self.item)) == wanted)
    }

    @Test(arguments: [
        ("", "The expression can not be empty;"), ("SET", "Syntax error; token: \"<EOF>\", near: \"SET\""),
        ("n = :one", "Syntax error; token: \"n\", near: \"n =\""),
        ("SET n :one", "Syntax error; token: \":one\", near: \"n :one\""),
        ("SET n = :one,", "Syntax error; token: \"<EOF>\", near: \",\""),
        ("SET n = n + :one + :one", "Syntax error; token: \"+\", near: \":one + :one\""),
        ("ADD n s", "Syntax error; token: \"s\", near: \"n s\""),
        ("SET n = :one SET s = :s", "The \"SET\" section can only be used once in an update expression;"),
        ("SET name = :one", "Attribute name is a reserved keyword; reserved keyword: name"),
        (
            "SET n = :one, n = :s",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [n], path two: [n]"
        ),
        (
            "SET m.k = :one REMOVE m",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m, k], path two: [m]"
        ),
        (
            "SET m.k = :one, m[0] = :s",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, k], path two: [m, [0]]"
        ),
        (
            "SET n = :s + :one",
            "Incorrect operand type for operator or function; operator or function: +, operand type: S"
        ),
        (
            "SET l = list_append(l, :one)",
            "Incorrect operand type for operator or function; operator or function: list_append, operand type: N"
        ),
        (
            "SET n = if_not_exists(:one, :one)",
            "Operator or function requires a document path; operator or function: if_not_exists"
        ),
        (
            "SET n = if_not_exists(n)",
            "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1"
        ),
        ("SET n = size(s)", "The function is not allowed in an update expression; function: size"),
        ("SET n = now(s)", "Invalid function name; function: now"),
        (
            "ADD n :s",
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND"
        ),
        (
            "DELETE ss :one",
            "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND"
        ),
        ("SET n = :zz", "An expression attribute value used in expression is not defined; attribute value: :zz"),
    ])
    func refuses(expression: String, reason: String) {
        #expect(throws: ServiceError("ValidationException", "Invalid UpdateExpression: \(reason)")) {
            try Self.parse(expression)
        }
    }

    @Test(arguments: [
        ("SET n = zz", UpdateFault.missingAttribute), ("SET n = zz + :one", UpdateFault.missingAttribute),
        ("SET n = s + :one", UpdateFault.wrongType), ("SET l = list_append(s, :l)", UpdateFault.wrongType),
        ("ADD s :one", UpdateFault.wrongType), ("ADD ss :ns", UpdateFault.wrongType),
        ("DELETE n :ss", UpdateFault.wrongType),
        ("SET zz.a = :one", UpdateFault.invalidPath), ("SET s.a = :one", UpdateFault.invalidPath),
        ("SET m[0] = :one", UpdateFault.invalidPath), ("SET l[9].a = :one", UpdateFault.invalidPath),
        ("REMOVE zz.a", UpdateFault.invalidPath),
        ("ADD n :fine", DynamoDBErrors.validation(DynamoDBNumberError.tooPrecise.message)),
    ])
    func doesNotFit(expression: String, error: ServiceError) throws {
        let update = try Self.parse(expression)
        #expect(throws: error) { try update.applied(to: attributes(Self.item)) }
    }

    @Test func overflowIsRefused() throws {
        let update = try Self.parse("SET a = :big + :big")
        #expect(throws: DynamoDBErrors.validation(DynamoDBNumberError.overflow.message)) {
            try update.applied(to: .init())
        }
    }

    @Test(arguments: [
        ("n, m.k", #"{"n":{"N":"5"},"m":{"M":{"k":{"N":"1"}}}}"#),
        ("m.deep.z, m.k", #"{"m":{"M":{"deep":{"M":{"z":{"S":"q"}}},"k":{"N":"1"}}}}"#),
        ("l[3], l[0]", #"{"l":{"L":[{"N":"0"},{"N":"3"}]}}"#), ("l[9], zz, s.q", #"{}"#), ("#x", #"{"n":{"N":"5"}}"#),
    ])
    func projects(expression: String, expected: String) throws {
        var all = try ExpressionAttributes(
            RequestInput(["ProjectionExpression": .string(expression), "ExpressionAttributeNames": ["#x": "n"]]),
            expressions: [.projection])
        let projection = try ProjectionParser.parse(expression).bound(to: &all)
        #expect(try projection.applied(to: attributes(Self.item)) == attributes(JSONValue(parsing: expected)))
    }

    @Test(arguments: [
        (
            "a, a",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]"
        ),
        ("a, ", "Syntax error; token: \"<EOF>\", near: \", \""), ("a b", "Syntax error; token: \"b\", near: \"a b\""),
        (":v", "Syntax error; token: \":v\", near: \":v\""),
    ])
    func refusesProjections(expression: String, reason: String) {
        #expect(throws: ServiceError("ValidationException", "Invalid ProjectionExpression: \(reason)")) {
            var none = ExpressionAttributes()
            _ = try ProjectionParser.parse(expression).bound(to: &none)
        }
    }
}
