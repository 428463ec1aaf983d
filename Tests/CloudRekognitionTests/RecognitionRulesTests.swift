import Digests
import JSONValue
import Recognition
import Testing

@testable import CloudRekognition

@Suite struct RecognitionRulesTests {
    private static let rules = """
        {"rules": [
          {"object": "cats/*.png", "DetectLabels": {"Labels": [
            {"Name": "Cat", "Confidence": 99.5, "Parents": [{"Name": "Animal"}],
             "Instances": [{"BoundingBox": {"Left": 0.1, "Top": 0.1, "Width": 0.5, "Height": 0.5}, "Confidence": 98}]},
            {"Name": "Blur", "Confidence": 12}], "LabelModelVersion": "3.1"}},
          {"sha256": "\(Hex.encode(Digest.of(Samples.jpeg, .sha256)))",
           "DetectText": {"TextDetections": [
            {"DetectedText": "STOP NOW", "Type": "LINE", "Id": 0, "Confidence": 99},
            {"DetectedText": "STOP", "Type": "WORD", "Id": 1, "ParentId": 0, "Confidence": 99}]}},
          {"object": "busy", "error": {"code": "ThrottlingException", "message": "later", "times": 2}},
          {"object": "busy", "DetectLabels": {}},
          {"bucket": "pict*", "object": "never", "error": {"code": "InternalServerError"}}
        ]}
        """

    private func local(_ recognizer: FakeRecognizer = FakeRecognizer()) throws -> LocalRekognition {
        let objects = Dictionary(
            uniqueKeysWithValues: ["cats/tom.png", "cats/tom.jpg", "busy", "never"].map { ($0, Samples.png) })
        return LocalRekognition(
            recognizer, objects: FakeBucket(objects: objects),
            rules: try RecognitionRules(parsing: Array(Self.rules.utf8)))
    }

    @Test func answerByName() async throws {
        let recognizer = FakeRecognizer(labels: Samples.labels)
        let local = try local(recognizer)
        let answer = await local.call("DetectLabels", ["Image": Samples.object("cats/tom.png")])
        #expect(answer.labels == ["Cat"])
        #expect(answer["LabelModelVersion"] == "3.1")
        #expect(answer["Labels"]?[0]?["Instances"]?[0]?["BoundingBox"]?["Width"]?.double == 0.5)
        // What a request asks for holds here too; what a person wrote gets no ancestors.
        let all = await local.call(
            "DetectLabels", ["Image": Samples.object("cats/tom.png"), "MinConfidence": 0, "MaxLabels": 9])
        #expect(all.labels == ["Cat", "Blur"])
        #expect(recognizer.lookCount == 0)
        let other = await local.call("DetectLabels", ["Image": Samples.object("cats/tom.jpg")])
        #expect(other.labels.contains("Sofa"))
        // A rule that says nothing of text leaves it to the recogniser.
        #expect(await local.call("DetectText", ["Image": Samples.object("cats/tom.png")]).texts == [])
        #expect(recognizer.lookCount == 2)
    }

    @Test func answerByContent() async throws {
        let local = try local()
        let answer = await local.call("DetectText", ["Image": Samples.image(Samples.jpeg)])
        #expect(answer.texts == ["STOP NOW", "STOP"])
        #expect(answer["TextDetections"]?[1]?["ParentId"] == 0)
        #expect(await local.call("DetectText", ["Image": Samples.image(Samples.png)]).texts == [])
    }

    @Test func failAsOftenAsTheySay() async throws {
        let local = try local()
        for _ in 0..<2 {
            let answer = await local.call("DetectLabels", ["Image": Samples.object("busy")])
            #expect(answer.error == "ThrottlingException")
            #expect(answer.message == "later")
        }
        #expect(await local.call("DetectLabels", ["Image": Samples.object("busy")]).status == 200)
        for _ in 0..<3 {
            #expect(await local.call("DetectText", ["Image": Samples.object("never")]).status == 500)
        }
    }

    @Test func measureColorsThatTheyDoNotName() async throws {
        let answer = try await local().call(
            "DetectLabels",
            ["Image": Samples.object("cats/tom.png"), "Features": ["GENERAL_LABELS", "IMAGE_PROPERTIES"]])
        #expect(answer["ImageProperties"]?["Quality"]?["Sharpness"] == 1)
    }

    /// An answer of the service itself is a rule's answer.
    @Test func takeRecordedAnswers() async throws {
        let recorded = await LocalRekognition(FakeRecognizer(labels: Samples.labels)).call(
            "DetectLabels", ["Image": Samples.image(), "Features": ["GENERAL_LABELS", "IMAGE_PROPERTIES"]])
        let rules: JSONValue = ["rules": [["DetectLabels": recorded.json]]]
        let local = LocalRekognition(rules: try RecognitionRules(parsing: rules.encoded()))
        let replayed = await local.call(
            "DetectLabels", ["Image": Samples.image(), "Features": ["GENERAL_LABELS", "IMAGE_PROPERTIES"]])
        #expect(replayed.json == recorded.json)
    }

    private static let faulty: [(String, [String])] = [
        ("[]", ["1: the file must be an object, not a array.", "1: the file has no 'rules'."]), ("{", ["1: "]),
        (
            #"{"rules": [{}]}"#, ["1: this says nothing: it needs 'DetectLabels', 'DetectText' or 'error'."]
        ),
        (
            "{\"rules\": [\n  {\"objekt\": \"*\",\n   \"DetectText\": {}}]}",
            ["2: 'objekt' is not known; possible are object, bucket, sha256, DetectLabels, DetectText, error."]
        ),
        (
            "{\"rules\": [{\"sha256\": \"AB\", \"DetectText\": {\"TextDetections\": [\n{\"Type\": \"PAGE\"}]}}]}",
            [
                "1: 'sha256' must be 64 hexadecimal digits in lower case.", "2: 'Type' must be LINE or WORD.",
                "2: this has no 'DetectedText'.", "2: this has no 'Confidence'.",
            ]
        ),
        (
            #"{"rules": [{"DetectLabels": {"Labels": [{"Name": "Cat", "Confidence": 101}]}}]}"#,
            ["1: 'Confidence' must be a number from 0 to 100."]
        ),
        (#"{"rules": [{"error": {"code": "Oops"}}]}"#, ["1: 'code' must be one of ImageTooLargeException, "]),
        (
            "{\"rules\": [{\"DetectText\": {\"TextDetections\": [{\"DetectedText\": \"a\", \"Type\": \"WORD\",\n"
                + "\"ParentId\": 7, \"Confidence\": 9}]}}]}", ["2: 'ParentId' is not the Id of a LINE."]
        ),
    ]

    @Test(arguments: faulty)
    func sayWhatIsWrongAndWhere(_ text: String, _ faults: [String]) {
        do {
            _ = try RecognitionRules(parsing: Array(text.utf8))
            Issue.record("the rules were taken")
        } catch {
            let lines = error.description.split(separator: "\n").map(String.init)
            #expect(lines.count == faults.count, "\(lines)")
            for (line, fault) in zip(lines, faults) { #expect(line.hasPrefix("rules:\(fault)"), "\(line)") }
        }
    }

    @Test func sayThatThereIsNoFile() {
        #expect(throws: RecognitionRulesError.unreadable(path: "/nonexistent/rules.json")) {
            try RecognitionRules(path: "/nonexistent/rules.json")
        }
    }

    @Test(
        arguments: [
            ("*", "", true), ("*", "a/b", true), ("a*c", "abc", true), ("a*c", "ac", true), ("a*c", "acd", false),
            ("*.png", "x.png.png", true), ("a?c", "aéc", true), ("a?c", "ac", false), ("", "", true), ("", "a", false),
            ("a**b", "ab", true), ("pictures/*/cat", "pictures/u/v/cat", true), ("A", "a", false), ("[a]", "[a]", true),
        ])
    func globs(_ pattern: String, _ name: String, _ fits: Bool) {
        #expect(Glob(pattern).matches(name) == fits)
    }
}
