import CloudCore
import JSONValue
import Testing

@testable import CloudDynamoDB

@Suite struct QueryTests {
    /// All pages of a read, the page size by a limit, with the whole of each answer checked against the others.
    static func pages(
        _ tables: TestTables, _ operation: String, _ input: JSONObject, limit: Int? = nil
    ) async throws -> [JSONValue] {
        var input = input
        if let limit { input["Limit"] = JSONValue(limit) }
        var items: [JSONValue] = []
        for _ in 0..<10_000 {
            let page = try await tables.call(operation, .object(input))
            let found = try #require(page["Items"]?.array)
            #expect(page["Count"]?.int == found.count)
            if let limit { #expect(try #require(page["ScannedCount"]?.int) <= limit) }
            items += found
            guard let last = page["LastEvaluatedKey"] else { return items }
            input["ExclusiveStartKey"] = last
        }
        Issue.record("the pages do not end")
        return items
    }

    @Test func numbersSortAsNumbersInBothDirections() async throws {
        let tables = try TestTables()
        try await tables.makeTable(sort: "N")
        var generator = SeededGenerator(seed: 5)
        var numbers: Set<DynamoDBNumber> = []
        while numbers.count < 150 {
            if let number = DynamoDBNumberTests.random(&generator) { numbers.insert(number) }
        }
        for number in numbers { try await tables.put(["pk": ["S": "p"], "sk": ["N": .string(number.text)]]) }
        try await tables.put(["pk": ["S": "q"], "sk": ["N": "0"]])
        let sorted = numbers.sorted().map(\.text)
        for (forward, limit) in [(true, nil), (false, nil), (true, 7), (false, 7), (true, 150)] as [(Bool, Int?)] {
            let found = try await Self.pages(
                tables, "Query",
                [
                    "TableName": "things", "KeyConditionExpression": "pk = :p", "ScanIndexForward": .bool(forward),
                    "ExpressionAttributeValues": [":p": ["S": "p"]],
                ], limit: limit)
            #expect(found.map { $0["sk"]?["N"]?.string } == (forward ? sorted : sorted.reversed()))
        }
    }

    @Test(arguments: [
        ("sk = :b", ["b"]), ("sk < :b", ["a", "aa"]), ("sk <= :b", ["a", "aa", "b"]),
        ("sk > :b", ["ba", "b\u{FF}", "c", "é"]), ("sk >= :b", ["b", "ba", "b\u{FF}", "c", "é"]),
        ("sk BETWEEN :low AND :high", ["aa", "b", "ba"]), ("begins_with(sk, :b)", ["b", "ba", "b\u{FF}"]),
        (":b < sk", ["ba", "b\u{FF}", "c", "é"]),
    ])
    func sortKeyConditions(condition: String, expected: [String]) async throws {
        let tables = try TestTables()
        try await tables.makeTable(sort: "S")
        for sort in ["a", "aa", "b", "ba", "b\u{FF}", "c", "é"] {
            try await tables.put(["pk": ["S": "p"], "sk": ["S": .string(sort)]])
        }
        var values: JSONObject = [":p": ["S": "p"]]
        for (name, text) in [(":b", "b"), (":low", "aa"), (":high", "ba")] where condition.contains(name) {
            values[name] = ["S": .string(text)]
        }
        for expression in ["pk = :p AND \(condition)", "(\(condition)) AND pk = :p"] {
            for (forward, limit) in [(true, nil), (false, 1), (true, 2)] as [(Bool, Int?)] {
                let found = try await Self.pages(
                    tables, "Query",
                    [
                        "TableName": "things", "KeyConditionExpression": .string(expression),
                        "ExpressionAttributeValues": .object(values), "ScanIndexForward": .bool(forward),
                    ], limit: limit)
                #expect(found.compactMap { $0["sk"]?["S"]?.string } == (forward ? expected : expected.reversed()))
            }
        }
    }

    @Test(arguments: [
        ("sk = :s", "Query condition missed key schema element: pk"), ("pk > :s", "Query key condition not supported"),
        ("pk = :s AND lost = :s", "Query condition missed key schema element: sk"),
        ("pk = :s OR sk = :s", "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: OR"),
        ("pk = :s AND sk <> :s", "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: <>"),
        (
            "pk = :s AND NOT sk = :s",
            "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: NOT"
        ),
        (
            "pk = :s AND sk = :s AND sk = :s",
            "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"
        ),
        ("pk = :n", "One or more parameter values were invalid: Condition parameter type does not match schema type"),
        (
            "pk = :e",
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
        ),
        (
            "pk.x = :s",
            "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes"
        ),
        (
            "contains(pk, :s)",
            "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: contains"
        ),
    ])
    func refusesKeyConditions(condition: String, message: String) async throws {
        let tables = try TestTables()
        try await tables.makeTable(sort: "S")
        var values: JSONObject = [:]
        for (name, value) in [(":s", ["S": "a"] as JSONValue), (":n", ["N": "1"]), (":e", ["S": ""])]
        where condition.contains(name) { values[name] = value }
        let refusal = await tables.refusal(
            "Query",
            [
                "TableName": "things", "KeyConditionExpression": .string(condition),
                "ExpressionAttributeValues": .object(values),
            ])
        #expect(refusal == ServiceError("ValidationException", message))
    }

    @Test func limitComesBeforeFilter() async throws {
        let tables = try TestTables()
        try await tables.makeTable(sort: "N")
        for number in 0..<10 {
            try await tables.put([
                "pk": ["S": "p"], "sk": ["N": .string("\(number)")], "odd": ["BOOL": .bool(number % 2 == 1)],
            ])
        }
        var input: JSONObject = [
            "TableName": "things", "KeyConditionExpression": "pk = :p", "FilterExpression": "odd = :t", "Limit": 4,
            "ExpressionAttributeValues": [":p": ["S": "p"], ":t": ["BOOL": true]], "ReturnConsumedCapacity": "TOTAL",
        ]
        let page = try await tables.call("Query", .object(input))
        #expect(page["Count"]?.int == 2)
        #expect(page["ScannedCount"]?.int == 4)
        #expect(page["LastEvaluatedKey"] == ["pk": ["S": "p"], "sk": ["N": "3"]])
        #expect(page["ConsumedCapacity"] == ["TableName": "things", "CapacityUnits": .number("0.5")])
        input["Limit"] = nil
        input["Select"] = "COUNT"
        let count = try await tables.call("Query", .object(input))
        #expect(count["Items"] == nil)
        #expect(count["Count"]?.int == 5)
        #expect(count["LastEvaluatedKey"] == nil)
        input["Select"] = nil
        input["FilterExpression"] = "sk = :t"
        #expect(
            await tables.refusal("Query", .object(input))?.message
                == "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk")
    }

    @Test func aPageEndsAtOneMegabyte() async throws {
        let tables = try TestTables()
        try await tables.makeTable(sort: "N")
        let text = String(repeating: "x", count: 300_000)
        for number in 0..<6 {
            try await tables.put(["pk": ["S": "p"], "sk": ["N": .string("\(number)")], "t": ["S": .string(text)]])
        }
        let page = try await tables.call("Scan", ["TableName": "things", "ReturnConsumedCapacity": "TOTAL"])
        #expect(page["Count"]?.int == 4)
        #expect(page["LastEvaluatedKey"]?["sk"] == ["N": "3"])
        #expect(page["ConsumedCapacity"]?["CapacityUnits"]?.double == 146.5)
        #expect(try await Self.pages(tables, "Scan", ["TableName": "things"]).count == 6)
    }

    @Test func segmentsDivideTheTable() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        for number in 0..<300 { try await tables.put(["pk": ["S": .string("item-\(number)")]]) }
        for total in [1, 2, 3, 7] {
            var found: [String] = []
            for segment in 0..<total {
                let items = try await Self.pages(
                    tables, "Scan",
                    ["TableName": "things", "Segment": JSONValue(segment), "TotalSegments": JSONValue(total)], limit: 11
                )
                #expect(items.count > 100 / total, "a segment holds its share")
                found += items.compactMap { $0["pk"]?["S"]?.string }
            }
            #expect(found.count == 300)
            #expect(Set(found).count == 300)
        }
        let refusal = await tables.refusal("Scan", ["TableName": "things", "Segment": 2, "TotalSegments": 2])
        #expect(
            refusal?.message
                == "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2"
        )
    }

    @Test func startingKeysAreChecked() async throws {
        let tables = try TestTables()
        try await tables.makeTable(sort: "N")
        func refusal(_ key: JSONValue, _ condition: String = "pk = :p") async -> String? {
            await tables.refusal(
                "Query",
                [
                    "TableName": "things", "KeyConditionExpression": .string(condition), "ExclusiveStartKey": key,
                    "ExpressionAttributeValues": condition.contains(":n")
                        ? [":p": ["S": "p"], ":n": ["N": "5"]] : [":p": ["S": "p"]],
                ])?.message
        }
        #expect(await refusal(["pk": ["S": "p"]]) == "The provided starting key is invalid")
        #expect(
            await refusal(["pk": ["S": "p"], "sk": ["S": "1"]])
                == "The provided starting key is invalid: The provided key element does not match the schema")
        #expect(
            await refusal(["pk": ["S": "q"], "sk": ["N": "1"]])
                == "The provided starting key is outside query boundaries based on provided conditions")
        #expect(
            await refusal(["pk": ["S": "p"], "sk": ["N": "1"]], "pk = :p AND sk > :n")
                == "The provided starting key does not match the range key predicate")
        // A starting key need not exist.
        #expect(await refusal(["pk": ["S": "p"], "sk": ["N": "1"]]) == nil)
    }
}
