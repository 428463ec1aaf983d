import CloudCore
import JSONValue
import Testing

@testable import CloudDynamoDB

@Suite struct BatchTests {
    @Test func writesAndReadsMany() async throws {
        let tables = try TestTables()
        try await tables.makeTable("one")
        try await tables.makeTable("two", sort: "N")
        try await tables.put(["pk": ["S": "old"]], into: "one")
        let written = try await tables.call(
            "BatchWriteItem",
            [
                "RequestItems": [
                    "one": [
                        ["PutRequest": ["Item": ["pk": ["S": "a"], "x": ["N": "1"]]]],
                        ["DeleteRequest": ["Key": ["pk": ["S": "old"]]]],
                    ],
                    "two": [["PutRequest": ["Item": ["pk": ["S": "b"], "sk": ["N": "2"]]]]],
                ], "ReturnConsumedCapacity": "TOTAL",
            ])
        #expect(written["UnprocessedItems"] == [:])
        #expect(written["ConsumedCapacity"]?[0] == ["TableName": "one", "CapacityUnits": 2])
        let read = try await tables.call(
            "BatchGetItem",
            [
                "RequestItems": [
                    "one": [
                        "Keys": [["pk": ["S": "a"]], ["pk": ["S": "old"]]], "ProjectionExpression": "x",
                    ],
                    "two": ["Keys": [["pk": ["S": "b"], "sk": ["N": "2.0"]]]],
                ]
            ])
        #expect(
            read == [
                "Responses": ["one": [["x": ["N": "1"]]], "two": [["pk": ["S": "b"], "sk": ["N": "2"]]]],
                "UnprocessedKeys": [:],
            ])
    }

    @Test func limitsAndDuplicatesAreRefused() async throws {
        let tables = try TestTables()
        try await tables.makeTable("one")
        func put(_ key: String) -> JSONValue { ["PutRequest": ["Item": ["pk": ["S": .string(key)]]]] }
        let many = JSONValue.array((0..<26).map { put("k\($0)") })
        let tooMany = await tables.refusal("BatchWriteItem", ["RequestItems": ["one": many]])
        #expect(
            tooMany?.message.hasSuffix("failed to satisfy constraint: Member must have length less than or equal to 25")
                == true)
        let across = await tables.refusal(
            "BatchWriteItem",
            [
                "RequestItems": [
                    "one": .array((0..<20).map { put("k\($0)") }), "two": .array((0..<6).map { put("k\($0)") }),
                ]
            ])
        #expect(across?.message == "Too many items requested for the BatchWriteItem call")
        let twice = await tables.refusal(
            "BatchWriteItem", ["RequestItems": ["one": [put("a"), ["DeleteRequest": ["Key": ["pk": ["S": "a"]]]]]]])
        #expect(twice?.message == "Provided list of item keys contains duplicates")
        #expect(try await tables.call("Scan", ["TableName": "one"])["Count"] == 0)
        let keys = JSONValue.array((0..<101).map { ["pk": ["S": .string("k\($0)")]] })
        #expect(
            await tables.refusal("BatchGetItem", ["RequestItems": ["one": ["Keys": keys]]])?.message
                == "Too many items requested for the BatchGetItem call")
        #expect(
            await tables.refusal(
                "BatchGetItem", ["RequestItems": ["one": ["Keys": [["pk": ["S": "a"]], ["pk": ["S": "a"]]]]]])?.message
                == "Provided list of item keys contains duplicates")
        #expect(await tables.refusal("BatchGetItem", ["RequestItems": [:]])?.code == "ValidationException")
        #expect(
            await tables.refusal("BatchWriteItem", ["RequestItems": ["nowhere": [put("a")]]])?.code
                == "ResourceNotFoundException")
    }

    @Test func readingEndsAtSixteenMegabytes() async throws {
        let tables = try TestTables()
        try await tables.makeTable("one")
        let text = String(repeating: "x", count: 390_000)
        for number in 0..<50 {
            try await tables.put(["pk": ["S": .string("k\(number)")], "t": ["S": .string(text)]], into: "one")
        }
        var keys: JSONValue? = .array((0..<50).map { ["pk": ["S": .string("k\($0)")]] })
        var counts: [Int] = []
        while let left = keys {
            let page = try await tables.call(
                "BatchGetItem", ["RequestItems": ["one": ["Keys": left, "ConsistentRead": true]]])
            counts.append(try #require(page["Responses"]?["one"]?.array?.count))
            keys = page["UnprocessedKeys"]?["one"]?["Keys"]
            if keys != nil { #expect(page["UnprocessedKeys"]?["one"]?["ConsistentRead"] == true) }
        }
        #expect(counts == [44, 6])
    }
}
