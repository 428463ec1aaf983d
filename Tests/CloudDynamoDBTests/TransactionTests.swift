import CloudCore
import JSONValue
import Testing

@testable import CloudDynamoDB

@Suite struct TransactionTests {
    static func put(_ key: String, _ more: JSONObject = [:]) -> JSONValue {
        var action: JSONObject = ["TableName": "things", "Item": ["pk": ["S": .string(key)]]]
        for (name, value) in more { action[name] = value }
        return ["Put": .object(action)]
    }

    @Test func allOrNothing() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        try await tables.put(["pk": ["S": "account"], "balance": ["N": "5"]])
        func pay(_ amount: String) -> JSONValue {
            [
                "TransactItems": [
                    Self.put("receipt-\(amount)"),
                    [
                        "Update": [
                            "TableName": "things", "Key": ["pk": ["S": "account"]],
                            "UpdateExpression": "SET balance = balance - :a", "ConditionExpression": "balance >= :a",
                            "ExpressionAttributeValues": [":a": ["N": .string(amount)]],
                            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                        ]
                    ],
                ]
            ]
        }
        try await tables.call("TransactWriteItems", pay("4"))
        let refusal = await tables.refusal("TransactWriteItems", pay("3"))
        #expect(refusal?.code == "TransactionCanceledException")
        #expect(
            refusal?.message
                == "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]"
        )
        #expect(
            refusal?.members["CancellationReasons"] == [
                ["Code": "None"],
                [
                    "Code": "ConditionalCheckFailed", "Message": "The conditional request failed",
                    "Item": ["pk": ["S": "account"], "balance": ["N": "1"]],
                ],
            ])
        let got = try await tables.call(
            "TransactGetItems",
            [
                "TransactItems": [
                    [
                        "Get": [
                            "TableName": "things", "Key": ["pk": ["S": "account"]], "ProjectionExpression": "balance",
                        ]
                    ],
                    ["Get": ["TableName": "things", "Key": ["pk": ["S": "receipt-3"]]]],
                    ["Get": ["TableName": "things", "Key": ["pk": ["S": "receipt-4"]]]],
                ], "ReturnConsumedCapacity": "TOTAL",
            ])
        #expect(
            got["Responses"] == [["Item": ["balance": ["N": "1"]]], [:], ["Item": ["pk": ["S": "receipt-4"]]]])
        #expect(
            got["ConsumedCapacity"] == [["TableName": "things", "CapacityUnits": 6, "ReadCapacityUnits": 6]])
    }

    @Test func tokensMakeARepetitionHarmless() async throws {
        let clock = CloudClock(startingAt: Timestamp(seconds: 1_700_000_000), pace: .frozen)
        let tables = try TestTables(clock: clock)
        try await tables.makeTable()
        func add(_ amount: String) -> JSONValue {
            [
                "ClientRequestToken": "token",
                "TransactItems": [
                    [
                        "Update": [
                            "TableName": "things", "Key": ["pk": ["S": "n"]], "UpdateExpression": "ADD n :a",
                            "ExpressionAttributeValues": [":a": ["N": .string(amount)]],
                        ]
                    ]
                ],
            ]
        }
        for _ in 0..<3 { try await tables.call("TransactWriteItems", add("1")) }
        #expect(try await tables.get(["pk": ["S": "n"]])?["n"] == ["N": "1"])
        #expect(await tables.refusal("TransactWriteItems", add("2"))?.code == "IdempotentParameterMismatchException")
        await clock.advance(by: .seconds(601))
        try await tables.call("TransactWriteItems", add("2"))
        #expect(try await tables.get(["pk": ["S": "n"]])?["n"] == ["N": "3"])
    }

    @Test func aCancelledTransactionDoesNotUseItsToken() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        let input: JSONValue = [
            "ClientRequestToken": "token",
            "TransactItems": [Self.put("a", ["ConditionExpression": "attribute_exists(pk)"])],
        ]
        #expect(await tables.refusal("TransactWriteItems", input)?.code == "TransactionCanceledException")
        #expect(await tables.refusal("TransactWriteItems", input)?.code == "TransactionCanceledException")
        try await tables.put(["pk": ["S": "a"]])
        try await tables.call("TransactWriteItems", input)
    }

    @Test func requestsThatCannotBeAreRefused() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        let expected: [(JSONValue, String)] = [
            ([Self.put("a"), Self.put("a")], "Transaction request cannot include multiple operations on one item"),
            ([[:]], "TransactItems can only contain one of Check, Put, Update or Delete"),
            (
                [],
                "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1"
            ),
            (
                [Self.put("a", ["ConditionExpression": "a b"])],
                "Invalid ConditionExpression: Syntax error; token: \"b\", near: \"a b\""
            ),
        ]
        for (items, message) in expected {
            #expect(await tables.refusal("TransactWriteItems", ["TransactItems": items])?.message == message)
        }
        let many = await tables.refusal(
            "TransactWriteItems", ["TransactItems": .array((0..<101).map { Self.put("k\($0)") })])
        #expect(many?.message.hasSuffix("Member must have length less than or equal to 100") == true)
        try await tables.call("TransactWriteItems", ["TransactItems": .array((0..<100).map { Self.put("k\($0)") })])
        #expect(try await tables.call("Scan", ["TableName": "things"])["Count"] == 100)
    }
}
