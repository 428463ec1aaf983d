import Recognition

/// Which labels an answer has.
struct LabelFilter: Sendable, Equatable {
    /// Only these, and those of ``includedCategories``; all where both are empty.
    var includedLabels: Set<String> = []
    var includedCategories: Set<String> = []
    /// Never these.
    var excludedLabels: Set<String> = []
    var excludedCategories: Set<String> = []
    /// Only those that are at least so sure.
    var minConfidence = RekognitionLimits.labelConfidence
    /// At most so many, the surest.
    var limit = RekognitionLimits.labels

    /// The labels that pass, the surest first; of equals, in the order of their names.
    func apply(to labels: [RecognizedLabel]) -> [RecognizedLabel] {
        Array(
            labels.filter(passes).sorted { ($1.confidence, $0.name) < ($0.confidence, $1.name) }.prefix(limit))
    }

    private func passes(_ label: RecognizedLabel) -> Bool {
        guard label.confidence >= minConfidence else { return false }
        if excludedLabels.contains(label.name) || !excludedCategories.isDisjoint(with: label.categories) {
            return false
        }
        if includedLabels.isEmpty, includedCategories.isEmpty { return true }
        return includedLabels.contains(label.name) || !includedCategories.isDisjoint(with: label.categories)
    }
}

extension [RecognizedLabel] {
    /// The labels together with every one that they are a kind of, as Rekognition's answers have it: a car is also a
    /// vehicle, as surely as it is a car.
    var withAncestors: [RecognizedLabel] {
        var all = self
        var places: [String: Int] = [:]
        for (index, label) in all.enumerated() { places[label.name] = index }
        for label in self {
            for (depth, parent) in label.parents.enumerated() {
                if let place = places[parent] {
                    all[place].confidence = Swift.max(all[place].confidence, label.confidence)
                    continue
                }
                places[parent] = all.count
                all.append(
                    RecognizedLabel(
                        name: parent, confidence: label.confidence, parents: Array<String>(label.parents[..<depth]),
                        categories: label.categories))
            }
        }
        return all
    }
}
