import CloudCore
import JSONValue
import Testing

@testable import CloudDynamoDB

@Suite struct IndexTests {
    static func makeTable(_ tables: TestTables) async throws {
        try await tables.call(
            "CreateTable",
            [
                "TableName": "things", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    ["AttributeName": "pk", "AttributeType": "S"], ["AttributeName": "sk", "AttributeType": "N"],
                    ["AttributeName": "color", "AttributeType": "S"], ["AttributeName": "size_", "AttributeType": "N"],
                ],
                "KeySchema": [
                    ["AttributeName": "pk", "KeyType": "HASH"], ["AttributeName": "sk", "KeyType": "RANGE"],
                ],
                "GlobalSecondaryIndexes": [
                    [
                        "IndexName": "byColor", "Projection": ["ProjectionType": "ALL"],
                        "KeySchema": [
                            ["AttributeName": "color", "KeyType": "HASH"],
                            ["AttributeName": "size_", "KeyType": "RANGE"],
                        ],
                    ],
                    [
                        "IndexName": "keysByColor", "Projection": ["ProjectionType": "KEYS_ONLY"],
                        "KeySchema": [["AttributeName": "color", "KeyType": "HASH"]],
                    ],
                ],
                "LocalSecondaryIndexes": [
                    [
                        "IndexName": "bySize",
                        "Projection": ["ProjectionType": "INCLUDE", "NonKeyAttributes": ["note"]],
                        "KeySchema": [
                            ["AttributeName": "pk", "KeyType": "HASH"], ["AttributeName": "size_", "KeyType": "RANGE"],
                        ],
                    ]
                ],
            ])
    }

    static func query(_ index: String, _ value: String, _ more: JSONObject = [:]) -> JSONObject {
        var input: JSONObject = [
            "TableName": "things", "IndexName": .string(index), "KeyConditionExpression": "#k = :v",
            "ExpressionAttributeNames": ["#k": index == "bySize" ? "pk" : "color"],
            "ExpressionAttributeValues": [":v": ["S": .string(value)]],
        ]
        for (name, value) in more { input[name] = value }
        return input
    }

    /// Random writes, after each of which every index shows exactly what a slow reference says.
    @Test func indexesFollowEveryWrite() async throws {
        let tables = try TestTables()
        try await Self.makeTable(tables)
        var generator = SeededGenerator(seed: 11)
        var model: [String: JSONValue] = [:]
        let colors = ["red", "green", "blue"]
        for step in 0..<400 {
            let (pk, sk) = (
                "p\(Int.random(in: 0..<3, using: &generator))", "\(Int.random(in: 0..<8, using: &generator))"
            )
            let key: JSONValue = ["pk": ["S": .string(pk)], "sk": ["N": .string(sk)]]
            if Int.random(in: 0..<4, using: &generator) == 0 {
                try await tables.call("DeleteItem", ["TableName": "things", "Key": key])
                model["\(pk)/\(sk)"] = nil
            } else {
                var item = try #require(key.object)
                // Sparse: some items lack a key of an index.
                if Bool.random(using: &generator) { item["color"] = ["S": .string(colors[step % 3])] }
                if Int.random(in: 0..<3, using: &generator) > 0 {
                    item["size_"] = ["N": .string("\(Int.random(in: 0..<3, using: &generator))")]
                }
                item["note"] = ["S": .string("step \(step)")]
                try await tables.put(.object(item))
                model["\(pk)/\(sk)"] = .object(item)
            }
            guard step % 20 == 19 else { continue }
            for color in colors {
                let expected = model.values.filter { $0["color"]?["S"]?.string == color && $0["size_"] != nil }
                let found = try await QueryTests.pages(tables, "Query", Self.query("byColor", color), limit: 2)
                #expect(Set(found) == Set(expected))
                #expect(found.count == expected.count)
                let sizes = found.compactMap { $0["size_"]?["N"]?.string }
                #expect(sizes == sizes.sorted())
                let backwards = try await QueryTests.pages(
                    tables, "Query", Self.query("byColor", color, ["ScanIndexForward": false]), limit: 3)
                #expect(backwards == found.reversed())
                let keys = try await QueryTests.pages(tables, "Query", Self.query("keysByColor", color))
                #expect(keys.count == model.values.filter { $0["color"]?["S"]?.string == color }.count)
                #expect(keys.allSatisfy { Set($0.object?.keys ?? []) == ["pk", "sk", "color"] })
            }
            let scanned = try await QueryTests.pages(
                tables, "Scan", ["TableName": "things", "IndexName": "byColor"], limit: 4)
            #expect(Set(scanned) == Set(model.values.filter { $0["color"] != nil && $0["size_"] != nil }))
        }
        let description = try await tables.call("DescribeTable", ["TableName": "things"])["Table"]
        #expect(description?["ItemCount"]?.int == model.count)
        for index in description?["GlobalSecondaryIndexes"]?.array ?? [] {
            let wantsSize = index["IndexName"] == "byColor"
            #expect(
                index["ItemCount"]?.int
                    == model.values.filter { $0["color"] != nil && (!wantsSize || $0["size_"] != nil) }.count)
        }
    }

    @Test func pagesGoOnWithAllKeys() async throws {
        let tables = try TestTables()
        try await Self.makeTable(tables)
        for number in 0..<3 {
            try await tables.put([
                "pk": ["S": "p"], "sk": ["N": .string("\(number)")], "color": ["S": "red"], "size_": ["N": "1"],
                "note": ["S": "n"], "other": ["S": "o"],
            ])
        }
        let page = try await tables.call("Query", .object(Self.query("byColor", "red", ["Limit": 1])))
        #expect(Set(page["LastEvaluatedKey"]?.object?.keys ?? []) == ["pk", "sk", "color", "size_"])
        // A local index fetches what it lacks; it shows what it holds.
        let held = try await tables.call("Query", .object(Self.query("bySize", "p", ["Limit": 1])))
        #expect(Set(held["Items"]?[0]?.object?.keys ?? []) == ["pk", "sk", "size_", "note"])
        let fetched = try await tables.call(
            "Query",
            .object(Self.query("bySize", "p", ["Limit": 1, "Select": "ALL_ATTRIBUTES", "ConsistentRead": true])))
        #expect(fetched["Items"]?[0]?["other"] == ["S": "o"])
    }

    @Test func readsThatAnIndexCannotAnswerAreRefused() async throws {
        let tables = try TestTables()
        try await Self.makeTable(tables)
        let expected: [(JSONObject, String)] = [
            (
                Self.query("byColor", "red", ["ConsistentRead": true]),
                "Consistent reads are not supported on global secondary indexes"
            ),
            (Self.query("nope-index", "red"), "The table does not have the specified index: nope-index"),
            (
                Self.query("keysByColor", "red", ["ProjectionExpression": "note"]),
                "One or more parameter values were invalid: Global secondary index keysByColor does not project [note]"
            ),
            (
                Self.query("keysByColor", "red", ["Select": "ALL_ATTRIBUTES"]),
                "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index keysByColor because its projection type is not ALL"
            ),
        ]
        for (input, message) in expected {
            #expect(await tables.refusal("Query", .object(input)) == ServiceError("ValidationException", message))
        }
    }

    @Test func indexKeysMustFit() async throws {
        let tables = try TestTables()
        try await Self.makeTable(tables)
        let wrong: JSONValue = ["pk": ["S": "p"], "sk": ["N": "1"], "color": ["N": "1"]]
        #expect(
            await tables.refusal("PutItem", ["TableName": "things", "Item": wrong])?.message
                == "One or more parameter values were invalid: Type mismatch for Index Key color Expected: S Actual: N "
                + "IndexName: byColor")
        let empty: JSONValue = ["pk": ["S": "p"], "sk": ["N": "1"], "color": ["S": ""]]
        #expect(
            await tables.refusal("PutItem", ["TableName": "things", "Item": empty])?.message
                == "One or more parameter values are not valid. A value specified for a secondary index key is not "
                + "supported. The AttributeValue for a key attribute cannot contain an empty string value. "
                + "IndexName: byColor, IndexKey: color")
        let update = await tables.refusal(
            "UpdateItem",
            [
                "TableName": "things", "Key": ["pk": ["S": "p"], "sk": ["N": "1"]],
                "UpdateExpression": "SET color = :v",
                "ExpressionAttributeValues": [":v": ["N": "1"]],
            ])
        #expect(update?.code == "ValidationException")
    }

    @Test func indexesCanBeAddedAndTakenAway() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        for number in 0..<20 {
            try await tables.put([
                "pk": ["S": .string("k\(number)")],
                "group": number % 2 == 0 ? ["N": .string("\(number % 4)")] : ["S": "no number"],
            ])
        }
        try await tables.call(
            "UpdateTable",
            [
                "TableName": "things", "AttributeDefinitions": [["AttributeName": "group", "AttributeType": "N"]],
                "GlobalSecondaryIndexUpdates": [
                    [
                        "Create": [
                            "IndexName": "byGroup", "Projection": ["ProjectionType": "ALL"],
                            "KeySchema": [["AttributeName": "group", "KeyType": "HASH"]],
                        ]
                    ]
                ],
            ])
        let input: JSONValue = [
            "TableName": "things", "IndexName": "byGroup", "KeyConditionExpression": "#g = :g",
            "ExpressionAttributeNames": ["#g": "group"], "ExpressionAttributeValues": [":g": ["N": "2"]],
        ]
        #expect(try await tables.call("Query", input)["Count"]?.int == 5)
        try await tables.put(["pk": ["S": "late"], "group": ["N": "2"]])
        #expect(try await tables.call("Query", input)["Count"]?.int == 6)
        let delete: JSONValue = [
            "TableName": "things", "GlobalSecondaryIndexUpdates": [["Delete": ["IndexName": "byGroup"]]],
        ]
        try await tables.call("UpdateTable", delete)
        #expect(await tables.refusal("Query", input)?.message == "The table does not have the specified index: byGroup")
        #expect(await tables.refusal("UpdateTable", delete)?.code == "ResourceNotFoundException")
    }
}
