import JSONValue
import Recognition
import Testing

@testable import CloudRekognition

@Suite struct DetectLabelsTests {
    private let local = LocalRekognition(FakeRecognizer(labels: Samples.labels))

    private func labels(_ input: JSONObject) async -> RekognitionAnswer {
        var input = input
        input["Image"] = Samples.image()
        return await local.call("DetectLabels", .object(input))
    }

    @Test func answersInTheModelsShapes() async throws {
        let answer = await labels([:])
        #expect(answer.status == 200)
        let cat = try #require(answer["Labels"]?.array?.first { $0["Name"] == "Cat" })
        let expected = """
            {"Name": "Cat", "Confidence": 98,
             "Instances": [
               {"BoundingBox": {"Width": 0.5, "Height": 0.25, "Left": 0.1, "Top": 0.2}, "Confidence": 97.5}],
             "Parents": [{"Name": "Animal"}, {"Name": "Mammal"}], "Aliases": [{"Name": "Kitty"}],
             "Categories": [{"Name": "Animals and Pets"}]}
            """
        #expect(cat == (try JSONValue(parsing: expected)))
        #expect(answer["LabelModelVersion"] == "3.0")
        // As AWS has it: never there.
        #expect(answer["OrientationCorrection"] == nil)
        #expect(answer["ImageProperties"] == nil)
    }

    /// Whatever a label is a kind of is there too, with a path of its own.
    @Test func givesAncestorsOnceAndAsSureAsTheSurest() async throws {
        let answer = await labels(["MinConfidence": 0])
        #expect(answer.labels == ["Animal", "Cat", "Mammal", "Furniture", "Sofa", "Rug", "Dog"])
        let mammal = try #require(answer["Labels"]?.array?.first { $0["Name"] == "Mammal" })
        #expect(mammal["Parents"] == [["Name": "Animal"]])
        #expect(mammal["Confidence"] == 98)
    }

    @Test(
        arguments: [
            ("{}", "Animal Cat Mammal Furniture Sofa Rug"), (#"{"MinConfidence": 80}"#, "Animal Cat Mammal"),
            (#"{"MinConfidence": 100}"#, ""), (#"{"MaxLabels": 2}"#, "Animal Cat"), (#"{"MaxLabels": 0}"#, ""),
            (Self.general(#""LabelInclusionFilters": ["Cat", "Rug", "Nothing"]"#), "Cat Rug"),
            (Self.general(#""LabelInclusionFilters": ["cat"]"#), ""),
            (Self.general(#""LabelExclusionFilters": ["Cat", "Mammal"]"#), "Animal Furniture Sofa Rug"),
            (Self.general(#""LabelCategoryInclusionFilters": ["Animals and Pets"]"#), "Animal Cat Mammal"),
            (Self.general(#""LabelCategoryExclusionFilters": ["Animals and Pets"]"#), "Furniture Sofa Rug"),
            (
                Self.general(
                    #""LabelInclusionFilters": ["Rug"], "LabelCategoryInclusionFilters": ["Animals and Pets"], "#
                        + #""LabelExclusionFilters": ["Animal"]"#), "Cat Mammal Rug"
            ), (Self.general(#""LabelExclusionFilters": ["Animal"]"#, #""MaxLabels": 1, "#), "Cat"),
        ])
    func filters(_ input: String, _ expected: String) async throws {
        let answer = await labels(try #require(try JSONValue(parsing: input).object))
        #expect(answer.status == 200, "\(answer.json.text())")
        #expect(answer.labels == expected.split(separator: " ").map(String.init))
    }

    private static func general(_ members: String, _ more: String = "") -> String {
        "{\(more)\"Settings\": {\"GeneralLabels\": {\(members)}}}"
    }

    @Test(arguments: [(nil, 10), (3, 3), (0, 0), (20, 12)] as [(Int?, Int)])
    func namesColors(_ limit: Int?, _ count: Int) async throws {
        var input: JSONObject = ["Features": ["GENERAL_LABELS", "IMAGE_PROPERTIES"]]
        if let limit { input["Settings"] = ["ImageProperties": ["MaxDominantColors": JSONValue(limit)]] }
        let answer = await labels(input)
        let properties = try #require(answer["ImageProperties"])
        #expect(properties["DominantColors"]?.array?.count == count)
        #expect(properties["Quality"]?.text() == #"{"Brightness":50,"Sharpness":1,"Contrast":10}"#)
        #expect(properties["Foreground"] == nil)
        #expect(properties["Background"]?["DominantColors"] == [])
        if count > 0 {
            let first = """
                {"Red": 0, "Green": 0, "Blue": 255, "HexCode": "#0000ff", "CSSColor": "blue",
                 "SimplifiedColor": "blue", "PixelPercent": 50}
                """
            #expect(properties["DominantColors"]?[0] == (try JSONValue(parsing: first)))
        }
        let instance = answer["Labels"]?.array?.first { $0["Name"] == "Cat" }?["Instances"]?[0]
        #expect(instance?["DominantColors"]?.array?.count == min(count, 1))
    }

    @Test func propertiesAloneNeedNoLabels() async {
        let recognizer = FakeRecognizer(failure: .modelsMissing(folder: ".models"))
        let answer = await LocalRekognition(recognizer).call(
            "DetectLabels", ["Image": Samples.image(), "Features": ["IMAGE_PROPERTIES"]])
        #expect(answer.status == 200)
        #expect(answer["Labels"] == nil)
        #expect(answer["ImageProperties"] != nil)
        #expect(recognizer.lookCount == 0)
    }
}
