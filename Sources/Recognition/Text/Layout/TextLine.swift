/// A word that was read, and where it stands in the picture.
struct TextWord: Equatable {
    var text: String
    /// 0...1
    var confidence: Double
    var rectangle: OrientedRectangle
}

/// A line of words in reading order.
struct TextLine: Equatable {
    var words: [TextWord]
    var rectangle: OrientedRectangle

    var text: String { words.map(\.text).joined(separator: " ") }

    /// 0...1: the mean of its words', by their lengths.
    var confidence: Double {
        let length = words.reduce(0) { $0 + $1.text.count }
        guard length > 0 else { return 0 }
        return words.reduce(0) { $0 + $1.confidence * Double($1.text.count) } / Double(length)
    }
}
