import CloudCoreTesting
import DarkroomTesting
import Digests
import Foundation
import JSONValue
import Testing

/// From an upload to a row that says what is on the picture, by the bucket's own message.
@Suite struct RecognitionScenarios {
    /// What the recogniser answers, by the bytes of pictures.
    private static func rules() -> JSONValue {
        func rule(_ number: Int, _ answers: JSONObject) -> JSONValue {
            var rule = answers
            rule["sha256"] = .string(Hex.encode(Digest.of(Picture.png(number), .sha256)))
            return .object(rule)
        }
        let cat: JSONValue = [
            "Labels": [["Name": "Cat", "Confidence": 98, "Parents": [["Name": "Animal"]]]]
        ]
        let sign: JSONValue = [
            "TextDetections": [["DetectedText": "WET PAINT", "Type": "LINE", "Id": 0, "Confidence": 99]]
        ]
        return [
            "rules": [
                rule(1, ["DetectLabels": cat, "DetectText": sign]),
                rule(2, ["DetectLabels": ["Labels": [["Name": "Boat", "Confidence": 90]]], "DetectText": [:]]),
                rule(3, ["error": ["code": "InvalidImageFormatException"]]),
            ]
        ]
    }

    @Test(arguments: Way.allCases) func picturesAreRecognisedByThemselves(_ way: Way) async throws {
        let rules = FileManager.default.temporaryDirectory.appendingPathComponent("rules-\(UUID().uuidString).json")
        try Data(Self.rules().encoded()).write(to: rules)
        defer { try? FileManager.default.removeItem(at: rules) }
        try await way.run(recognitionRules: rules.path) { visitor in
            let ada = try await visitor.member("ada")
            #expect(try await ada.upload(Picture.png(1), key: "cat").json["state"] == "queued")
            #expect(try await ada.upload(Picture.png(3), key: "odd").status == 201)
            let cat = try await ada.recognized("cat")
            #expect(cat["state"] == "done")
            #expect(cat["labels"]?[0]?["name"] == "Cat")
            #expect(cat["text"]?[0]?["text"] == "WET PAINT")
            for query in ["label=cat", "label=Animal", "text=wet%20paint", "state=done"] {
                let found = try await ada.send(.get, "/pictures?\(query)").json["pictures"]?.array
                #expect(found?.map { $0["key"] } == ["cat"], "\(query)")
            }
            let odd = try await ada.recognized("odd")
            #expect(odd["state"] == "failed")
            #expect(odd["failure"] == "The recogniser cannot read this PNG picture.")

            // What is said is of the bytes that are there now.
            #expect(try await ada.upload(Picture.png(2), key: "cat").status == 200)
            #expect(try await ada.recognized("cat")["labels"]?.array?.map { $0["name"] } == ["Boat"])
            #expect(try await ada.send(.get, "/pictures?label=cat").json["pictures"] == [])
        }
    }
}

extension Visitor {
    /// What is known of a picture once recognition has ended, one way or the other.
    fileprivate func recognized(_ key: String) async throws -> JSONValue {
        var details = JSONValue.null
        try await eventually("\(key) is still \(details["state"]?.string ?? "unknown")") {
            details = try await send(.get, "/details/\(key)").json
            return details["state"] == "done" || details["state"] == "failed"
        }
        return details
    }
}
