import CloudCore
import JSONValue
import Testing

@testable import CloudDynamoDB

@Suite struct ItemTests {
    @Test func itemsComeBackAsTheyWere() async throws {
        let tables = try TestTables()
        try await tables.makeTable(sort: "N")
        let item: JSONValue = [
            "pk": ["S": "a/\"\u{1F600}\n"], "sk": ["N": "-1.5"], "n": ["N": "123456789012345678901234567890.12345678"],
            "b": ["B": "AAEC/w=="], "t": ["BOOL": false], "nul": ["NULL": true], "ss": ["SS": ["x", ""]],
            "ns": ["NS": ["3", "1"]], "bs": ["BS": ["AQ=="]], "l": ["L": [["M": [:]], ["L": []]]], "e": ["S": ""],
        ]
        try await tables.put(item)
        let key: JSONValue = ["pk": ["S": "a/\"\u{1F600}\n"], "sk": ["N": "-1.50"]]
        #expect(try await tables.get(key) == item)
        #expect(try await tables.get(["pk": ["S": "a"], "sk": ["N": "0"]]) == nil)
        try await tables.call("DeleteItem", ["TableName": "things", "Key": key])
        #expect(try await tables.get(key) == nil)
        try await tables.call("DeleteItem", ["TableName": "things", "Key": key])
    }

    /// DynamoDB compares names by their bytes: "é" as one scalar and as two are two attributes.
    @Test func namesThatDifferInCompositionOnlyAreTwoAttributes() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        let key: JSONValue = ["pk": ["S": "a"]]
        let item = JSONValue.object([
            "pk": ["S": "a"], composed: ["N": "1"], decomposed: ["N": "2"],
            "m": ["M": .object([composed: ["S": "one"], decomposed: ["S": "two"]])],
        ])
        try await tables.put(item)
        let found = try #require(try await tables.get(key))
        #expect(found == item)
        #expect(found.object?.count == 4)
        #expect(found["m"]?["M"]?.object?.count == 2)
        let updated = try await tables.call(
            "UpdateItem",
            [
                "TableName": "things", "Key": key, "UpdateExpression": "SET #d = :n REMOVE m.#c",
                "ExpressionAttributeNames": ["#c": .string(composed), "#d": .string(decomposed)],
                "ExpressionAttributeValues": [":n": ["N": "3"]], "ReturnValues": "ALL_NEW",
            ])["Attributes"]
        #expect(updated?[composed] == ["N": "1"])
        #expect(updated?[decomposed] == ["N": "3"])
        #expect(updated?["m"]?["M"] == .object([decomposed: ["S": "two"]]))
    }

    @Test func returnValuesInEveryForm() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        let key: JSONValue = ["pk": ["S": "a"]]
        func update(_ returns: String) async throws -> JSONValue? {
            try await tables.call(
                "UpdateItem",
                [
                    "TableName": "things", "Key": key, "UpdateExpression": "ADD n :one SET m.#x = :one",
                    "ExpressionAttributeNames": ["#x": "x"], "ExpressionAttributeValues": [":one": ["N": "1"]],
                    "ReturnValues": .string(returns),
                ])["Attributes"]
        }
        let item: JSONValue = ["pk": ["S": "a"], "n": ["N": "1"], "m": ["M": ["x": ["N": "0"], "y": ["N": "0"]]]]
        let put = try await tables.call("PutItem", ["TableName": "things", "Item": item, "ReturnValues": "ALL_OLD"])
        #expect(put["Attributes"] == nil)
        #expect(try await update("UPDATED_OLD") == ["n": ["N": "1"], "m": ["M": ["x": ["N": "0"]]]])
        #expect(try await update("UPDATED_NEW") == ["n": ["N": "3"], "m": ["M": ["x": ["N": "1"]]]])
        #expect(try await update("NONE") == nil)
        #expect(try await update("ALL_OLD")?["n"] == ["N": "4"])
        #expect(try await update("ALL_NEW")?["n"] == ["N": "6"])
        let deleted = try await tables.call(
            "DeleteItem", ["TableName": "things", "Key": key, "ReturnValues": "ALL_OLD"])
        #expect(deleted["Attributes"]?["n"] == ["N": "6"])
        for operation in ["PutItem", "DeleteItem"] {
            let refusal = await tables.refusal(
                operation, ["TableName": "things", "Key": key, "Item": key, "ReturnValues": "ALL_NEW"])
            #expect(refusal?.message == "Return values set to invalid value")
        }
    }

    @Test func conditionsDecideAndTellTheItem() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        let item: JSONValue = ["pk": ["S": "a"], "v": ["N": "1"]]
        let once: JSONValue = [
            "TableName": "things", "Item": item, "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        ]
        try await tables.call("PutItem", once)
        let refusal = await tables.refusal("PutItem", once)
        #expect(refusal?.code == "ConditionalCheckFailedException")
        #expect(refusal?.message == "The conditional request failed")
        #expect(refusal?.members["Item"] == item)
        let update = await tables.refusal(
            "UpdateItem",
            [
                "TableName": "things", "Key": ["pk": ["S": "new"]], "UpdateExpression": "SET v = :v",
                "ConditionExpression": "v = :v", "ExpressionAttributeValues": [":v": ["N": "1"]],
            ])
        #expect(update?.code == "ConditionalCheckFailedException")
        #expect(update?.members["Item"] == nil)
        #expect(try await tables.get(["pk": ["S": "new"]]) == nil)
    }

    static let big = String(repeating: "x", count: 400 * 1024)

    static func nested(_ depth: Int) -> JSONValue {
        (0..<depth).reduce(["S": "in"]) { inner, _ in ["L": [inner]] }
    }

    @Test(arguments: [
        (#"{"x":{"S":"a"}}"#, "One or more parameter values were invalid: Missing the key pk in the item"),
        (
            #"{"pk":{"N":"1"}}"#,
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"
        ),
        (
            #"{"pk":{"S":""}}"#,
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
        ),
        (#"{"pk":{"S":"a"},"n":{"N":"x"}}"#, "The parameter cannot be converted to a numeric value: x"),
        (#"{"pk":{"S":"a"},"n":{"N":""}}"#, "The parameter cannot be converted to a numeric value"),
        (
            #"{"pk":{"S":"a"},"n":{"N":"1e126"}}"#,
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        ),
        (
            #"{"pk":{"S":"a"},"n":{"N":"1e-131"}}"#,
            "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        ),
        (
            #"{"pk":{"S":"a"},"n":{"N":"123456789012345678901234567890123456789"}}"#,
            "Attempting to store more than 38 significant digits in a Number"
        ),
        (
            #"{"pk":{"S":"a"},"n":{"NULL":false}}"#,
            "One or more parameter values were invalid: Null attribute value types must have the value of true"
        ),
        (
            #"{"pk":{"S":"a"},"n":{"SS":[]}}"#,
            "One or more parameter values were invalid: An string set  may not be empty"
        ),
        (
            #"{"pk":{"S":"a"},"n":{"NS":[]}}"#,
            "One or more parameter values were invalid: An number set  may not be empty"
        ),
        (
            #"{"pk":{"S":"a"},"n":{"SS":["x","x"]}}"#,
            "One or more parameter values were invalid: Input collection [x, x] contains duplicates."
        ),
        (#"{"pk":{"S":"a"},"n":{"NS":["1","1.0"]}}"#, "Input collection contains duplicates"),
        (
            #"{"pk":{"S":"a"},"n":{"BS":["AQ==","AQ=="]}}"#,
            "One or more parameter values were invalid: Input collection [AQ==, AQ==]of type BS contains duplicates."
        ),
        (
            #"{"pk":{"S":"a"},"n":{}}"#,
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
        ),
        (
            #"{"pk":{"S":"a"},"n":{"S":"a","N":"1"}}"#,
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
        ),
    ])
    func refusesItems(item: String, message: String) async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        let refusal = await tables.refusal(
            "PutItem", ["TableName": "things", "Item": try JSONValue(parsing: item)])
        #expect(refusal == ServiceError("ValidationException", message))
    }

    @Test func refusesItemsThatAreTooLarge() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        let expected: [(JSONValue, String)] = [
            (["pk": ["S": "a"], "b": ["S": .string(Self.big)]], "Item size has exceeded the maximum allowed size"),
            (["pk": ["S": "a"], "n": Self.nested(33)], "Nesting Levels have exceeded supported limits"),
            (
                ["pk": ["S": .string(String(repeating: "k", count: 2049))]],
                "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit "
                    + "of2048 bytes"
            ),
        ]
        for (item, message) in expected {
            let refusal = await tables.refusal("PutItem", ["TableName": "things", "Item": item])
            #expect(refusal == ServiceError("ValidationException", message))
        }
    }

    @Test func whatIsAtTheLimitIsStored() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        // 400 KB is everything: two names, the key, and what is left for the text.
        let text = String(repeating: "x", count: 400 * 1024 - 4)
        try await tables.put(["pk": ["S": "a"], "b": ["S": .string(text)]])
        try await tables.put(["pk": ["S": "n"], "l": Self.nested(32)])
        let refusal = await tables.refusal(
            "UpdateItem",
            [
                "TableName": "things", "Key": ["pk": ["S": "a"]], "UpdateExpression": "SET b2 = :v",
                "ExpressionAttributeValues": [":v": ["S": "too much"]],
            ])
        #expect(refusal?.message == "Item size to update has exceeded the maximum allowed size")
    }

    @Test(arguments: [
        (#"{"pk":{"S":"a"}}"#, "The provided key element does not match the schema"),
        (#"{"pk":{"S":"a"},"sk":{"S":"1"}}"#, "The provided key element does not match the schema"),
        (#"{"pk":{"S":"a"},"sk":{"N":"1"},"x":{"S":"1"}}"#, "The provided key element does not match the schema"),
        (
            #"{"pk":{"S":""},"sk":{"N":"1"}}"#,
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
        ),
    ])
    func refusesKeys(key: String, message: String) async throws {
        let tables = try TestTables()
        try await tables.makeTable(sort: "N")
        for operation in ["GetItem", "DeleteItem", "UpdateItem"] {
            let refusal = await tables.refusal(
                operation, ["TableName": "things", "Key": try JSONValue(parsing: key)])
            #expect(refusal == ServiceError("ValidationException", message), "\(operation)")
        }
    }

    @Test func requestsAreCheckedBeforeTables() async throws {
        let tables = try TestTables()
        let expected: [(String, String, String)] = [
            (
                #"{"TableName":"nowhere","Key":{"pk":{"S":"a"}}}"#, "ResourceNotFoundException",
                "Requested resource not found"
            ),
            (
                #"{"TableName":"no","Key":{}}"#, "ValidationException",
                "TableName must be at least 3 characters long and at most 255 characters long"
            ),
            (
                #"{"TableName":"n?o","Key":{}}"#, "ValidationException",
                "1 validation error detected: Value 'n?o' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
            ),
            (
                #"{"Key":{}}"#, "ValidationException",
                "The parameter 'TableName' is required but was not present in the request"
            ),
            (
                #"{"TableName":"nowhere"}"#, "ValidationException",
                "1 validation error detected: Value null at 'key' failed to satisfy constraint: Member must not be null"
            ),
            (#"{"TableName":5}"#, "SerializationException", "NUMBER_VALUE cannot be converted to String"),
            (
                #"{"TableName":"nowhere","Key":{"pk":{"S":5}}}"#, "SerializationException",
                "NUMBER_VALUE cannot be converted to String"
            ),
            (
                #"{"TableName":"nowhere","Key":{"pk":{"S":"a"}},"ProjectionExpression":"a b"}"#,
                "ValidationException", "Invalid ProjectionExpression: Syntax error; token: \"b\", near: \"a b\""
            ),
            (
                ##"{"TableName":"nowhere","Key":{"pk":{"S":"a"}},"ExpressionAttributeNames":{"#a":"a"}}"##,
                "ValidationException", "ExpressionAttributeNames can only be specified when using expressions"
            ),
            (
                ##"{"TableName":"nowhere","Key":{"pk":{"S":"a"}},"ProjectionExpression":"a","ExpressionAttributeNames":{"#a":"a","#b":"b"}}"##,
                "ValidationException",
                "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}"
            ),
            (
                #"{"TableName":"nowhere","Key":{"pk":{"S":"a"}},"ProjectionExpression":"a","ExpressionAttributeNames":{}}"#,
                "ValidationException", "ExpressionAttributeNames must not be empty"
            ),
            (
                #"{"TableName":"nowhere","Key":{"pk":{"S":"a"}},"ProjectionExpression":"a","ExpressionAttributeNames":{"a":"a"}}"#,
                "ValidationException", "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\""
            ),
            (
                #"{"TableName":"nowhere","Key":{"pk":{"S":"a"}},"ProjectionExpression":"a","AttributesToGet":["a"]}"#,
                "ValidationException",
                "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}"
            ),
        ]
        for (input, code, message) in expected {
            #expect(await tables.refusal("GetItem", try JSONValue(parsing: input)) == ServiceError(code, message))
        }
        let unused = await tables.refusal(
            "PutItem",
            ["TableName": "nowhere", "Item": ["pk": ["S": "a"]], "ExpressionAttributeValues": [":a": ["S": "a"]]])
        #expect(
            unused?.message
                == "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"
        )
    }

    @Test func legacyParametersMeanTheSame() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        let key: JSONValue = ["pk": ["S": "a"]]
        let made = try await tables.call(
            "UpdateItem",
            [
                "TableName": "things", "Key": key, "Expected": ["pk": ["Exists": false]], "ReturnValues": "ALL_NEW",
                "AttributeUpdates": [
                    "n": ["Action": "ADD", "Value": ["N": "2"]], "s": ["Value": ["S": "x"]],
                    "l": ["Action": "ADD", "Value": ["L": [["N": "1"]]]],
                ],
            ])
        #expect(made["Attributes"] == ["pk": ["S": "a"], "n": ["N": "2"], "s": ["S": "x"], "l": ["L": [["N": "1"]]]])
        let failed = await tables.refusal(
            "DeleteItem", ["TableName": "things", "Key": key, "Expected": ["n": ["Value": ["N": "3"]]]])
        #expect(failed?.code == "ConditionalCheckFailedException")
        try await tables.call(
            "DeleteItem",
            [
                "TableName": "things", "Key": key, "ConditionalOperator": "OR",
                "Expected": [
                    "n": ["ComparisonOperator": "GT", "AttributeValueList": [["N": "9"]]],
                    "s": ["ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [["S": "x"]]],
                ],
            ])
        #expect(try await tables.get(key) == nil)
        // Taking something away from nothing makes nothing.
        try await tables.call(
            "UpdateItem", ["TableName": "things", "Key": key, "AttributeUpdates": ["n": ["Action": "DELETE"]]])
        #expect(try await tables.get(key) == nil)
    }
}
