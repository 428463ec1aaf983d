import CloudCore
import CloudCoreTesting
import JSONValue
import Testing

@testable import CloudDynamoDB

/// An index that is made on a table with many items: it comes into being while the table goes on.
@Suite struct IndexFillingTests {
    private static let count = 20_000
    private static let add: JSONValue = [
        "TableName": "things", "AttributeDefinitions": [["AttributeName": "group", "AttributeType": "N"]],
        "GlobalSecondaryIndexUpdates": [
            [
                "Create": [
                    "IndexName": "byGroup", "Projection": ["ProjectionType": "ALL"],
                    "KeySchema": [["AttributeName": "group", "KeyType": "HASH"]],
                ]
            ]
        ],
    ]

    private static func key(_ number: Int) -> JSONValue { ["pk": ["S": .string("k\(number)")]] }

    private static func item(_ number: Int, group: Int? = nil) -> JSONValue {
        var item = key(number).object ?? [:]
        item["group"] = ["N": .string("\(group ?? number % 10)")]
        return .object(item)
    }

    /// A table of many items; a third of them lack the key of the index.
    private func fill(_ tables: TestTables) async throws -> [String: JSONValue] {
        try await tables.makeTable()
        var model: [String: JSONValue] = [:]
        for start in stride(from: 0, to: Self.count, by: 25) {
            let items = (start..<start + 25).map { $0 % 3 == 0 ? Self.key($0) : Self.item($0) }
            for (number, item) in zip(start..., items) { model["k\(number)"] = item }
            try await tables.call(
                "BatchWriteItem", ["RequestItems": ["things": .array(items.map { ["PutRequest": ["Item": $0]] })]])
        }
        return model
    }

    /// Puts, changes and deletes items all over the table, and in the model.
    private func write(_ steps: Range<Int>, _ tables: TestTables, _ model: inout [String: JSONValue]) async throws {
        for step in steps {
            let number = step * 7919 % (Self.count + 500)
            switch step % 4 {
            case 0:
                try await tables.call("DeleteItem", ["TableName": "things", "Key": Self.key(number)])
                model["k\(number)"] = nil
            case 1:
                try await tables.put(Self.key(number))
                model["k\(number)"] = Self.key(number)
            default:
                let item = Self.item(number, group: step % 10)
                try await tables.put(item)
                model["k\(number)"] = item
            }
        }
    }

    private func index(_ tables: TestTables) async throws -> JSONValue {
        let table = try await tables.call("DescribeTable", ["TableName": "things"])["Table"]
        let index = try #require(table?["GlobalSecondaryIndexes"]?[0])
        #expect(table?["TableStatus"] == (index["IndexStatus"] == "CREATING" ? "UPDATING" : "ACTIVE"))
        return index
    }

    private func expectWhole(_ tables: TestTables, _ model: [String: JSONValue]) async throws {
        await tables.clock.settled()
        let index = try await index(tables)
        #expect(index["IndexStatus"] == "ACTIVE")
        #expect(index["Backfilling"] == nil)
        let expected = model.values.filter { $0["group"] != nil }
        #expect(index["ItemCount"]?.int == expected.count)
        let found = try await QueryTests.pages(tables, "Scan", ["TableName": "things", "IndexName": "byGroup"])
        #expect(found.count == expected.count)
        #expect(Set(found) == Set(expected))
    }

    @Test func writesGoOnWhileAnIndexIsFilled() async throws {
        let tables = try TestTables()
        var model = try await fill(tables)
        try await tables.call("UpdateTable", Self.add)
        try await write(0..<1, tables, &model)
        let filling = try await index(tables)
        #expect(filling["IndexStatus"] == "CREATING")
        #expect(filling["Backfilling"] == true)
        try await write(1..<400, tables, &model)
        try await expectWhole(tables, model)
    }

    @Test func whatAnIndexThatIsFilledRefuses() async throws {
        let tables = try TestTables()
        _ = try await fill(tables)
        try await tables.call("UpdateTable", Self.add)
        #expect(
            await tables.refusal("Scan", ["TableName": "things", "IndexName": "byGroup"])
                == ServiceError(
                    "ValidationException", "Cannot read from backfilling global secondary index: byGroup"))
        var other = try #require(Self.add.object)
        other["GlobalSecondaryIndexUpdates"] = [
            [
                "Create": [
                    "IndexName": "another", "Projection": ["ProjectionType": "ALL"],
                    "KeySchema": [["AttributeName": "group", "KeyType": "HASH"]],
                ]
            ]
        ]
        #expect(await tables.refusal("UpdateTable", .object(other))?.code == "LimitExceededException")
        #expect(await tables.refusal("DeleteTable", ["TableName": "things"])?.code == "ResourceInUseException")
        // It may be given up, and the table is as it was.
        try await tables.call(
            "UpdateTable",
            ["TableName": "things", "GlobalSecondaryIndexUpdates": [["Delete": ["IndexName": "byGroup"]]]])
        await tables.clock.settled()
        let table = try await tables.call("DescribeTable", ["TableName": "things"])["Table"]
        #expect(table?["TableStatus"] == "ACTIVE")
        #expect(table?["GlobalSecondaryIndexes"] == nil)
        #expect(try tables.service.database.read { try $0.first("SELECT 1 FROM fillings") { _ in true } } == nil)
        #expect(try tables.service.database.read { try $0.first("SELECT 1 FROM entries") { _ in true } } == nil)
    }

    /// A cloud that ends in the middle leaves where the next one goes on: each slice is committed with its place.
    @Test func aFillingThatWasEndedGoesOn() async throws {
        let folder = TemporaryFolder("dynamodb")
        defer { folder.remove() }
        let tables = try TestTables(directory: folder.path)
        var model = try await fill(tables)
        try await tables.call("UpdateTable", Self.add)
        try await write(0..<4, tables, &model)
        tables.store.close()
        let again = try TestTables(directory: folder.path)
        #expect(try await index(again)["IndexStatus"] == "CREATING")
        try await write(4..<100, again, &model)
        try await expectWhole(again, model)
    }
}
