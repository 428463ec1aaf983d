import AWSClient
import JSONValue
import Pictures
import Synchronization
import Testing

@testable import PictureFunctions

/// Stores that fail in the middle of an upload.
@Suite struct UploadFailureTests {
    /// What a healthy store says to an upload of a key that is free.
    private static func healthy(_ call: ScriptedCloud.Call) -> ScriptedCloud.Reply {
        switch (call.operation, call.method) {
        case ("GetItem"?, _) where call.body["ProjectionExpression"] != nil:
            .json(["Item": ["sessionEpoch": ["N": "1"]]])
        case ("Query"?, _): .json(["Items": [], "Count": 0, "ScannedCount": 0])
        case (_?, _): .json([:])
        case (nil, "DELETE"): .answer(204, "")
        case (nil, _): .nothing
        }
    }

    /// Uploads to a store that follows a script where it is not healthy.
    private func upload(
        timeout: Duration = .seconds(20), _ script: @escaping @Sendable (ScriptedCloud.Call) -> ScriptedCloud.Reply?
    ) async throws -> (answer: Answer, calls: [ScriptedCloud.Call]) {
        let cloud = try await ScriptedCloud { script($0) ?? Self.healthy($0) }
        let service = try TestSettings.service(on: cloud.port)
        var client = FunctionClient(service)
        client.token = try TestSettings.session(service).token
        client.timeout = timeout
        let answer = try await client.upload(TestPictures.png(), key: "cat")
        let calls = cloud.calls
        try await cloud.stop()
        return (answer, calls)
    }

    private func objects(_ calls: [ScriptedCloud.Call], _ method: String) -> [String] {
        calls.filter { $0.operation == nil && $0.method == method }.map(\.path)
    }

    @Test func storesTheObjectBeforeTheRow() async throws {
        let (answer, calls) = try await upload { _ in nil }
        #expect(answer.status == 201)
        #expect(answer["location"] == "/pictures/cat")
        let order = calls.map { $0.operation ?? $0.method }
        let put = try #require(order.firstIndex(of: "PUT"))
        let row = try #require(order.firstIndex(of: "PutItem"))
        #expect(put < row)
        #expect(objects(calls, "DELETE").isEmpty)
        let stored = calls[row].body["Item"]?["object"]?["S"]?.string
        #expect(calls[put].path == "/pictures/\(stored ?? "?")")
        #expect(calls[row].body["ConditionExpression"]?.string == "attribute_not_exists(#key)")
    }

    @Test(arguments: [
        (500, "InternalError", 502, "StoreFailed"), (503, "SlowDown", 503, "StoreBusy"),
        (403, "AccessDenied", 502, "StoreFailed"), (404, "NoSuchBucket", 502, "StoreFailed"),
    ])
    func writesNoRowWhenTheBucketRefuses(_ status: Int, _ code: String, _ expected: Int, _ word: String) async throws {
        let (answer, calls) = try await upload { $0.operation == nil && $0.method == "PUT" ? .s3(status, code) : nil }
        #expect(answer.status == expected)
        #expect(answer.errorCode == word)
        #expect(!calls.contains { $0.operation == "PutItem" })
        // What may be there all the same is taken away.
        #expect(objects(calls, "DELETE") == objects(calls, "PUT"))
    }

    @Test func givesUpOnABucketThatSaysNothing() async throws {
        let (answer, calls) = try await upload(timeout: .seconds(5)) {
            $0.operation == nil && $0.method == "PUT" ? .silence : nil
        }
        #expect(answer.status == 504)
        #expect(answer.errorCode == "StoreTimeout")
        #expect(!calls.contains { $0.operation == "PutItem" })
        #expect(objects(calls, "DELETE") == objects(calls, "PUT"))
    }

    @Test func takesTheObjectAwayWhenTheTableRefuses() async throws {
        let (answer, calls) = try await upload {
            $0.operation == "PutItem" ? .database(400, "ProvisionedThroughputExceededException") : nil
        }
        #expect(answer.status == 503)
        #expect(answer.errorCode == "StoreBusy")
        #expect(answer["retry-after"] == "1")
        #expect(objects(calls, "DELETE") == objects(calls, "PUT"))
    }

    @Test(arguments: [true, false]) func leavesTheObjectWhileTheRowIsInDoubt(_ isSilent: Bool) async throws {
        let (answer, calls) = try await upload(timeout: .seconds(5)) {
            guard $0.operation == "PutItem" else { return nil }
            return isSilent ? .silence : .database(500, "InternalServerError")
        }
        #expect(answer.status == (isSilent ? 504 : 502))
        // The row may come to point to it.
        #expect(objects(calls, "DELETE").isEmpty)
        #expect(calls.last?.operation == "GetItem")
    }

    @Test func seesThatALostAnswerWasAYes() async throws {
        let row = Mutex<JSONValue?>(nil)
        let (answer, calls) = try await upload { call in
            switch call.operation {
            case "PutItem":
                row.withLock { $0 = call.body["Item"] }
                return .hangUp
            case "GetItem" where call.body["ProjectionExpression"] == nil:
                return row.withLock { $0 }.map { .json(["Item": $0]) }
            default: return nil
            }
        }
        #expect(answer.status == 201)
        #expect(objects(calls, "DELETE").isEmpty)
    }

    @Test func deletesTheOldObjectAfterTheRow() async throws {
        let owner = UserID(from: .system)
        let old = ObjectName(in: .pictures, owner: owner, random: .system)
        let record = PictureRecord(
            owner: owner, key: try PictureKey("cat"), object: old, fileName: nil, type: .png, byteCount: 1,
            digest: ContentDigest(of: [1]), width: 1, height: 1, uploadedAt: Timestamp(seconds: 1))
        let item = JSONValue(item: PictureRow.item(record))
        let (answer, calls) = try await upload { call in
            call.operation == "GetItem" && call.body["ProjectionExpression"] == nil ? .json(["Item": item]) : nil
        }
        #expect(answer.status == 200)
        #expect(answer.json["replaced"]?.bool == true)
        #expect(objects(calls, "DELETE") == ["/pictures/\(old.text)"])
        let order = calls.map { $0.operation ?? $0.method }
        let row = try #require(order.firstIndex(of: "PutItem"))
        let delete = try #require(order.firstIndex(of: "DELETE"))
        #expect(row < delete)
    }

    @Test func isNotKeptByAnOldObjectThatCannotBeDeleted() async throws {
        let owner = UserID(from: .system)
        let record = PictureRecord(
            owner: owner, key: try PictureKey("cat"), object: ObjectName(in: .pictures, owner: owner, random: .system),
            fileName: nil, type: .png, byteCount: 1, digest: ContentDigest(of: [1]), width: 1, height: 1,
            uploadedAt: Timestamp(seconds: 1))
        let item = JSONValue(item: PictureRow.item(record))
        let (answer, _) = try await upload { call in
            if call.method == "DELETE" { return .s3(500, "InternalError") }
            return call.operation == "GetItem" && call.body["ProjectionExpression"] == nil
                ? .json(["Item": item]) : nil
        }
        #expect(answer.status == 200)
    }

    @Test func givesUpOnAKeyThatEverybodyWrites() async throws {
        let (answer, calls) = try await upload {
            $0.operation == "PutItem" ? .database(400, "ConditionalCheckFailedException") : nil
        }
        #expect(answer.status == 409)
        #expect(answer.errorCode == "Contended")
        #expect(objects(calls, "DELETE") == objects(calls, "PUT"))
    }

    @Test func asksNoStoreForWhatIsNoPicture() async throws {
        let cloud = try await ScriptedCloud { Self.healthy($0) }
        let service = try TestSettings.service(on: cloud.port)
        var client = FunctionClient(service)
        client.token = try TestSettings.session(service).token
        let picture = TestPictures.png()
        let refusals: [([UInt8], Int, String)] = [
            ([], 400, "EmptyPicture"), (Array("hello".utf8), 415, "NotAPicture"),
            (Array(picture.dropLast(5)), 422, "TruncatedPicture"), (TestPictures.bomb, 413, "TooManyPixels"),
            (picture.prefix(20) + [9] + picture.dropFirst(21), 422, "MalformedPicture"),
        ]
        for (bytes, status, code) in refusals {
            let answer = try await client.upload(bytes, key: "cat")
            #expect(answer.status == status)
            #expect(answer.errorCode == code)
        }
        #expect(!cloud.calls.contains { $0.method == "PUT" || $0.operation == "PutItem" })
        try await cloud.stop()
    }
}
