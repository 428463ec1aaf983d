import AWSClient
import CloudCoreTesting
import DarkroomTesting
import Digests
import JSONValue
import LambdaEvents
import LambdaRuntime
import Pictures
import Testing

@testable import PictureFunctions

/// Recognition on a cloud with fixed answers.
@Suite struct RecognitionScenarios {
    /// What the recogniser answers, by the bytes of pictures.
    private static func rules() throws -> TemporaryFile {
        func rule(_ number: Int, _ members: JSONObject) -> JSONValue {
            var rule = members
            rule["sha256"] = .string(Hex.encode(Digest.of(TestPictures.png(number), .sha256)))
            return .object(rule)
        }
        let cat: JSONValue = [
            "Name": "Cat", "Confidence": .number("98.456789"), "Parents": [["Name": "Animal"]],
            "Instances": [
                [
                    "BoundingBox": [
                        "Left": .number("-0.1"), "Top": .number("0.123456"), "Width": .number("0.5"),
                        "Height": .number("0.95"),
                    ], "Confidence": 97,
                ]
            ],
        ]
        let more = (0..<12).map { ["Name": .string("Thing \($0)"), "Confidence": JSONValue(60 + $0)] as JSONValue }
        let sign: JSONValue = [
            ["DetectedText": "Mind the GAP", "Type": "LINE", "Id": 0, "Confidence": 95],
            ["DetectedText": "Mind", "Type": "WORD", "Id": 1, "ParentId": 0, "Confidence": 96],
            ["DetectedText": "GAP", "Type": "WORD", "Id": 2, "ParentId": 0, "Confidence": 55],
        ]
        return try TemporaryFile([
            "rules": [
                rule(1, ["DetectLabels": ["Labels": .array([cat] + more)], "DetectText": ["TextDetections": sign]]),
                rule(2, ["DetectLabels": ["Labels": [["Name": "Dog", "Confidence": 90]]], "DetectText": [:]]),
                rule(3, ["error": ["code": "ThrottlingException"]]),
                rule(4, ["error": ["code": "InvalidImageFormatException"]]),
                rule(5, ["error": ["code": "ResourceNotReadyException", "message": "run `make models`"]]),
            ]
        ])
    }

    /// Runs a test with a member's client.
    private func withMember(
        _ body: @Sendable (Cloud, FunctionClient, Uploads) async throws -> Void
    ) async throws {
        try await withMemberAndLog { cloud, client, uploads, _ in try await body(cloud, client, uploads) }
    }

    /// The same with the local cloud, whose log tells what it was asked.
    private func withMemberAndLog(
        _ body: @Sendable (Cloud, FunctionClient, Uploads, TestCloud) async throws -> Void
    ) async throws {
        let rules = try Self.rules()
        defer { rules.remove() }
        try await withLocalCloud(recognitionRules: rules.path) { local in
            try await Cloud.$edgeURL.withValue(local.edgeURL) {
                let cloud = try await Cloud()
                try await body(cloud, try await cloud.member("ada"), Uploads(cloud: cloud), local)
            }
        }
    }

    private func state(_ client: FunctionClient, _ key: String) async throws -> JSONValue? {
        try await client.send("GET", "/details/\(key)").json["state"]
    }

    /// A picture that was uploaded, as the table has it.
    private struct UploadedPicture {
        let table: PictureTable
        let owner: UserID
        let key: PictureKey
        let record: PictureRecord
        var object: ObjectName { record.object }
    }

    private func upload(_ name: String, by client: FunctionClient, to cloud: Cloud) async throws -> UploadedPicture {
        _ = try await client.upload(TestPictures.png(1), key: name)
        let owner = try #require(try await client.send("GET", "/me").json["userId"]?.string.flatMap { UserID($0) })
        let (table, key) = (cloud.service.pictures, try PictureKey(name))
        let record = try #require(try await table.record(owner, key, .none))
        return UploadedPicture(table: table, owner: owner, key: key, record: record)
    }

    @Test func recognisesAnUpload() async throws {
        try await withMember { cloud, client, uploads in
            let stored = try await client.upload(TestPictures.png(1), key: "my cat")
            #expect(stored.json["state"] == "queued")
            #expect(try await uploads.deliver() == [])
            let details = try await client.send("GET", "/details/my%20cat").json
            #expect(details["state"] == "done")
            #expect(details["recognizedAt"]?.string != nil)
            let labels = try #require(details["labels"]?.array)
            #expect(labels.count == Label.limit)
            #expect(
                labels.first == [
                    "name": "Cat", "confidence": .number("98.46"), "parents": ["Animal"],
                    "boxes": [
                        ["left": 0, "top": .number("0.1235"), "width": .number("0.4"), "height": .number("0.8765")]
                    ],
                ])
            #expect(labels[1]["name"] == "Thing 11")
            let line = try #require(details["text"]?[0])
            #expect(line["text"] == "Mind the GAP")
            #expect(line["words"]?.array?.map { $0["text"] } == ["Mind", "GAP"])
            #expect(line["words"]?[0]?["polygon"]?.array?.count == 4)
            for query in ["label=cat", "label=ANIMAL", "text=the%20gap", "state=done", "label=thing%205"] {
                let page = try await client.send("GET", "/pictures", query: query).json
                #expect(page["pictures"]?.array?.count == 1, "\(query)")
            }
            // Of labels beyond the limit nothing is kept.
            #expect(try await client.send("GET", "/pictures", query: "label=thing%201").json["pictures"] == [])
        }
    }

    @Test func isTheSameWhenAMessageComesAgain() async throws {
        try await withMember { cloud, client, uploads in
            _ = try await client.upload(TestPictures.png(1), key: "cat")
            let messages = try await uploads.messages()
            // Of two at once, one works; the other finds it at work, or done.
            #expect(try await uploads.deliver(messages + messages).count <= 1)
            let first = try await client.send("GET", "/details/cat").json
            #expect(first["state"] == "done")
            #expect(try await uploads.deliver(messages) == [])
            #expect(try await client.send("GET", "/details/cat").json == first)
        }
    }

    @Test func passesOverWhatIsNoPictureAnyMore() async throws {
        try await withMember { cloud, client, uploads in
            _ = try await client.upload(TestPictures.png(1), key: "cat")
            let early = try await uploads.messages()
            _ = try await client.upload(TestPictures.png(2), key: "cat")
            // The first upload's message comes late.
            #expect(try await uploads.deliver(early) == [])
            #expect(try await state(client, "cat") == "queued")
            let late = try await uploads.messages()
            #expect(try await uploads.deliver(late + early) == [])
            #expect(try await client.send("GET", "/details/cat").json["labels"]?[0]?["name"] == "Dog")
            #expect(try await client.send("DELETE", "/pictures/cat").status == 204)
            #expect(try await uploads.deliver(late) == [])
        }
    }

    @Test func waitsForARowThatComesAfterItsObject() async throws {
        try await withMemberAndLog { cloud, client, uploads, local in
            let cat = try await upload("cat", by: client, to: cloud)
            let messages = try await uploads.messages()
            #expect(try await cat.table.delete(cat.owner, cat.key, of: cat.object, .none))
            // Nobody knows yet whether a row will come: the message is to come again.
            #expect(try await uploads.deliver(messages) == ["m0"])
            // Until it has come as often as it does.
            #expect(try await uploads.deliver(messages, receiveCount: 5) == [])
            // It comes once the function has asked for it in vain.
            func asked() -> Int { local.logs.count { $0.contains("GetItem") } }
            let before = asked()
            async let outcome = uploads.deliver(messages)
            try await eventually { asked() > before }
            #expect(try await cat.table.put(cat.record, over: nil, .none))
            #expect(try await outcome == [])
            #expect(try await state(client, "cat") == "done")
        }
    }

    @Test func triesAgainWhatPasses() async throws {
        try await withMember { cloud, client, uploads in
            _ = try await client.upload(TestPictures.png(3), key: "busy")
            let messages = try await uploads.messages()
            #expect(try await uploads.deliver(messages) == ["m0"])
            #expect(try await state(client, "busy") == "queued")
            #expect(try await uploads.deliver(messages, receiveCount: 5) == ["m0"])
            let details = try await client.send("GET", "/details/busy").json
            #expect(details["state"] == "failed")
            #expect(details["failure"]?.string?.hasSuffix("It was tried 5 times.") == true)
            let asked = try await client.send("POST", "/recognize/busy")
            #expect(asked.status == 503)
            #expect(asked.errorCode == "RecognitionBusy")
            #expect(asked["retry-after"] != nil)
        }
    }

    @Test(arguments: [(4, "PNG picture", 422, "NotRecognizable"), (5, "make models", 503, "RecognitionUnavailable")])
    func saysWhyItFailed(_ number: Int, _ reason: String, _ status: Int, _ code: String) async throws {
        try await withMember { cloud, client, uploads in
            _ = try await client.upload(TestPictures.png(number), key: "bad")
            #expect(try await uploads.deliver() == [])
            let details = try await client.send("GET", "/details/bad").json
            #expect(details["state"] == "failed")
            #expect(details["failure"]?.string?.contains(reason) == true, "\(details.text())")
            #expect(
                try await client.send("GET", "/pictures", query: "state=failed").json["pictures"]?.array?.count == 1)
            let asked = try await client.send("POST", "/recognize/bad")
            #expect(asked.status == status)
            #expect(asked.errorCode == code)
        }
    }

    @Test func answersWhoeverAsks() async throws {
        try await withMember { cloud, client, uploads in
            _ = try await client.upload(TestPictures.png(1), key: "cat")
            let labels = try await client.send("POST", "/recognize/cat", query: "labels")
            #expect(labels.status == 200, "\(labels.json.text())")
            #expect(labels.json["labels"]?[0]?["name"] == "Cat")
            #expect(labels.json["text"] == [])
            // A part is not the whole: the rest is still to come.
            #expect(labels.json["state"] == "queued")
            let text = try await client.send("POST", "/recognize/cat", query: "text=true&labels=false")
            #expect(text.json["text"]?[0]?["text"] == "Mind the GAP")
            #expect(text.json["labels"]?[0]?["name"] == "Cat")
            let all = try await client.send("POST", "/recognize/cat")
            #expect(all.json["state"] == "done")
            #expect(try await uploads.deliver() == [])
            #expect(try await client.send("GET", "/details/cat").json == all.json)
            #expect(try await client.send("POST", "/recognize/dog").errorCode == "UnknownKey")
            #expect(try await client.send("POST", "/recognize/cat", query: "faces").errorCode == "UnknownParameter")
            #expect(try await client.send("POST", "/recognize/cat", query: "text=7").errorCode == "InvalidParameter")
            let eve = try await cloud.member("eve")
            #expect(try await eve.send("POST", "/recognize/cat").status == 404)
        }
    }

    @Test func sortsMessagesOut() async throws {
        try await withMember { cloud, client, uploads in
            _ = try await client.upload(TestPictures.png(2), key: "dog")
            let test = #"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#
            let removed = try await uploads.messages()[0].replacing("ObjectCreated:Put", with: "ObjectRemoved:Delete")
            let elsewhere = try await uploads.messages()[0].replacing("pictures%2F", with: "uploads%2F")
            let bodies = [test, "garbage", removed, #"{"Records":[{}]}"#, elsewhere] + (try await uploads.messages())
            #expect(try await uploads.deliver(bodies) == ["m1", "m3"])
            #expect(try await state(client, "dog") == "done")
        }
    }

    @Test func isDoneByOneAtATime() async throws {
        try await withMember { cloud, client, uploads in
            let cat = try await upload("cat", by: client, to: cloud)
            let (table, key, object) = (cat.table, cat.key, cat.object)
            let now = cloud.service.now()
            func claim(_ mark: String, at now: Timestamp) async throws -> PictureTable.ClaimOutcome {
                try await table.claim(object, at: key, mark: mark, now: now, stale: now.adding(seconds: -60), .none)
            }
            #expect(try await claim("one", at: now) == .claimed)
            #expect(try await state(client, "cat") == "running")
            // An attempt whose answer was lost finds its own claim.
            #expect(try await claim("one", at: now) == .claimed)
            #expect(try await claim("two", at: now) == .busy)
            #expect(try await uploads.deliver() == ["m0"])
            #expect(try await claim("two", at: now.adding(seconds: 61)) == .claimed)
            // Whoever was given up for lost does not overwrite its successor.
            let findings = RecognitionFindings(labels: [Label(name: "Old", confidence: 9)], textLines: [])
            #expect(try await !table.finish(object, at: key, mark: "one", findings, now: now, .none))
            #expect(try await !table.giveUp(object, at: key, mark: "one", .queued, .none))
            #expect(try await table.finish(object, at: key, mark: "two", findings, now: now, .none))
            #expect(try await table.finish(object, at: key, mark: "two", findings, now: now, .none))
            #expect(try await claim("three", at: now) == .done)
            // A result of a picture that was replaced meanwhile is thrown away.
            _ = try await client.upload(TestPictures.png(2), key: "cat")
            #expect(try await claim("four", at: now) == .replaced)
            #expect(try await !table.finish(object, at: key, mark: "two", findings, now: now, .none))
            #expect(try await table.store(findings, of: object, at: key, mark: "five", now: now, .none) == nil)
            #expect(try await state(client, "cat") == "queued")
        }
    }

    @Test func keepsAsMuchAsARowHolds() async throws {
        try await withMember { cloud, client, uploads in
            let book = try await upload("book", by: client, to: cloud)
            let box = Box(left: 0.1234, top: 0.1234, width: 0.1234, height: 0.1234)
            let polygon = Array(repeating: Point(x: 0.1234, y: 0.5678), count: 4)
            let lines = (0..<2_000).map { number in
                TextLine(
                    text: "line \(number)", confidence: 99.12, box: box, polygon: polygon,
                    words: Array(
                        repeating: TextWord(text: "word", confidence: 98.76, box: box, polygon: polygon), count: 5))
            }
            let label = Label(
                name: "Page", confidence: 99, parents: ["Text"], boxes: Array(repeating: box, count: 100))
            let findings = RecognitionFindings(labels: Array(repeating: label, count: 30), textLines: lines)
            let stored = try #require(
                try await book.table.store(
                    findings, of: book.object, at: book.key, mark: "m", now: cloud.service.now(), .none))
            #expect(stored.labels.count == Label.limit)
            #expect(stored.labels.first?.boxes.count == Label.boxLimit)
            #expect((50..<2_000).contains(stored.textLines.count))
            #expect(stored.textLines == Array(lines.prefix(stored.textLines.count)))
            #expect(
                try await client.send("GET", "/pictures", query: "text=LINE%2010").json["pictures"]?.array?.count == 1)
        }
    }
}
