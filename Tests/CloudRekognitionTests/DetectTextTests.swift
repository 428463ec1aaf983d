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
        let expected = """
            {"DetectedText": "MIND", "Type": "WORD", "Id": 1, "ParentId": 0, "Confidence": 99, "Geometry": {
             "BoundingBox": {"Width": 0.3, "Height": 0.1, "Left": 0.1, "Top": 0.1},
             "Polygon": [{"X": 0.1, "Y": 0.1}, {"X": 0.4, "Y": 0.1}, {"X": 0.4, "Y": 0.2}, {"X": 0.1, "Y": 0.2}]}}
            """
        #expect(detections[1] == (try JSONValue(parsing: expected)))
        #expect(detections[0]["ParentId"] == nil)
    }

    @Test(
        arguments: [
            // By default, words from 80 on, and no line of which nothing is left.
            ("{}", "MIND THE GAP|MIND|THE|GAP"),
            (#"{"WordFilter": {"MinConfidence": 50}}"#, "MIND THE GAP|exit|MIND|THE|GAP|exit"),
            (#"{"WordFilter": {"MinConfidence": 90}}"#, "MIND THE GAP|MIND|GAP"),
            (#"{"WordFilter": {"MinBoundingBoxWidth": 0.28}}"#, "MIND THE GAP|MIND"),
            (#"{"WordFilter": {"MinBoundingBoxHeight": 0.2}}"#, ""),
            (Self.box(0, 0, 0.52, 0.5), "MIND THE GAP|MIND"), (Self.box(0, 0, 0.53, 0.5), "MIND THE GAP|MIND|THE"),
            (
                #"""
                {"WordFilter": {"MinConfidence": 0}, "RegionsOfInterest": [
                 {"BoundingBox": {"Left": 0, "Top": 0, "Width": 0.3, "Height": 0.3}},
                 {"Polygon": [{"X": 0.3, "Y": 0.7}, {"X": 0.7, "Y": 0.7}, {"X": 0.5, "Y": 1}]}]}
                """#, "MIND THE GAP|exit|MIND|exit"
            ),
        ])
    func filters(_ filters: String, _ expected: String) async throws {
        let answer = await text(try JSONValue(parsing: filters))
        #expect(answer.status == 200, "\(answer.json.text())")
        #expect(answer.texts == expected.split(separator: "|").map(String.init))
    }

    private static func box(_ left: Double, _ top: Double, _ width: Double, _ height: Double) -> String {
        """
        {"RegionsOfInterest": [
         {"BoundingBox": {"Left": \(left), "Top": \(top), "Width": \(width), "Height": \(height)}}]}
        """
    }

    @Test func numbersWhatIsLeftAnew() async throws {
        let filters = """
            {"WordFilter": {"MinConfidence": 0}, "RegionsOfInterest": [
             {"BoundingBox": {"Left": 0, "Top": 0.5, "Width": 1, "Height": 0.5}}]}
            """
        let answer = await text(try JSONValue(parsing: filters))
        let detections = try #require(answer["TextDetections"]?.array)
        #expect(detections.map { $0["Id"]?.int } == [0, 1])
        #expect(detections.map { $0["ParentId"]?.int } == [nil, 0])
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
            ("0,0 0.55,0 0.55,1 0,1", true), ("0,0 0.49,0 0.49,1 0,1", false),
            // The same, drawn the other way round.
            ("0,1 0.55,1 0.55,0 0,0", true),
            // A notch that leaves out the middle: two pieces, together more than half, and less.
            ("0,0 1,0 1,1 0.55,1 0.55,0.1 0.45,0.1 0.45,1 0,1", true),
            ("0,0 1,0 1,1 0.7,1 0.7,0.1 0.3,0.1 0.3,1 0,1", false),
        ])
    func regionsShareAreas(_ corners: String, _ isInside: Bool) throws {
        let diamond = TextDetection(
            text: "x", kind: .word, id: 0, parentID: nil, confidence: 99,
            box: BoundingBox(left: 0.2, top: 0.2, width: 0.6, height: 0.6),
            polygon: Self.points("0.5,0.2 0.8,0.5 0.5,0.8 0.2,0.5"))
        let region = try #require(RegionOfInterest(polygon: Self.points(corners)))
        #expect(region.holds(diamond) == isInside)
    }

    private static func points(_ text: String) -> [TextDetection.Point] {
        text.split(separator: " ").map { pair in
            let numbers = pair.split(separator: ",").compactMap { Double($0) }
            return TextDetection.Point(x: numbers[0], y: numbers[1])
        }
    }
}
