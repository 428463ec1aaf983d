/// What one look at a picture brought, in the form in which it is kept.
public struct RecognitionFindings: Sendable, Hashable {
    /// What can be looked for.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case labels, text
    }

    /// What was seen, the surest first, at most ``Label/limit``; nil where nobody looked.
    public var labels: [Label]?
    /// What was read, from top to bottom; nil where nobody looked.
    public var textLines: [TextLine]?

    /// Findings: labels in their order and cut to their limit, numbers as exact as they are worth keeping.
    public init(labels: [Label]? = nil, textLines: [TextLine]? = nil) {
        self.labels = labels.map { labels in
            // Names decide between equals, so that the same findings always read the same.
            let sorted = labels.sorted { ($1.confidence, $0.name) < ($0.confidence, $1.name) }
            return sorted.prefix(Label.limit).map(Self.kept)
        }
        self.textLines = textLines.map { $0.map(Self.kept) }
    }

    /// What was looked for.
    public var kinds: Set<Kind> {
        Set([labels.map { _ in Kind.labels }, textLines.map { _ in Kind.text }].compactMap { $0 })
    }

    private static func kept(_ label: Label) -> Label {
        Label(
            name: label.name, confidence: percentage(label.confidence), parents: label.parents,
            boxes: label.boxes.prefix(Label.boxLimit).map(kept))
    }

    private static func kept(_ line: TextLine) -> TextLine {
        TextLine(
            text: line.text, confidence: percentage(line.confidence), box: line.box.map(kept),
            polygon: line.polygon.map(kept), words: line.words.map(kept))
    }

    private static func kept(_ word: TextWord) -> TextWord {
        TextWord(
            text: word.text, confidence: percentage(word.confidence), box: word.box.map(kept),
            polygon: word.polygon.map(kept))
    }

    /// Within the picture, also where a recogniser's box reaches beyond its edge.
    private static func kept(_ box: Box) -> Box {
        let (left, top) = (fraction(box.left), fraction(box.top))
        let (right, bottom) = (fraction(box.left + box.width), fraction(box.top + box.height))
        return Box(left: left, top: top, width: fraction(right - left), height: fraction(bottom - top))
    }

    private static func kept(_ point: Point) -> Point { Point(x: fraction(point.x), y: fraction(point.y)) }

    /// Ten-thousandths: a pixel of a picture that is 10,000 wide.
    private static func fraction(_ value: Double) -> Double { rounded(value, 10_000, 0...1) }

    private static func percentage(_ value: Double) -> Double { rounded(value, 100, 0...100) }

    private static func rounded(_ value: Double, _ steps: Double, _ range: ClosedRange<Double>) -> Double {
        guard value.isFinite else { return range.lowerBound }
        return (min(max(value, range.lowerBound), range.upperBound) * steps).rounded() / steps
    }
}
