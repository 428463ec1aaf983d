import Recognition

/// Which words an answer has.
struct TextFilter: Sendable, Equatable {
    /// Only words that are at least so sure.
    var minConfidence = RekognitionLimits.wordConfidence
    /// Only words that are at least so high and wide, in parts of the picture.
    var minHeight = 0.0
    var minWidth = 0.0
    /// Only words in one of these; anywhere where there are none.
    var regions: [RegionOfInterest] = []

    /// The lines with a word that passes, then those words, numbered anew.
    ///
    /// A line for which no words are known passes by itself.
    func apply(to detections: [TextDetection]) -> [TextDetection] {
        let words = detections.filter { $0.kind == .word }
        let spelled = Set(words.compactMap(\.parentID))
        let passing = words.filter(passes).prefix(RekognitionLimits.words)
        let wanted = Set(passing.compactMap(\.parentID))
        let lines = detections.filter {
            $0.kind == .line && (wanted.contains($0.id) || !spelled.contains($0.id) && passes($0))
        }
        var numbers: [Int: Int] = [:]
        var kept: [TextDetection] = []
        for var line in lines {
            numbers[line.id] = kept.count
            line.id = kept.count
            kept.append(line)
        }
        for var word in passing {
            word.id = kept.count
            word.parentID = word.parentID.flatMap { numbers[$0] }
            kept.append(word)
        }
        return kept
    }

    private func passes(_ detection: TextDetection) -> Bool {
        detection.confidence >= minConfidence && detection.box.height >= minHeight && detection.box.width >= minWidth
            && (regions.isEmpty || regions.contains { $0.holds(detection) })
    }
}
