/// A character that was read, and where.
struct ReadCharacter: Equatable {
    var text: String
    /// 0...1
    var confidence: Double
    /// Its middle, as a fraction of the width of what was read.
    var position: Double

    var isSpace: Bool { text == " " || text == "\u{3000}" }
}

/// Decodes what a model with Connectionist Temporal Classification says of a line: at each of its steps from left to right a
/// probability for each character and for "none" (the blank, index 0).
///
/// Greedy: the likeliest at each step; the same character in neighbouring steps is one character, unless a blank stands
/// between.
struct CTCDecoder {
    let table: CharacterTable

    /// - Parameter probabilities: `steps` rows of `table.count` values, each row adding up to 1.
    func decode(_ probabilities: UnsafeBufferPointer<Float>, steps: Int) -> [ReadCharacter] {
        guard steps > 0, table.count > 0, probabilities.count >= steps * table.count,
            let base = probabilities.baseAddress
        else { return [] }
        var characters: [ReadCharacter] = []
        var previous = 0
        var first = 0
        var confidence: Float = 0
        func finish(at end: Int) {
            guard let text = table[previous] else { return }
            characters.append(
                ReadCharacter(
                    text: text, confidence: Double(min(max(confidence, 0), 1)),
                    position: Double(first + end) / 2 / Double(steps)))
        }
        for step in 0..<steps {
            let (index, probability) = Self.likeliest(base + step * table.count, table.count)
            if index == previous {
                confidence = max(confidence, probability)
                continue
            }
            finish(at: step)
            (previous, first, confidence) = (index, step, probability)
        }
        finish(at: steps)
        return characters
    }

    /// The index of the greatest of a step's probabilities. They add up to 1, so one above a half is it: nearly every
    /// step ends early.
    private static func likeliest(_ values: UnsafePointer<Float>, _ count: Int) -> (Int, Float) {
        var best = 0
        var greatest = values[0]
        var index = 1
        while index < count, greatest <= 0.5 {
            let value = values[index]
            if value > greatest {
                greatest = value
                best = index
            }
            index += 1
        }
        return (best, greatest)
    }
}
