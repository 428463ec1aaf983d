import JSONValue
import Recognition
import Testing

@testable import CloudRekognition

@Suite struct DetectTextTests {
    private func text(_ filters: JSONValue?, _ detections: [TextDetection] = Samples.text) async -> RekognitionAnswer {
        var input: JSONObject = ["Image": Samples.image(Samples.jpeg)]
        input["Filters"] = filters
        return await LocalRekognition(FakeRecognizer(text: detections)).call("DetectText", .object(input))
    }

    @Test func answersInTheModelsShapes() async throws {
        let answer = await text(nil)
        #expect(answer.status == 200)
        #expect(answer["TextModelVersion"] == "3.0")
        let detections = try #require(answer["TextDetections"]?.array)
        #expect(detections.count == 4)
        #expect(
            detections[1] == [
                "DetectedText": "MIND", "Type": "WORD", "Id": 1, "ParentId": 0, "Confidence": 99,
                "Geometry": [
                    "BoundingBox": ["Width": 0.3.json, "Height": 0.1.json, "Left": 0.1.json, "Top": 0.1.json],
                    "Polygon": [
                        ["X": 0.1.json, "Y": 0.1.json], ["X": 0.4.json, "Y": 0.1.json],
                        ["X": 0.4.json, "Y": 0.2.json], ["X": 0.1.json, "Y": 0.2.json],
                    ],
                ],
            ])
        #expect(detections[0]["ParentId"] == nil)
    }

    @Test(
        arguments: [
            // By default, words from 80 on, and no line of which nothing is left.
            (nil, ["MIND THE GAP", "MIND", "THE", "GAP"]),
            (
                ["WordFilter": ["MinConfidence": 50]], ["MIND THE GAP", "exit", "MIND", "THE", "GAP", "exit"]
            ), (["WordFilter": ["MinConfidence": 90]], ["MIND THE GAP", "MIND", "GAP"]),
            (["WordFilter": ["MinBoundingBoxWidth": 0.28.json]], ["MIND THE GAP", "MIND"]),
            (["WordFilter": ["MinBoundingBoxHeight": 0.2.json]], []),
            (
                [
                    "RegionsOfInterest": [
                        ["BoundingBox": ["Left": 0, "Top": 0, "Width": 0.52.json, "Height": 0.5.json]]
                    ]
                ], ["MIND THE GAP", "MIND"]
            ),
            (
                [
                    "RegionsOfInterest": [
                        ["BoundingBox": ["Left": 0, "Top": 0, "Width": 0.53.json, "Height": 0.5.json]]
                    ]
                ], ["MIND THE GAP", "MIND", "THE"]
            ),
            (
                [
                    "WordFilter": ["MinConfidence": 0],
                    "RegionsOfInterest": [
                        ["BoundingBox": ["Left": 0, "Top": 0, "Width": 0.3.json, "Height": 0.3.json]],
                        ["Polygon": [["X": 0.3.json, "Y": 0.7.json], ["X": 0.7.json, "Y": 0.7.json], ["X": 0.5.json, "Y": 1]]],
                    ],
                ], ["MIND THE GAP", "exit", "MIND", "exit"]
            ),
        ] as [(JSONValue?, [String])])
    func filters(_ filters: JSONValue?, _ expected: [String]) async {
        let answer = await text(filters)
        #expect(answer.status == 200, "\(answer.json.text())")
        #expect(answer.texts == expected)
    }

    @Test func numbersWhatIsLeftAnew() async throws {
        let answer = await text([
            "WordFilter": ["MinConfidence": 0],
            "RegionsOfInterest": [["BoundingBox": ["Left": 0, "Top": 0.5.json, "Width": 1, "Height": 0.5.json]]],
        ])
        let detections = try #require(answer["TextDetections"]?.array)
        #expect(detections.map { $0["Id"] } == [0, 1])
        #expect(detections.map { $0["ParentId"] } == [nil, 0])
    }

    @Test func readsAHundredWordsAtMost() async throws {
        let words = (0..<150).map { Samples.detection("w\($0)", .word, $0 + 2, of: $0 < 120 ? 0 : 1, 0, 0, 0.1, 0.1) }
        let lines = [
            Samples.detection("first", .line, 0, 0, 0, 1, 0.1), Samples.detection("second", .line, 1, 0, 0, 1, 0.1),
        ]
        let answer = await text(nil, lines + words)
        #expect(answer.texts == ["first"] + (0..<100).map { "w\($0)" })
    }

    /// A region of any form is held against a word of any turn by the area that they share.
    @Test(
        arguments: [
            // A square on its corner, and regions that cut it.
            ([(0.0, 0.0), (0.55, 0.0), (0.55, 1.0), (0.0, 1.0)], true),
            ([(0.0, 0.0), (0.49, 0.0), (0.49, 1.0), (0.0, 1.0)], false),
            // The same, drawn the other way round.
            ([(0.0, 1.0), (0.55, 1.0), (0.55, 0.0), (0.0, 0.0)], true),
            // A notch that leaves out the middle: two pieces, together less than half.
            (
                [
                    (0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.6, 1.0), (0.6, 0.1), (0.4, 0.1), (0.4, 1.0), (0.0, 1.0),
                ], true
            ),
            (
                [
                    (0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.7, 1.0), (0.7, 0.1), (0.3, 0.1), (0.3, 1.0), (0.0, 1.0),
                ], false
            ),
        ])
    func regionsShareAreas(_ corners: [(Double, Double)], _ isInside: Bool) throws {
        let diamond = TextDetection(
            text: "x", kind: .word, id: 0, parentID: nil, confidence: 99,
            box: BoundingBox(left: 0.2, top: 0.2, width: 0.6, height: 0.6),
            polygon: [
                .init(x: 0.5, y: 0.2), .init(x: 0.8, y: 0.5), .init(x: 0.5, y: 0.8), .init(x: 0.2, y: 0.5),
            ])
        let region = try #require(RegionOfInterest(polygon: corners.map { .init(x: $0.0, y: $0.1) }))
        #expect(region.holds(diamond) == isInside)
    }
}
