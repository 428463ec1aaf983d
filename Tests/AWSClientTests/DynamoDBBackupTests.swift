import JSONValue
import Testing

@testable import AWSClient

@Suite(.timeLimit(.minutes(1))) struct DynamoDBBackupTests {
    private static let details = """
        {"BackupArn":"arn:1","BackupName":"b","BackupStatus":"AVAILABLE","BackupType":"USER","BackupSizeBytes":9,\
        "BackupCreationDateTime":1700000000.5}
        """

    private func with(
        _ answers: [(Int, String)], _ body: (DynamoDBClient, FakeServer) async throws -> Void
    ) async throws {
        try await FakeServer.with {
            let (status, text) = answers[min($0.number, answers.count) - 1]
            return [.answer(status, [:], text)]
        } _: {
            try await body(TestClient(port: $0.port).dynamoDB, $0)
        }
    }

    private func sent(_ server: FakeServer, _ number: Int = 0) throws -> String {
        String(decoding: try #require(server.requests.dropFirst(number).first).body, as: UTF8.self)
    }

    @Test func makesAndDescribes() async throws {
        try await with([
            (200, "{\"BackupDetails\":\(Self.details)}"),
            (
                200,
                "{\"BackupDescription\":{\"BackupDetails\":\(Self.details),\"SourceTableDetails\":{\"TableName\":\"t\"}}}"
            ), (400, "{\"__type\":\"x#BackupNotFoundException\",\"message\":\"Backup not found: arn:2\"}"),
        ]) { dynamoDB, server in
            let made = try await dynamoDB.createBackup(of: "t", name: "b")
            #expect(try sent(server) == "{\"TableName\":\"t\",\"BackupName\":\"b\"}")
            #expect(made.created == 1_700_000_000_500)
            #expect(made.status == .available)
            #expect(made.byteCount == 9)
            #expect(try await dynamoDB.describeBackup("arn:1") == made)
            #expect(try await dynamoDB.describeBackup("arn:2") == nil)
        }
    }

    @Test func listsPageAfterPage() async throws {
        try await with([
            (200, "{\"BackupSummaries\":[\(Self.details)],\"LastEvaluatedBackupArn\":\"arn:1\"}"),
            (200, "{\"BackupSummaries\":[\(Self.details)]}"),
        ]) { dynamoDB, server in
            let backups = try await dynamoDB.backups(of: "t").collect()
            #expect(backups.count == 2)
            #expect(try sent(server) == "{\"TableName\":\"t\"}")
            #expect(try sent(server, 1) == "{\"TableName\":\"t\",\"ExclusiveStartBackupArn\":\"arn:1\"}")
        }
    }

    @Test func restoresAndRemoves() async throws {
        let gone = "{\"__type\":\"x#BackupNotFoundException\",\"message\":\"\"}"
        try await with([
            (200, "{\"TableDescription\":{}}"),
            (400, "{\"__type\":\"x#TableAlreadyExistsException\",\"message\":\"\"}"),
            (400, gone), (400, "{\"__type\":\"x#ResourceNotFoundException\",\"message\":\"\"}"),
        ]) { dynamoDB, server in
            try await dynamoDB.restoreTable("new", from: "arn:1")
            #expect(
                try sent(server)
                    == "{\"TargetTableName\":\"new\",\"BackupArn\":\"arn:1\",\"BillingModeOverride\":\"PAY_PER_REQUEST\"}"
            )
            await #expect(throws: AWSError.self) { try await dynamoDB.restoreTable("new", from: "arn:1") }
            // What is not there need not be deleted.
            try await dynamoDB.deleteBackup("arn:1")
            try await dynamoDB.deleteTable("new")
        }
    }

    @Test func multipartUploadsGoOnBehindAMark() async throws {
        let page = """
            <ListMultipartUploadsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>\
            <NextKeyMarker>a%2Fb</NextKeyMarker><NextUploadIdMarker>u/1</NextUploadIdMarker>\
            <Upload><Key>a%2Fb</Key><UploadId>u/1</UploadId><Initiated>2026-01-31T08:00:00.000Z</Initiated></Upload>\
            </ListMultipartUploadsResult>
            """
        try await FakeServer.with { _ in
            [.answer(200, [:], page)]
        } _: { server in
            let s3 = TestClient(port: server.port).s3
            let found = try await s3.listMultipartUploads(
                bucket: "b", behind: S3MultipartMark(key: "a", uploadID: "u"), maximumUploads: 1)
            #expect(found.uploads.first?.initiated == "2026-01-31T08:00:00.000Z")
            #expect(found.next == S3MultipartMark(key: "a/b", uploadID: "u/1"))
            #expect(
                server.requests.first?.query
                    == "uploads=&encoding-type=url&key-marker=a&upload-id-marker=u&max-uploads=1")
        }
    }
}
