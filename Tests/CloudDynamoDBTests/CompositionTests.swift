import CloudCore
import JSONValue
import Testing

@testable import CloudDynamoDB

/// Names and values that read the same and are written in other bytes are others: é as one scalar, and as two.
@Suite struct CompositionTests {
    private static let composed = "caf\u{E9}"
    private static let decomposed = "cafe\u{301}"

    /// A table whose key is named in one way, with an item that has an attribute named in the other.
    private func table() async throws -> TestTables {
        let tables = try TestTables()
        try await tables.call(
            "CreateTable",
            [
                "TableName": "things", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    ["AttributeName": .string(Self.composed), "AttributeType": "S"],
                    ["AttributeName": .string(Self.decomposed), "AttributeType": "N"],
                ],
                "KeySchema": [["AttributeName": .string(Self.composed), "KeyType": "HASH"]],
                "GlobalSecondaryIndexes": [
                    [
                        "IndexName": "other", "Projection": ["ProjectionType": "KEYS_ONLY"],
                        "KeySchema": [["AttributeName": .string(Self.decomposed), "KeyType": "HASH"]],
                    ]
                ],
            ])
        for (number, value) in [Self.composed, Self.decomposed].enumerated() {
            try await tables.put(
                .object([
                    Self.composed: ["S": .string(value)], Self.decomposed: ["N": .string("\(number)")],
                    "all": ["SS": [.string(Self.composed), .string(Self.decomposed)]],
                    "deep": ["M": .object([Self.composed: ["S": "one"], Self.decomposed: ["S": "two"]])],
                ]))
        }
        return tables
    }

    private func key(_ value: String) -> JSONValue { .object([Self.composed: ["S": .string(value)]]) }

    @Test func keysAreFoundByTheirBytes() async throws {
        let tables = try await table()
        for (number, value) in [Self.composed, Self.decomposed].enumerated() {
            let item = try await tables.get(key(value))
            #expect(item?[Self.decomposed] == ["N": .string("\(number)")])
            #expect(item?["all"]?["SS"]?.array?.count == 2)
            let found = try await tables.call(
                "Query",
                [
                    "TableName": "things", "IndexName": "other", "KeyConditionExpression": "#k = :v",
                    "ExpressionAttributeNames": ["#k": .string(Self.decomposed)],
                    "ExpressionAttributeValues": [":v": ["N": .string("\(number)")]],
                ])
            #expect(
                found["Items"] == [
                    .object([Self.composed: ["S": .string(value)], Self.decomposed: ["N": .string("\(number)")]])
                ])
        }
        #expect(
            await tables.refusal(
                "GetItem", ["TableName": "things", "Key": .object([Self.decomposed: ["S": "x"]])])?.message
                == "The provided key element does not match the schema")
    }

    @Test func pathsLeadToWhatIsWrittenSo() async throws {
        let tables = try await table()
        // The key cannot be changed; what reads the same can, and both are changed in one expression.
        let names: JSONValue = ["#a": .string(Self.composed), "#b": .string(Self.decomposed)]
        try await tables.call(
            "UpdateItem",
            [
                "TableName": "things", "Key": key(Self.composed),
                "UpdateExpression": "SET #b = :v, deep.#a = :a, deep.#b = :b",
                "ConditionExpression": "deep.#a = :one AND deep.#b = :two AND NOT contains(deep.#a, :b)",
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": [
                    ":v": ["N": "7"], ":a": ["S": "A"], ":b": ["S": "B"], ":one": ["S": "one"], ":two": ["S": "two"],
                ],
            ])
        let item = try await tables.get(key(Self.composed))
        #expect(item?[Self.decomposed] == ["N": "7"])
        #expect(item?["deep"]?["M"] == .object([Self.composed: ["S": "A"], Self.decomposed: ["S": "B"]]))
        let refusal = await tables.refusal(
            "UpdateItem",
            [
                "TableName": "things", "Key": key(Self.composed), "UpdateExpression": "SET #a = :v",
                "ExpressionAttributeNames": ["#a": .string(Self.composed)],
                "ExpressionAttributeValues": [":v": ["S": "x"]],
            ])
        #expect(refusal?.message.contains("part of the key") == true)
        let shown = try await tables.call(
            "GetItem",
            [
                "TableName": "things", "Key": key(Self.composed), "ProjectionExpression": "deep.#b",
                "ExpressionAttributeNames": ["#b": .string(Self.decomposed)],
            ])
        #expect(shown["Item"]?["deep"]?["M"] == .object([Self.decomposed: ["S": "B"]]))
    }

    @Test func filtersAndSetsCompareBytes() async throws {
        let tables = try await table()
        try await tables.put(
            .object([Self.composed: ["S": "third"], "all": ["SS": [.string(Self.decomposed)]], "v": ["S": "x"]]))
        func count(_ condition: String, _ value: String) async throws -> Int? {
            try await tables.call(
                "Scan",
                [
                    "TableName": "things", "FilterExpression": .string(condition),
                    "ExpressionAttributeNames": ["#k": .string(Self.composed)],
                    "ExpressionAttributeValues": [":v": ["S": .string(value)]],
                ])["Count"]?.int
        }
        #expect(try await count("#k = :v", Self.composed) == 1)
        #expect(try await count("#k = :v", Self.decomposed) == 1)
        #expect(try await count("contains(#k, :v)", "\u{301}") == 1)
        #expect(try await count("#k <> :v", Self.composed) == 2)
        let inSets = try await tables.call(
            "Scan",
            [
                "TableName": "things", "FilterExpression": "contains(#s, :v)",
                "ExpressionAttributeNames": ["#s": "all"],
                "ExpressionAttributeValues": [":v": ["S": .string(Self.composed)]],
            ])
        #expect(inSets["Count"]?.int == 2)
    }
}
