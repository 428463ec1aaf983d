import CloudCore
import CloudCoreTesting
import GRDB
import JSONValue
import Synchronization
import Testing

@testable import CloudDynamoDB

@Suite struct ConcurrencyTests {
    @Test func exactlyOneOfFiftyWins() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        let outcomes = await withTaskGroup(of: String.self) { group in
            for number in 0..<50 {
                group.addTask {
                    await tables.refusal(
                        "PutItem",
                        [
                            "TableName": "things", "Item": ["pk": ["S": "name"], "who": ["N": .string("\(number)")]],
                            "ConditionExpression": "attribute_not_exists(pk)",
                        ])?.code ?? "\(number)"
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let winners = outcomes.filter { $0 != "ConditionalCheckFailedException" }
        #expect(winners.count == 1)
        #expect(try await tables.get(["pk": ["S": "name"]])?["who"]?["N"]?.string == winners.first)
    }

    @Test func noIncrementIsLost() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await tables.call(
                        "UpdateItem",
                        [
                            "TableName": "things", "Key": ["pk": ["S": "n"]], "UpdateExpression": "ADD n :one",
                            "ExpressionAttributeValues": [":one": ["N": "1"]],
                        ])
                }
            }
            try await group.waitForAll()
        }
        #expect(try await tables.get(["pk": ["S": "n"]])?["n"] == ["N": "200"])
    }

    /// Readers see transfers whole, while indexes come and go beneath the writers.
    @Test func transactionsAreSeenWholeAndIndexesMissNothing() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        for name in ["a", "b"] {
            try await tables.put(["pk": ["S": .string(name)], "n": ["N": "100"], "g": ["N": "1"]])
        }
        func transfer(_ from: String, _ to: String) -> JSONValue {
            .object([
                "TransactItems": .array(
                    [(from, "-1"), (to, "1")].map { name, amount in
                        [
                            "Update": [
                                "TableName": "things", "Key": ["pk": ["S": .string(name)]],
                                "UpdateExpression": "ADD n :a",
                                "ExpressionAttributeValues": [":a": ["N": .string(amount)]],
                            ]
                        ]
                    })
            ])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    try await tables.call(
                        "TransactWriteItems", number % 2 == 0 ? transfer("a", "b") : transfer("b", "a"))
                    try await tables.put(["pk": ["S": .string("new-\(number)")], "g": ["N": "1"]])
                }
                group.addTask {
                    let got = try await tables.call(
                        "TransactGetItems",
                        [
                            "TransactItems": [
                                ["Get": ["TableName": "things", "Key": ["pk": ["S": "a"]]]],
                                ["Get": ["TableName": "things", "Key": ["pk": ["S": "b"]]]],
                            ]
                        ])
                    let sum = (got["Responses"]?.array ?? []).compactMap { $0["Item"]?["n"]?["N"]?.string }.compactMap {
                        Int($0)
                    }
                    #expect(sum.reduce(0, +) == 200)
                }
            }
            group.addTask {
                try await tables.call(
                    "UpdateTable",
                    [
                        "TableName": "things", "AttributeDefinitions": [["AttributeName": "g", "AttributeType": "N"]],
                        "GlobalSecondaryIndexUpdates": [
                            [
                                "Create": [
                                    "IndexName": "byG", "Projection": ["ProjectionType": "KEYS_ONLY"],
                                    "KeySchema": [["AttributeName": "g", "KeyType": "HASH"]],
                                ]
                            ]
                        ],
                    ])
            }
            try await group.waitForAll()
        }
        let count = try await tables.call("Scan", ["TableName": "things", "IndexName": "byG"])["Count"]
        #expect(count == 42)
    }

    @Test func whatWasAcknowledgedIsThereAfterACrash() async throws {
        let tables = try TestTables()
        try await tables.makeTable(
            "things",
            ["StreamSpecification": ["StreamEnabled": true, "StreamViewType": "NEW_IMAGE"]])
        try await tables.call(
            "UpdateTimeToLive",
            ["TableName": "things", "TimeToLiveSpecification": ["AttributeName": "ttl", "Enabled": true]])
        for number in 0..<50 { try await tables.put(["pk": ["S": .string("k\(number)")], "ttl": ["N": "1700000100"]]) }
        let described = try await tables.call("DescribeTable", ["TableName": "things"])
        let folder = try TemporaryFolder(afterCrashOf: tables.store, database: "dynamodb")
        defer { folder.remove() }
        let clock = CloudClock(startingAt: Timestamp(seconds: 1_700_000_000), pace: .frozen)
        let again = try TestTables(clock: clock, directory: folder.path)
        #expect(try await again.call("DescribeTable", ["TableName": "things"]) == described)
        #expect(try await again.call("Scan", ["TableName": "things"])["Count"] == 50)
        // The timers of what expires are set again.
        await clock.advance(by: .seconds(100))
        #expect(try await again.call("Scan", ["TableName": "things"])["Count"] == 0)
    }
}

extension TestTables {
    fileprivate func makeTable(_ name: String, _ more: JSONObject) async throws {
        try await makeTable(name, sort: nil, more)
    }
}
