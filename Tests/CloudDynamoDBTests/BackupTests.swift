import CloudCore
import Foundation
import JSONValue
import Testing

@testable import CloudDynamoDB

@Suite struct BackupTests {
    static let start = Timestamp(seconds: 1_700_000_000)

    /// A backup's ARN.
    private func back(_ tables: TestTables, _ name: String = "first", of table: String = "things") async throws
        -> String
    {
        let answer = try await tables.call("CreateBackup", ["TableName": .string(table), "BackupName": .string(name)])
        let details = try #require(answer["BackupDetails"])
        #expect(details["BackupStatus"] == "CREATING")
        return try #require(details["BackupArn"]?.string)
    }

    private func list(_ tables: TestTables, _ input: JSONValue = [:]) async throws -> [String] {
        let answer = try await tables.call("ListBackups", input)
        return (answer["BackupSummaries"]?.array ?? []).compactMap { $0["BackupName"]?.string }
    }

    @Test func tellsWhatTheTableWas() async throws {
        let tables = try TestTables()
        try await tables.makeTable(
            sort: "N",
            [
                "LocalSecondaryIndexes": [
                    [
                        "IndexName": "local",
                        "KeySchema": [
                            ["AttributeName": "pk", "KeyType": "HASH"], ["AttributeName": "g", "KeyType": "RANGE"],
                        ], "Projection": ["ProjectionType": "ALL"],
                    ]
                ],
                "GlobalSecondaryIndexes": [
                    [
                        "IndexName": "global", "KeySchema": [["AttributeName": "g", "KeyType": "HASH"]],
                        "Projection": ["ProjectionType": "KEYS_ONLY"],
                    ]
                ],
                "AttributeDefinitions": [
                    ["AttributeName": "pk", "AttributeType": "S"], ["AttributeName": "sk", "AttributeType": "N"],
                    ["AttributeName": "g", "AttributeType": "S"],
                ], "StreamSpecification": ["StreamEnabled": true, "StreamViewType": "NEW_IMAGE"],
            ])
        try await tables.call(
            "UpdateTimeToLive",
            ["TableName": "things", "TimeToLiveSpecification": ["AttributeName": "ttl", "Enabled": true]])
        try await tables.put(["pk": ["S": "a"], "sk": ["N": "1"], "g": ["S": "x"]])
        let arn = try await back(tables)
        #expect(arn.hasPrefix("arn:aws:dynamodb:us-east-1:000000000000:table/things/backup/01700000000000-"))
        let description = try await tables.call("DescribeBackup", ["BackupArn": .string(arn)])["BackupDescription"]
        let size = try await tables.call("DescribeTable", ["TableName": "things"])["Table"]
        #expect(
            description?["BackupDetails"]
                == [
                    "BackupArn": .string(arn), "BackupName": "first",
                    "BackupSizeBytes": size?["TableSizeBytes"] ?? .null,
                    "BackupStatus": "AVAILABLE", "BackupType": "USER",
                    "BackupCreationDateTime": 1_700_000_000,
                ])
        let source = description?["SourceTableDetails"]
        #expect(source?["TableName"] == "things")
        #expect(source?["ItemCount"] == 1)
        #expect(source?["BillingMode"] == "PAY_PER_REQUEST")
        #expect(source?["TableId"] == size?["TableId"])
        #expect(source?["ProvisionedThroughput"] == ["ReadCapacityUnits": 0, "WriteCapacityUnits": 0])
        let features = description?["SourceTableFeatureDetails"]
        #expect(features?["LocalSecondaryIndexes"]?[0]?["IndexName"] == "local")
        #expect(features?["GlobalSecondaryIndexes"]?[0]?["Projection"] == ["ProjectionType": "KEYS_ONLY"])
        #expect(features?["StreamDescription"] == ["StreamEnabled": true, "StreamViewType": "NEW_IMAGE"])
        #expect(features?["TimeToLiveDescription"] == ["TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"])
    }

    @Test func listsByTableTimeAndPage() async throws {
        let clock = CloudClock(startingAt: Self.start, pace: .frozen)
        let tables = try TestTables(clock: clock)
        for name in ["things", "others"] { try await tables.makeTable(name) }
        for number in 0..<5 {
            _ = try await back(tables, "b-\(number)")
            await clock.advance(by: .seconds(60))
        }
        _ = try await back(tables, "other", of: "others")
        #expect(try await list(tables, ["TableName": "things"]) == (0..<5).map { "b-\($0)" })
        #expect(try await list(tables).sorted() == (0..<5).map { "b-\($0)" } + ["other"])
        #expect(try await list(tables, ["TableName": "nobody"]).isEmpty)
        #expect(try await list(tables, ["BackupType": "SYSTEM"]).isEmpty)
        #expect(try await list(tables, ["BackupType": "USER"]).count == 6)
        // From the lower bound on, and before the upper one.
        let (from, to) = (JSONValue(1_700_000_060), JSONValue(1_700_000_180))
        #expect(
            try await list(tables, ["TableName": "things", "TimeRangeLowerBound": from, "TimeRangeUpperBound": to])
                == ["b-1", "b-2"])
        var names: [String] = []
        var mark: JSONValue?
        repeat {
            var input: JSONObject = ["TableName": "things", "Limit": 2]
            input["ExclusiveStartBackupArn"] = mark
            let page = try await tables.call("ListBackups", .object(input))
            let found = (page["BackupSummaries"]?.array ?? []).compactMap { $0["BackupName"]?.string }
            #expect(found.count <= 2)
            names += found
            mark = page["LastEvaluatedBackupArn"]
        } while mark != nil
        #expect(names == (0..<5).map { "b-\($0)" })
    }

    @Test func staysWhenItsTableGoes() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        try await tables.put(["pk": ["S": "a"], "n": ["N": "1"]])
        let arn = try await back(tables)
        try await tables.put(["pk": ["S": "b"]])
        try await tables.call("DeleteTable", ["TableName": "things"])
        #expect(try await list(tables, ["TableName": "things"]) == ["first"])
        try await tables.call("RestoreTableFromBackup", ["TargetTableName": "things", "BackupArn": .string(arn)])
        #expect(try await tables.get(["pk": ["S": "a"]]) == ["pk": ["S": "a"], "n": ["N": "1"]])
        #expect(try await tables.get(["pk": ["S": "b"]]) == nil)
    }

    @Test func goesWhenItIsDeleted() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        let arn = try await back(tables)
        let folder = "\(tables.store.directory)/dynamodb/backups"
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
        let deleted = try await tables.call("DeleteBackup", ["BackupArn": .string(arn)])
        #expect(deleted["BackupDescription"]?["BackupDetails"]?["BackupStatus"] == "DELETED")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        for operation in ["DescribeBackup", "DeleteBackup"] {
            let refusal = await tables.refusal(operation, ["BackupArn": .string(arn)])
            #expect(refusal == ServiceError("BackupNotFoundException", "Backup not found: \(arn)"))
        }
        #expect(
            await tables.refusal(
                "RestoreTableFromBackup", ["TargetTableName": "new", "BackupArn": .string(arn)])?.code
                == "BackupNotFoundException")
    }

    static let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/things/backup/01700000000000-00000000"

    @Test(
        arguments: [
            (
                "CreateBackup", ["TableName": "nothing", "BackupName": "abc"], "TableNotFoundException",
                "Table not found: nothing"
            ),
            (
                "CreateBackup", ["TableName": "things"], "ValidationException",
                "1 validation error detected: Value null at 'backupName' failed to satisfy constraint: Member must not be null"
            ),
            (
                "CreateBackup", ["TableName": "things", "BackupName": "a/"], "ValidationException",
                "2 validation errors detected: Value 'a/' at 'backupName' failed to satisfy constraint: Member must satisfy "
                    + "regular expression pattern: [a-zA-Z0-9_.-]+; Value 'a/' at 'backupName' failed to satisfy constraint: "
                    + "Member must have length greater than or equal to 3"
            ),
            (
                "DescribeBackup", ["BackupArn": "short"], "ValidationException",
                "1 validation error detected: Value 'short' at 'backupArn' failed to satisfy constraint: Member must have "
                    + "length greater than or equal to 37"
            ),
            ("DescribeBackup", ["BackupArn": .string(arn)], "BackupNotFoundException", "Backup not found: \(arn)"),
            (
                "ListBackups", ["Limit": 101], "ValidationException",
                "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member must have value "
                    + "less than or equal to 100"
            ),
            (
                "ListBackups", ["BackupType": "MINE"], "ValidationException",
                "1 validation error detected: Value 'MINE' at 'backupType' failed to satisfy constraint: Member must satisfy "
                    + "enum value set: [USER, SYSTEM, AWS_BACKUP, ALL]"
            ),
            (
                "UpdateContinuousBackups", ["TableName": "things"], "ValidationException",
                "1 validation error detected: Value null at 'pointInTimeRecoverySpecification' failed to satisfy constraint: "
                    + "Member must not be null"
            ),
            (
                "RestoreTableToPointInTime",
                ["SourceTableName": "things", "TargetTableName": "new", "UseLatestRestorableTime": true],
                "PointInTimeRecoveryUnavailableException", "Point in time recovery is not enabled for table 'things'"
            ),
        ] as [(String, JSONValue, String, String)])
    func refuses(_ operation: String, _ input: JSONValue, _ code: String, _ message: String) async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        #expect(await tables.refusal(operation, input) == ServiceError(code, message))
    }

    @Test func continuousBackupsAreOffAndStayOff() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        let off: JSONValue = [
            "ContinuousBackupsDescription": [
                "ContinuousBackupsStatus": "ENABLED",
                "PointInTimeRecoveryDescription": ["PointInTimeRecoveryStatus": "DISABLED"],
            ]
        ]
        func update(_ isEnabled: Bool) -> JSONValue {
            [
                "TableName": "things",
                "PointInTimeRecoverySpecification": ["PointInTimeRecoveryEnabled": .bool(isEnabled)],
            ]
        }
        #expect(try await tables.call("DescribeContinuousBackups", ["TableName": "things"]) == off)
        #expect(try await tables.call("UpdateContinuousBackups", update(false)) == off)
        let refusal = await tables.refusal("UpdateContinuousBackups", update(true))
        #expect(refusal?.code == "ContinuousBackupsUnavailableException")
        #expect(try await tables.call("DescribeContinuousBackups", ["TableName": "things"]) == off)
    }

    /// Writers move amounts between two items all the while; every backup has the same sum.
    @Test func isOfOneInstant() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        for name in ["a", "b"] { try await tables.put(["pk": ["S": .string(name)], "n": ["N": "1000"]]) }
        for number in 0..<200 { try await tables.put(["pk": ["S": .string("filler-\(number)")]]) }
        let arns = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    let moves = [("a", "-1"), ("b", "1")].map { name, amount -> JSONValue in
                        [
                            "Update": [
                                "TableName": "things", "Key": ["pk": ["S": .string(name)]],
                                "UpdateExpression": "ADD n :n",
                                "ExpressionAttributeValues": [":n": ["N": .string(amount)]],
                            ]
                        ]
                    }
                    try await tables.call("TransactWriteItems", ["TransactItems": .array(moves)])
                }
            }
            var arns: [String] = []
            for number in 0..<10 { arns.append(try await back(tables, "b-\(number)")) }
            group.cancelAll()
            return arns
        }
        var sums: Set<Int> = []
        for (number, arn) in arns.enumerated() {
            try await tables.call(
                "RestoreTableFromBackup", ["TargetTableName": .string("r-\(number)"), "BackupArn": .string(arn)])
            var sum = 0
            for name in ["a", "b"] {
                let item = try await tables.get(["pk": ["S": .string(name)]], from: "r-\(number)")
                sum += item?["n"]?["N"]?.string.flatMap { Int($0) } ?? 0
            }
            sums.insert(sum)
        }
        #expect(sums == [2000])
    }

    @Test func activityForbidsWhatWouldCollide() throws {
        let activity = BackupActivity()
        let table = try TableDefinition(
            creating: RequestInput([
                "TableName": "things", "AttributeDefinitions": [["AttributeName": "pk", "AttributeType": "S"]],
                "KeySchema": [["AttributeName": "pk", "KeyType": "HASH"]], "BillingMode": "PAY_PER_REQUEST",
            ]), now: Self.start, identifiers: .random)
        func backup(_ digits: String, of table: TableDefinition) -> BackupRecord {
            BackupRecord(name: "abc", of: table, at: Self.start, digits: digits, identity: CloudIdentity())
        }
        let first = backup("00000001", of: table)
        try activity.beginBackup(first)
        #expect { try activity.beginBackup(backup("00000002", of: table)) } throws: { "\($0)".contains("BackupInUse") }
        activity.endBackup(first.arn)
        try activity.beginBackup(backup("00000002", of: table))
        var target = table
        for number in 0..<BackupActivity.limit {
            target.name = "target-\(number)"
            try activity.beginRestore(of: target, from: first.arn)
        }
        #expect { try activity.beginRestore(of: target, from: first.arn) } throws: { "\($0)".contains("TableInUse") }
        target.name = "one-more"
        #expect { try activity.beginRestore(of: target, from: first.arn) } throws: { "\($0)".contains("LimitExceeded") }
        #expect { try activity.beginDeletion(first.arn) } throws: { "\($0)".contains("BackupInUse") }
        for number in 0..<BackupActivity.limit { activity.endRestore(of: "target-\(number)") }
        try activity.beginDeletion(first.arn)
        #expect { try activity.beginRestore(of: target, from: first.arn) } throws: { "\($0)".contains("BackupInUse") }
    }
}
