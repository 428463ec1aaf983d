import CloudCore
import CloudCoreTesting
import Foundation
import GRDB
import JSONValue
import Testing

@testable import CloudDynamoDB

@Suite struct RestoreTests {
    private static let indexed: JSONObject = [
        "GlobalSecondaryIndexes": [
            [
                "IndexName": "byG", "KeySchema": [["AttributeName": "g", "KeyType": "HASH"]],
                "Projection": ["ProjectionType": "ALL"],
            ],
            [
                "IndexName": "byH", "KeySchema": [["AttributeName": "h", "KeyType": "HASH"]],
                "Projection": ["ProjectionType": "KEYS_ONLY"],
            ],
        ],
        "AttributeDefinitions": [
            ["AttributeName": "pk", "AttributeType": "S"], ["AttributeName": "g", "AttributeType": "S"],
            ["AttributeName": "h", "AttributeType": "S"],
        ],
    ]

    private func backup(_ tables: TestTables, items: Int = 100, padding: Int = 0) async throws -> JSONValue {
        try await tables.makeTable("things", Self.indexed)
        for number in 0..<items {
            try await tables.put([
                "pk": ["S": .string("k\(number)")], "g": ["S": .string("g\(number % 3)")], "h": ["S": "h"],
                "n": ["N": .string("\(number).5")], "b": ["B": "AAEC"],
                "pad": ["S": .string(String(repeating: "x", count: padding))],
            ])
        }
        let answer = try await tables.call("CreateBackup", ["TableName": "things", "BackupName": "first"])
        return try #require(answer["BackupDetails"]?["BackupArn"])
    }

    private func everything(_ tables: TestTables, _ table: String, index: String? = nil) async throws -> [String] {
        var items: [String] = []
        var start: JSONValue?
        repeat {
            var input: JSONObject = ["TableName": .string(table)]
            input["IndexName"] = index.map { .string($0) }
            input["ExclusiveStartKey"] = start
            let page = try await tables.call("Scan", .object(input))
            items += (page["Items"]?.array ?? []).map { $0.text() }
            start = page["LastEvaluatedKey"]
        } while start != nil
        return items.sorted()
    }

    @Test func givesBackEveryItemAndIndex() async throws {
        let tables = try TestTables()
        // More than one batch.
        let arn = try await backup(tables, items: 300, padding: 3_000)
        let answer = try await tables.call("RestoreTableFromBackup", ["TargetTableName": "again", "BackupArn": arn])
        let description = answer["TableDescription"]
        #expect(description?["TableStatus"] == "CREATING")
        #expect(description?["RestoreSummary"]?["RestoreInProgress"] == true)
        #expect(description?["RestoreSummary"]?["SourceBackupArn"] == arn)
        for index in [nil, "byG", "byH"] {
            let (old, new) = (
                try await everything(tables, "things", index: index),
                try await everything(tables, "again", index: index)
            )
            #expect(old == new)
            #expect(new.count == 300)
        }
        let table = try await tables.call("DescribeTable", ["TableName": "again"])["Table"]
        let source = try await tables.call("DescribeTable", ["TableName": "things"])["Table"]
        #expect(table?["TableStatus"] == "ACTIVE")
        #expect(table?["RestoreSummary"]?["RestoreInProgress"] == false)
        #expect(table?["RestoreSummary"]?["SourceTableArn"] == source?["TableArn"])
        #expect(table?["ItemCount"] == 300)
        #expect(table?["TableSizeBytes"] == source?["TableSizeBytes"])
        #expect(
            table?["GlobalSecondaryIndexes"]?[1]?["IndexSizeBytes"]
                == source?["GlobalSecondaryIndexes"]?[1]?["IndexSizeBytes"])
        #expect(table?["TableId"] != source?["TableId"])
        // The tables are two: what changes in one does not in the other.
        try await tables.call("DeleteItem", ["TableName": "again", "Key": ["pk": ["S": "k1"]]])
        #expect(try await tables.get(["pk": ["S": "k1"]]) != nil)
        #expect(try await everything(tables, "again", index: "byG").count == 299)
    }

    @Test func leavesOutWhatNoBackupHas() async throws {
        let tables = try TestTables()
        try await tables.makeTable(
            "things", sort: nil,
            [
                "StreamSpecification": ["StreamEnabled": true, "StreamViewType": "NEW_IMAGE"],
                "DeletionProtectionEnabled": true, "Tags": [["Key": "k", "Value": "v"]],
            ])
        try await tables.call(
            "UpdateTimeToLive",
            ["TableName": "things", "TimeToLiveSpecification": ["AttributeName": "ttl", "Enabled": true]])
        try await tables.put(["pk": ["S": "a"], "ttl": ["N": "1700000010"]])
        let arn = try #require(
            try await tables.call("CreateBackup", ["TableName": "things", "BackupName": "abc"])["BackupDetails"]?[
                "BackupArn"])
        try await tables.call("RestoreTableFromBackup", ["TargetTableName": "again", "BackupArn": arn])
        let table = try #require(try await tables.call("DescribeTable", ["TableName": "again"])["Table"])
        #expect(table["StreamSpecification"] == nil)
        #expect(table["DeletionProtectionEnabled"] == false)
        #expect(
            try await tables.call("DescribeTimeToLive", ["TableName": "again"])
                == ["TimeToLiveDescription": ["TimeToLiveStatus": "DISABLED"]])
        #expect(
            try await tables.call("ListTagsOfResource", ["ResourceArn": table["TableArn"] ?? .null])["Tags"] == [])
        await tables.clock.advance(by: .seconds(60))
        #expect(try await tables.get(["pk": ["S": "a"]], from: "again") != nil)
        #expect(try await tables.get(["pk": ["S": "a"]]) == nil)
    }

    private static let byG: JSONValue = [
        "IndexName": "byG", "KeySchema": [["AttributeName": "g", "KeyType": "HASH"]],
        "Projection": ["ProjectionType": "ALL"],
    ]

    @Test func takesOverrides() async throws {
        let tables = try TestTables()
        let arn = try await backup(tables, items: 5)
        try await tables.call(
            "RestoreTableFromBackup",
            [
                "TargetTableName": "fewer", "BackupArn": arn, "GlobalSecondaryIndexOverride": [Self.byG],
                "SSESpecificationOverride": ["Enabled": true],
            ])
        let fewer = try await tables.call("DescribeTable", ["TableName": "fewer"])["Table"]
        #expect(fewer?["GlobalSecondaryIndexes"]?.array?.count == 1)
        #expect(fewer?["AttributeDefinitions"]?.array?.count == 2)
        #expect(fewer?["SSEDescription"]?["Status"] == "ENABLED")
        #expect(try await everything(tables, "fewer", index: "byG").count == 5)
        try await tables.call(
            "RestoreTableFromBackup",
            [
                "TargetTableName": "none", "BackupArn": arn, "GlobalSecondaryIndexOverride": [],
                "BillingModeOverride": "PROVISIONED",
                "ProvisionedThroughputOverride": ["ReadCapacityUnits": 3, "WriteCapacityUnits": 4],
            ])
        let none = try await tables.call("DescribeTable", ["TableName": "none"])["Table"]
        #expect(none?["GlobalSecondaryIndexes"] == nil)
        #expect(none?["ProvisionedThroughput"]?["WriteCapacityUnits"] == 4)
        #expect(none?["AttributeDefinitions"]?.array?.count == 1)
    }

    @Test(
        arguments: [
            (
                [
                    "GlobalSecondaryIndexOverride": [
                        [
                            "IndexName": "new", "KeySchema": [["AttributeName": "g", "KeyType": "HASH"]],
                            "Projection": ["ProjectionType": "ALL"],
                        ]
                    ]
                ], "must name indexes of the source table"
            ),
            (
                [
                    "GlobalSecondaryIndexOverride": [
                        [
                            "IndexName": "byG", "KeySchema": [["AttributeName": "h", "KeyType": "HASH"]],
                            "Projection": ["ProjectionType": "ALL"],
                        ]
                    ]
                ], "must name indexes of the source table"
            ),
            (
                [
                    "GlobalSecondaryIndexOverride": [
                        [
                            "IndexName": "byG", "KeySchema": [["AttributeName": "g", "KeyType": "HASH"]],
                            "Projection": ["ProjectionType": "KEYS_ONLY"],
                        ]
                    ]
                ], "must name indexes of the source table"
            ),
            (["GlobalSecondaryIndexOverride": [byG, byG]], "Duplicate index name: byG"),
            (["BillingModeOverride": "PROVISIONED"], "must both be specified"),
            (
                [
                    "BillingModeOverride": "PROVISIONED",
                    "ProvisionedThroughputOverride": ["ReadCapacityUnits": 1, "WriteCapacityUnits": 1],
                ], "should be specified for index: byG"
            ),
            (["BillingModeOverride": "FREE"], "enum value set: [PROVISIONED, PAY_PER_REQUEST]"),
            (["TargetTableName": "a"], "greater than or equal to 3"),
        ] as [(JSONObject, String)])
    func refusesOverridesThatDoNotFit(_ override: JSONObject, _ message: String) async throws {
        let tables = try TestTables()
        var input: JSONObject = ["TargetTableName": "again", "BackupArn": try await backup(tables, items: 1)]
        for (member, value) in override { input[member] = value }
        let refusal = await tables.refusal("RestoreTableFromBackup", .object(input))
        #expect(refusal?.code == "ValidationException")
        #expect(refusal?.message.contains(message) == true, "\(refusal?.message ?? "")")
        #expect(tables.service.tableNames == ["things"])
    }

    @Test func isForNewTablesAlone() async throws {
        let tables = try TestTables()
        let arn = try await backup(tables, items: 1)
        let refusal = await tables.refusal("RestoreTableFromBackup", ["TargetTableName": "things", "BackupArn": arn])
        #expect(refusal == ServiceError("TableAlreadyExistsException", "Table already exists: things"))
        // Of many at once, one makes the table; what the others meet is one of these.
        let codes = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    await tables.refusal("RestoreTableFromBackup", ["TargetTableName": "again", "BackupArn": arn])?.code
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 1)
        #expect(Set(codes.compactMap { $0 }).isSubset(of: ["TableAlreadyExistsException", "TableInUseException"]))
        #expect(try await everything(tables, "again").count == 1)
    }

    /// A table that is coming is shown as such, and its name is taken.
    @Test func showsWhatIsComing() async throws {
        let tables = try TestTables()
        let arn = try await backup(tables, items: 1)
        let record = try tables.service.findBackup(try #require(arn.string)).0
        var coming = record.table
        coming.name = "coming"
        coming.origin = RestoreOrigin(backupARN: record.arn, tableARN: "arn", date: record.created)
        try tables.service.activity.beginRestore(of: coming, from: record.arn)
        let description = try await tables.call("DescribeTable", ["TableName": "coming"])["Table"]
        #expect(description?["TableStatus"] == "CREATING")
        #expect(description?["RestoreSummary"]?["RestoreInProgress"] == true)
        #expect(try await tables.call("ListTables", [:])["TableNames"] == ["coming", "things"])
        for (operation, more, code) in [
            ("DeleteTable", [:], "ResourceInUseException"),
            ("UpdateTable", ["DeletionProtectionEnabled": true], "ResourceInUseException"),
            ("CreateBackup", ["BackupName": "abc"], "TableInUseException"),
            ("GetItem", ["Key": ["pk": ["S": "a"]]], "ResourceNotFoundException"),
        ] as [(String, JSONObject, String)] {
            var input = more
            input["TableName"] = "coming"
            #expect(await tables.refusal(operation, .object(input))?.code == code)
        }
        #expect(await tables.refusal("DeleteBackup", ["BackupArn": arn])?.code == "BackupInUseException")
        await #expect(throws: ServiceError.self) { try await tables.makeTable("coming") }
        tables.service.activity.endRestore(of: "coming")
        try await tables.call("DeleteBackup", ["BackupArn": arn])
    }

    @Test func givesNothingOfADamagedBackup() async throws {
        let tables = try TestTables()
        let arn = try await backup(tables, items: 300, padding: 2_000)
        let identifier = try #require(arn.string?.split(separator: "/").last)
        let path = "\(tables.store.directory)/dynamodb/backups/\(identifier).items"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for damaged in [
            whole.dropLast(1), whole.dropLast(200_000), Data(), Data("not a backup at all, but long enough".utf8),
            whole + Data([0]), whole.prefix(300_000) + Data([whole[300_000] ^ 1]) + whole.dropFirst(300_001),
        ] {
            try Data(damaged).write(to: URL(fileURLWithPath: path))
            let refusal = await tables.refusal(
                "RestoreTableFromBackup", ["TargetTableName": "again", "BackupArn": arn])
            #expect(refusal?.status == 500)
            #expect(tables.service.tableNames == ["things"])
        }
        // Nothing of the attempts is left.
        let counts = try tables.service.database.read { database in
            try ["items", "entries", "indexes", "sizes", "unfinished"].map { table in
                try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM \(table)") ?? -1
            }
        }
        #expect(counts == [300, 600, 2, 3, 0])
        try whole.write(to: URL(fileURLWithPath: path))
        try await tables.call("RestoreTableFromBackup", ["TargetTableName": "again", "BackupArn": arn])
        #expect(try await everything(tables, "again").count == 300)
    }

    /// What a process that was killed leaves: files without records, and a table that was being filled.
    @Test func nothingHalfIsSeenAfterACrash() async throws {
        let data = TemporaryFolder("dynamodb")
        defer { data.remove() }
        let folder = "\(data.path)/dynamodb/backups"
        var arn: JSONValue = .null
        do {
            let tables = try TestTables(directory: data.path)
            arn = try await backup(tables, items: 10)
            for file in ["01-a.part", "02-b.items"] {
                try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
            }
            var half = try #require(tables.service.catalog.find("things"))
            half.name = "half"
            half.id = "another"
            let written = half
            _ = try await tables.service.database.write { database in
                let reserved = try TableWriter(database: database).reserve(written)
                for number in 0..<7 {
                    let item = try attributes(["pk": ["S": .string("k\(number)")], "g": ["S": "g"]])
                    let place = try #require(reserved.key.place(of: item))
                    try ItemWriter(database: database, table: reserved)
                        .replace(nil, with: EncodedItem(item), at: place)
                }
                return reserved.number
            }
        }
        let tables = try TestTables(directory: data.path)
        #expect(tables.service.tableNames == ["things"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
        let (items, left) = try tables.service.database.read { database in
            (
                try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM items"),
                try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM unfinished")
            )
        }
        #expect(items == 10)
        #expect(left == 0)
        // The backup that was acknowledged is there, and whole.
        try await tables.call("RestoreTableFromBackup", ["TargetTableName": "half", "BackupArn": arn])
        #expect(try await everything(tables, "half").count == 10)
    }
}

extension TestTables {
    fileprivate func makeTable(_ name: String, _ more: JSONObject) async throws {
        try await makeTable(name, sort: nil, more)
    }
}
