import JSONValue
import Testing

@testable import AWSClient

@Suite(.timeLimit(.minutes(1))) struct RekognitionTests {
    private func with(
        _ answer: String, status: Int = 200, _ body: (AWSClient, FakeServer) async throws -> Void
    ) async throws {
        try await FakeServer.with { _ in
            [.answer(status, [:], answer)]
        } _: {
            try await body(TestClient(port: $0.port).client, $0)
        }
    }

    private func sent(_ server: FakeServer) throws -> String {
        String(decoding: try #require(server.requests.first).body, as: UTF8.self)
    }

    @Test func asksForLabels() async throws {
        let answer = """
            {"Labels": [{"Name": "Cat", "Confidence": 98.5, "Parents": [{"Name": "Animal"}], "Aliases": [],
             "Categories": [{"Name": "Animals and Pets"}], "Instances": [{"Confidence": 97,
             "BoundingBox": {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}}]},
             {"Name": "Rug", "Confidence": 60}], "LabelModelVersion": "3.0"}
            """
        try await with(answer) { client, server in
            let found = try await RekognitionClient(client).detectLabels(
                .object(bucket: "b", key: "k", version: "v"), maxLabels: 10, minConfidence: 55.5,
                features: [.generalLabels, .imageProperties],
                settings: RekognitionLabelSettings(
                    includedLabels: ["Cat"], excludedCategories: ["Text"], maxDominantColors: 3))
            #expect(found.labels.map(\.name) == ["Cat", "Rug"])
            #expect(found.labels[0].parents == ["Animal"])
            #expect(found.labels[0].categories == ["Animals and Pets"])
            #expect(
                found.labels[0].instances == [
                    .init(box: RekognitionBox(left: 0.1, top: 0.2, width: 0.3, height: 0.4), confidence: 97)
                ])
            #expect(found.modelVersion == "3.0")
            #expect(
                try sent(server) == """
                    {"Image":{"S3Object":{"Bucket":"b","Name":"k","Version":"v"}},"MaxLabels":10,"MinConfidence":55.5,\
                    "Features":["GENERAL_LABELS","IMAGE_PROPERTIES"],"Settings":{"GeneralLabels":\
                    {"LabelInclusionFilters":["Cat"],"LabelCategoryExclusionFilters":["Text"]},\
                    "ImageProperties":{"MaxDominantColors":3}}}
                    """)
            let request = try #require(server.requests.first)
            #expect(request["X-Amz-Target"] == "RekognitionService.DetectLabels")
            #expect(request["Content-Type"] == "application/x-amz-json-1.1")
            try request.verifySignature()
        }
    }

    @Test func asksForText() async throws {
        let answer = """
            {"TextDetections": [
             {"DetectedText": "MIND THE", "Type": "LINE", "Id": 0, "Confidence": 99, "Geometry": {
              "BoundingBox": {"Left": 0, "Top": 0, "Width": 1, "Height": 0.1}, "Polygon": [{"X": 0, "Y": 0.5}]}},
             {"DetectedText": "gap", "Type": "LINE", "Id": 1, "Confidence": 90},
             {"DetectedText": "MIND", "Type": "WORD", "Id": 2, "ParentId": 0, "Confidence": 99},
             {"DetectedText": "gap", "Type": "WORD", "Id": 3, "ParentId": 1, "Confidence": 90},
             {"DetectedText": "THE", "Type": "WORD", "Id": 4, "ParentId": 0, "Confidence": 99}]}
            """
        try await with(answer) { client, server in
            let found = try await RekognitionClient(client).detectText(
                .bytes([1, 2, 3]),
                filters: RekognitionTextFilters(
                    minConfidence: 50, minHeight: 0.05, minWidth: 0.1,
                    regions: [
                        .box(RekognitionBox(left: 0, top: 0, width: 1, height: 0.5)),
                        .polygon([RekognitionPoint(x: 0.5, y: 0.5)]),
                    ]))
            #expect(found.lines.map(\.line.text) == ["MIND THE", "gap"])
            #expect(found.lines.map { $0.words.map(\.text) } == [["MIND", "THE"], ["gap"]])
            #expect(found.detections[0].box == RekognitionBox(left: 0, top: 0, width: 1, height: 0.1))
            #expect(found.detections[0].polygon == [RekognitionPoint(x: 0, y: 0.5)])
            #expect(
                try sent(server) == """
                    {"Image":{"Bytes":"AQID"},"Filters":{"WordFilter":{"MinConfidence":50,\
                    "MinBoundingBoxHeight":0.05,"MinBoundingBoxWidth":0.1},"RegionsOfInterest":[{"BoundingBox":\
                    {"Left":0,"Top":0,"Width":1,"Height":0.5}},{"Polygon":[{"X":0.5,"Y":0.5}]}]}}
                    """)
        }
    }

    @Test(arguments: [
        #"{"Labels":[{"Name":"Cat"}]}"#, #"{"Labels":[{"Name":"Cat","Confidence":9,"Instances":[{}]}]}"#,
    ])
    func takesNothingForLabelsThatIsNone(_ answer: String) async throws {
        try await with(answer) { client, _ in
            await #expect(throws: TransportError.self) {
                try await RekognitionClient(client).detectLabels(.bytes([1]))
            }
        }
    }

    @Test func tellsErrorsApart() async throws {
        let answer =
            #"{"__type":"InvalidImageFormatException","Code":"x","Message":"Request has invalid image format"}"#
        try await with(answer, status: 400) { client, _ in
            do {
                _ = try await RekognitionClient(client).detectText(.bytes([1]))
                Issue.record("no error")
            } catch AWSError.Code.invalidImageFormat {}
        }
    }

    @Test func sendsAndPutsOffMessages() async throws {
        try await with(#"{"MessageId":"m","MD5OfMessageBody":"x"}"#) { client, server in
            let id = try await SQSClient(client).sendMessage(
                queueURL: "http://q", body: "text", delay: .seconds(5), groupID: "g", deduplicationID: "d")
            #expect(id == "m")
            #expect(
                try sent(server) == """
                    {"QueueUrl":"http://q","MessageBody":"text","DelaySeconds":5,"MessageGroupId":"g",\
                    "MessageDeduplicationId":"d"}
                    """)
        }
        try await with("") { client, server in
            try await SQSClient(client).changeMessageVisibility(
                queueURL: "http://q", receiptHandle: "r", timeout: .seconds(30))
            #expect(
                try sent(server) == #"{"QueueUrl":"http://q","ReceiptHandle":"r","VisibilityTimeout":30}"#)
        }
    }
}
