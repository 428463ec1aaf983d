/// Makes labels of what the classifier and the detector say. A pure function of both.
///
/// Neither suffices alone: the classifier knows no person, and sees one thing a picture; the detector knows 80 things, and
/// misses those that fill the picture.
struct LabelMerge: Sendable {
    private let vocabulary: Vocabulary
    private let animal: Int?
    private let vehicle: Int?

    /// What is less sure (0…1) is not told.
    static let lowestConfidence = 0.1

    init(vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        animal = vocabulary.entries.firstIndex { $0.name == "Animal" }
        vehicle = vocabulary.entries.firstIndex { $0.name == "Vehicle" }
    }

    /// The labels, the surest first. `colors` gives the colours in a box.
    func labels(
        probabilities: [Float], detections: [ObjectDetector.Detection], colors: (BoundingBox) -> [DominantColor]
    ) -> [RecognizedLabel] {
        var confidences = rolledUp(probabilities)
        var instances: [Int: [LabelInstance]] = [:]
        let seen = detections.map { (entry: corrected($0, by: confidences), detection: $0) }
        for (entry, detection) in seen {
            let instance = LabelInstance(
                box: detection.box, confidence: 100 * detection.score, dominantColors: colors(detection.box))
            instances[entry, default: []].append(instance)
        }
        for (entry, found) in instances {
            // Two who say the same by themselves are surer together.
            let score = (found.map(\.confidence).max() ?? 0) / 100
            confidences[entry] = 1 - (1 - confidences[entry]) * (1 - score)
        }
        // What is a dog is an animal at least as surely.
        for entry in instances.keys {
            for parent in vocabulary.entries[entry].parents {
                confidences[parent] = max(confidences[parent], confidences[entry])
            }
        }
        return confidences.indices.filter { confidences[$0] >= Self.lowestConfidence }
            .sorted { before($0, $1, confidences) }
            .map { label($0, confidence: confidences[$0], instances: instances[$0] ?? []) }
    }

    /// How sure each entry is by the classifier: as sure as all classes that are called so or are kinds of it together.
    private func rolledUp(_ probabilities: [Float]) -> [Double] {
        var confidences = [Double](repeating: 0, count: vocabulary.entries.count)
        for (entry, probability) in zip(vocabulary.classes, probabilities) {
            confidences[entry] += Double(probability)
            for parent in vocabulary.entries[entry].parents { confidences[parent] += Double(probability) }
        }
        return confidences.map { min($0, 1) }
    }

    /// What a detected thing is. An animal or a vehicle in the middle of the picture the classifier has seen too, and tells
    /// its kind better: when it is sure of another kind that the detector knows, it is that.
    private func corrected(_ detection: ObjectDetector.Detection, by confidences: [Double]) -> Int {
        let entry = vocabulary.objects[detection.objectClass]
        let box = detection.box
        let coversMiddle =
            box.left < 0.5 && box.left + box.width > 0.5 && box.top < 0.5 && box.top + box.height > 0.5
        guard coversMiddle, box.area >= 0.15, confidences[entry] < 0.1,
            let family = [animal, vehicle].compactMap({ $0 }).first(where: vocabulary.entries[entry].parents.contains)
        else { return entry }
        let better = vocabulary.objects.filter {
            confidences[$0] >= 0.5 && vocabulary.entries[$0].parents.contains(family)
        }
        return better.max { confidences[$0] < confidences[$1] } ?? entry
    }

    /// The surer first; of equals the more particular, so that a breed stands before what it is a kind of.
    private func before(_ left: Int, _ right: Int, _ confidences: [Double]) -> Bool {
        if confidences[left] != confidences[right] { return confidences[left] > confidences[right] }
        let depths = (vocabulary.entries[left].parents.count, vocabulary.entries[right].parents.count)
        return depths.0 != depths.1
            ? depths.0 > depths.1 : vocabulary.entries[left].name < vocabulary.entries[right].name
    }

    private func label(_ entry: Int, confidence: Double, instances: [LabelInstance]) -> RecognizedLabel {
        let known = vocabulary.entries[entry]
        return RecognizedLabel(
            name: known.name, confidence: 100 * confidence, parents: known.parents.map { vocabulary.entries[$0].name },
            aliases: known.aliases, categories: known.categories, instances: instances)
    }
}
