import CloudCore
import JSONValue
import Testing

@testable import CloudDynamoDB

@Suite struct TableTests {
    @Test func tablesLiveFromCreateToDelete() async throws {
        let tables = try TestTables()
        let created = try await tables.call(
            "CreateTable",
            [
                "TableName": "things", "AttributeDefinitions": [["AttributeName": "pk", "AttributeType": "S"]],
                "KeySchema": [["AttributeName": "pk", "KeyType": "HASH"]],
                "ProvisionedThroughput": ["ReadCapacityUnits": 5, "WriteCapacityUnits": 6],
                "StreamSpecification": ["StreamEnabled": true, "StreamViewType": "NEW_IMAGE"],
                "Tags": [["Key": "a", "Value": "b"]],
            ])["TableDescription"]
        #expect(created?["TableStatus"] == "CREATING")
        #expect(created?["TableArn"] == "arn:aws:dynamodb:us-east-1:000000000000:table/things")
        #expect(created?["ProvisionedThroughput"]?["WriteCapacityUnits"] == 6)
        #expect(created?["BillingModeSummary"] == nil)
        #expect(
            created?["LatestStreamArn"]
                == "arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/2023-11-14T22:13:20.000")
        let described = try await tables.call("DescribeTable", ["TableName": "things"])["Table"]
        #expect(described?["TableStatus"] == "ACTIVE")
        #expect(described?["TableId"] == created?["TableId"])
        let byARN = try await tables.call(
            "DescribeTable", ["TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/things"])
        #expect(byARN["Table"] == described)
        #expect(
            await tables.refusal("CreateTable", Self.input())
                == ServiceError("ResourceInUseException", "Table already exists: things"))
        let deleted = try await tables.call("DeleteTable", ["TableName": "things"])
        #expect(deleted["TableDescription"]?["TableStatus"] == "DELETING")
        let gone = ServiceError("ResourceNotFoundException", "Requested resource not found: Table: things not found")
        for operation in ["DescribeTable", "DeleteTable", "DescribeTimeToLive"] {
            let refusal = await tables.refusal(operation, ["TableName": "things"])
            #expect(refusal?.code == gone.code)
            #expect(refusal?.message == gone.message)
        }
    }

    @Test func aTableMadeAgainIsEmpty() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        try await tables.put(["pk": ["S": "a"]])
        try await tables.call("DeleteTable", ["TableName": "things"])
        try await tables.makeTable()
        #expect(try await tables.call("Scan", ["TableName": "things"])["Count"] == 0)
        #expect(try await tables.call("DescribeTable", ["TableName": "things"])["Table"]?["ItemCount"] == 0)
    }

    @Test func listsInPages() async throws {
        let tables = try TestTables()
        for name in ["ccc", "aaa", "bbb"] { try await tables.makeTable(name) }
        #expect(try await tables.call("ListTables", [:]) == ["TableNames": ["aaa", "bbb", "ccc"]])
        #expect(
            try await tables.call("ListTables", ["Limit": 2])
                == ["TableNames": ["aaa", "bbb"], "LastEvaluatedTableName": "bbb"])
        #expect(
            try await tables.call("ListTables", ["ExclusiveStartTableName": "bbb"]) == ["TableNames": ["ccc"]])
    }

    static func input(_ changes: JSONObject = [:]) -> JSONValue {
        var input: JSONObject = [
            "TableName": "things", "AttributeDefinitions": [["AttributeName": "pk", "AttributeType": "S"]],
            "KeySchema": [["AttributeName": "pk", "KeyType": "HASH"]], "BillingMode": "PAY_PER_REQUEST",
        ]
        for (name, value) in changes { input[name] = value.isNull ? nil : value }
        return .object(input)
    }

    static let index: JSONObject = [
        "IndexName": "idx", "KeySchema": [["AttributeName": "pk", "KeyType": "HASH"]],
        "Projection": ["ProjectionType": "ALL"],
    ]

    @Test(arguments: [
        (
            #"{"KeySchema":null}"#,
            "1 validation error detected: Value null at 'keySchema' failed to satisfy constraint: Member must not be null"
        ),
        (
            #"{"BillingMode":"FREE","KeySchema":null}"#,
            "2 validation errors detected: Value null at 'keySchema' failed to satisfy constraint: Member must not be null; Value 'FREE' at 'billingMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]"
        ),
        (
            #"{"BillingMode":null}"#,
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        ),
        (
            #"{"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}"#,
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        ),
        (
            #"{"KeySchema":[{"AttributeName":"zz","KeyType":"HASH"}]}"#,
            "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [zz], AttributeDefinitions: [pk]"
        ),
        (
            #"{"KeySchema":[{"AttributeName":"pk","KeyType":"RANGE"}]}"#,
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
        ),
        (
            #"{"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"pk","KeyType":"RANGE"}]}"#,
            "Both the Hash Key and the Range Key element in the KeySchema have the same name"
        ),
        (
            #"{"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"zz","AttributeType":"S"}]}"#,
            "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"
        ),
        (
            #"{"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"BOOL"}]}"#,
            "1 validation error detected: Value 'BOOL' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]"
        ),
        (
            #"{"LocalSecondaryIndexes":[{"IndexName":"idx","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}"#,
            "One or more parameter values were invalid: Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
        ),
        (
            #"{"GlobalSecondaryIndexes":[]}"#,
            "One or more parameter values were invalid: List of GlobalSecondaryIndexes is empty"
        ),
        (
            #"{"GlobalSecondaryIndexes":[{"IndexName":"idx","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}},{"IndexName":"idx","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}"#,
            "One or more parameter values were invalid: Duplicate index name: idx"
        ),
        (#"{"TableName":"a"}"#, "TableName must be at least 3 characters long and at most 255 characters long"),
    ])
    func refusesTables(changes: String, message: String) async throws {
        let tables = try TestTables()
        let input = Self.input(try #require(JSONValue(parsing: changes).object))
        #expect(
            await tables.refusal("CreateTable", input) == ServiceError("ValidationException", message))
        #expect(try await tables.call("ListTables", [:])["TableNames"] == [])
    }

    @Test func updatesAreKept() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        func update(_ changes: JSONObject) async throws {
            var input = changes
            input["TableName"] = "things"
            try await tables.call("UpdateTable", .object(input))
        }
        try await update([
            "BillingMode": "PROVISIONED", "ProvisionedThroughput": ["ReadCapacityUnits": 3, "WriteCapacityUnits": 4],
        ])
        try await update(["StreamSpecification": ["StreamEnabled": true, "StreamViewType": "KEYS_ONLY"]])
        try await update(["DeletionProtectionEnabled": true])
        var table = try await tables.call("DescribeTable", ["TableName": "things"])["Table"]
        #expect(table?["ProvisionedThroughput"]?["ReadCapacityUnits"] == 3)
        #expect(table?["BillingModeSummary"]?["BillingMode"] == "PROVISIONED")
        #expect(table?["StreamSpecification"]?["StreamViewType"] == "KEYS_ONLY")
        #expect(
            await tables.refusal("DeleteTable", ["TableName": "things"])?.message
                == "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
        )
        try await update(["StreamSpecification": ["StreamEnabled": false], "DeletionProtectionEnabled": false])
        table = try await tables.call("DescribeTable", ["TableName": "things"])["Table"]
        #expect(table?["StreamSpecification"] == nil)
        #expect(table?["LatestStreamArn"] != nil)
        #expect(await tables.refusal("UpdateTable", ["TableName": "things"])?.code == "ValidationException")
        try await tables.call("DeleteTable", ["TableName": "things"])
    }

    @Test func tags() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        let arn: JSONValue = "arn:aws:dynamodb:us-east-1:000000000000:table/things"
        try await tables.call(
            "TagResource", ["ResourceArn": arn, "Tags": [["Key": "a", "Value": "1"], ["Key": "b", "Value": "2"]]])
        try await tables.call("TagResource", ["ResourceArn": arn, "Tags": [["Key": "a", "Value": "3"]]])
        try await tables.call("UntagResource", ["ResourceArn": arn, "TagKeys": ["b"]])
        #expect(
            try await tables.call("ListTagsOfResource", ["ResourceArn": arn]) == ["Tags": [["Key": "a", "Value": "3"]]])
        #expect(
            await tables.refusal(
                "ListTagsOfResource", ["ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/no"])?.code
                == "ResourceNotFoundException")
    }

    @Test func declaredTablesAreMadeOnce() async throws {
        let tables = try TestTables()
        var input = try #require(Self.input(["GlobalSecondaryIndexes": [.object(Self.index)]]).object)
        input["TimeToLiveSpecification"] = ["AttributeName": "ttl", "Enabled": true]
        #expect(try await tables.service.declareTable(input) == .created)
        #expect(try await tables.service.declareTable(input) == .unchanged)
        #expect(
            try await tables.call("DescribeTimeToLive", ["TableName": "things"])
                == ["TimeToLiveDescription": ["TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"]])
        input["GlobalSecondaryIndexes"] = nil
        input["AttributeDefinitions"] = [["AttributeName": "id", "AttributeType": "N"]]
        input["KeySchema"] = [["AttributeName": "id", "KeyType": "HASH"]]
        #expect(
            try await tables.service.declareTable(input)
                == .differs(["its key is pk (S), but id (N) is declared", "it has an index idx that is not declared"]))
        #expect(tables.service.tableNames == ["things"])
    }
}
