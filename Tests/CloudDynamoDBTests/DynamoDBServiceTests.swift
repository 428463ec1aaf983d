import CloudCore
import Digests
import JSONValue
import Testing

@testable import CloudDynamoDB

@Suite struct DynamoDBServiceTests {
    @Test func operationsAreThese() {
        #expect(
            DynamoDBService.operations.keys.sorted() == [
                "BatchGetItem", "BatchWriteItem", "CreateBackup", "CreateTable", "DeleteBackup", "DeleteItem",
                "DeleteTable", "DescribeBackup", "DescribeContinuousBackups", "DescribeEndpoints", "DescribeLimits",
                "DescribeTable", "DescribeTimeToLive", "GetItem", "ListBackups", "ListTables", "ListTagsOfResource",
                "PutItem", "Query",
                "RestoreTableFromBackup", "RestoreTableToPointInTime", "Scan",
                "TagResource", "TransactGetItems", "TransactWriteItems", "UntagResource", "UpdateContinuousBackups",
                "UpdateItem", "UpdateTable",
                "UpdateTimeToLive",
            ])
    }

    @Test(arguments: [
        ("DescribeLimits", "", 200, nil as String?), ("DescribeLimits", "{}", 200, nil),
        ("ExecuteStatement", "{}", 400, "com.amazon.coral.service#UnknownOperationException"),
        ("GetItem", "{\"TableName\": 5}", 400, "com.amazon.coral.service#SerializationException"),
        ("GetItem", "{", 400, "com.amazon.coral.service#SerializationException"),
        ("GetItem", "[]", 400, "com.amazon.coral.service#SerializationException"),
        ("GetItem", "{}", 400, "com.amazon.coral.validate#ValidationException"),
        (
            "DescribeTable", "{\"TableName\":\"nope\"}", 400,
            "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"
        ),
    ])
    func answersHaveTheirShape(operation: String, body: String, status: Int, type: String?) async throws {
        let tables = try TestTables()
        let response = await tables.respond(operation, body)
        #expect(response.status == status)
        #expect(response.headers["content-type"] == ["application/x-amz-json-1.0"])
        #expect(response.headers["x-amzn-requestid"] == ["request-1"])
        let bytes = try #require(response.bytes)
        var crc = CyclicRedundancyCheck.crc32
        crc.update(bytes.readableBytesView)
        #expect(response.headers["x-amz-crc32"] == [String(crc.value)])
        #expect(try JSONValue(parsing: bytes.readableBytesView)["__type"]?.string == type)
    }

    @Test func accountAnswers() async throws {
        let tables = try TestTables()
        try await tables.makeTable()
        #expect(
            try await tables.call("DescribeEndpoints", [:])
                == ["Endpoints": [["Address": "dynamodb.us-east-1.amazonaws.com", "CachePeriodInMinutes": 1440]]])
        let backups = try await tables.call("DescribeContinuousBackups", ["TableName": "things"])
        #expect(
            backups["ContinuousBackupsDescription"]?["PointInTimeRecoveryDescription"]?["PointInTimeRecoveryStatus"]
                == "DISABLED")
        #expect(
            await tables.refusal("DescribeContinuousBackups", ["TableName": "nope"])?.code == "TableNotFoundException")
    }

    @Test func capacityIsCountedByIndex() async throws {
        let tables = try TestTables()
        try await IndexTests.makeTable(tables)
        let text = String(repeating: "x", count: 1500)
        let put = try await tables.call(
            "PutItem",
            [
                "TableName": "things", "ReturnConsumedCapacity": "INDEXES", "ReturnItemCollectionMetrics": "SIZE",
                "Item": [
                    "pk": ["S": "p"], "sk": ["N": "1"], "color": ["S": "red"], "size_": ["N": "1"],
                    "t": ["S": .string(text)],
                ],
            ])
        #expect(
            put["ConsumedCapacity"] == [
                "TableName": "things", "CapacityUnits": 6, "Table": ["CapacityUnits": 2],
                "GlobalSecondaryIndexes": ["byColor": ["CapacityUnits": 2], "keysByColor": ["CapacityUnits": 1]],
                "LocalSecondaryIndexes": ["bySize": ["CapacityUnits": 1]],
            ])
        #expect(
            put["ItemCollectionMetrics"]
                == ["ItemCollectionKey": ["pk": ["S": "p"]], "SizeEstimateRangeGB": [0, 1]])
        let get = try await tables.call(
            "GetItem",
            [
                "TableName": "things", "Key": ["pk": ["S": "p"], "sk": ["N": "1"]], "ConsistentRead": true,
                "ReturnConsumedCapacity": "INDEXES",
            ])
        #expect(
            get["ConsumedCapacity"] == ["TableName": "things", "CapacityUnits": 1, "Table": ["CapacityUnits": 1]])
    }
}
