import Testing

@testable import Recognition

@Suite("Labels of both models")
struct LabelMergeTests {
    private let merge: LabelMerge

    init() throws {
        let vocabulary = """
            {"labels": [
              {"name": "Animal", "parents": [], "aliases": [], "categories": ["Animals and Pets"]},
              {"name": "Dog", "parents": ["Animal"], "aliases": [], "categories": ["Animals and Pets"]},
              {"name": "Cat", "parents": ["Animal"], "aliases": [], "categories": ["Animals and Pets"]},
              {"name": "Tabby Cat", "parents": ["Animal", "Cat"], "aliases": [], "categories": ["Animals and Pets"]},
              {"name": "Tiger Cat", "parents": ["Animal", "Cat"], "aliases": [], "categories": ["Animals and Pets"]},
              {"name": "Person", "parents": [], "aliases": ["Human"], "categories": ["Person Description"]}],
             "classes": [3, 4, 1], "objects": [5, 1, 2]}
            """
        merge = LabelMerge(vocabulary: try #require(Vocabulary(parsing: Array(vocabulary.utf8))))
    }

    private func labels(
        _ probabilities: [Float], _ detections: [ObjectDetector.Detection] = []
    ) -> [String: RecognizedLabel] {
        let labels = merge.labels(probabilities: probabilities, detections: detections) { _ in [] }
        #expect(labels.map(\.confidence) == labels.map(\.confidence).sorted(by: >))
        return Dictionary(uniqueKeysWithValues: labels.map { ($0.name, $0) })
    }

    private let middle = BoundingBox(left: 0.2, top: 0.2, width: 0.6, height: 0.6)

    @Test("What several kinds have in common is as sure as all of them together")
    func rolledUp() throws {
        let labels = labels([0.4, 0.4, 0.1])
        let cat = try #require(labels["Cat"])
        #expect(abs(cat.confidence - 80) < 0.001)
        #expect(cat.parents == ["Animal"] && cat.instances.isEmpty)
        #expect(abs(try #require(labels["Animal"]).confidence - 90) < 0.001)
        #expect(labels["Person"] == nil)
    }

    @Test("A thing that was found is a label with its box, and so are its kinds")
    func instances() throws {
        let labels = labels(
            [0, 0, 0], [.init(objectClass: 0, score: 0.9, box: middle), .init(objectClass: 1, score: 0.6, box: middle)])
        let person = try #require(labels["Person"])
        #expect(abs(person.confidence - 90) < 0.001)
        #expect(person.instances.map(\.box) == [middle] && person.aliases == ["Human"])
        #expect(abs(try #require(labels["Animal"]).confidence - 60) < 0.001)
    }

    @Test("Two who say the same are surer together")
    func together() throws {
        let labels = labels([0, 0, 0.5], [.init(objectClass: 1, score: 0.5, box: middle)])
        #expect(abs(try #require(labels["Dog"]).confidence - 75) < 0.001)
    }

    @Test("What fills the middle the classifier names better")
    func corrected() throws {
        let cat = labels([0.5, 0.4, 0.02], [.init(objectClass: 1, score: 0.5, box: middle)])
        #expect(cat["Cat"]?.instances.count == 1 && cat["Dog"] == nil)
        let corner = BoundingBox(left: 0, top: 0, width: 0.4, height: 0.4)
        let both = labels([0.5, 0.4, 0.02], [.init(objectClass: 1, score: 0.5, box: corner)])
        #expect(both["Dog"]?.instances.count == 1 && both["Cat"]?.instances.isEmpty == true)
    }

    @Test("A table that does not hold together is refused")
    func table() {
        for text in [
            "", "{}", #"{"labels":[],"classes":[0],"objects":[]}"#,
            #"{"labels":[{"name":"A","parents":["B"],"aliases":[],"categories":[]}],"classes":[],"objects":[]}"#,
        ] {
            #expect(Vocabulary(parsing: Array(text.utf8)) == nil)
        }
    }
}
