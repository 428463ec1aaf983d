/// One thing in a picture that a label names.
public struct LabelInstance: Sendable, Equatable {
    /// Where it is.
    public var box: BoundingBox
    /// How sure it is: 0…100.
    public var confidence: Double
    /// The colours in the box, most frequent first.
    public var dominantColors: [DominantColor]

    /// A thing in its box.
    public init(box: BoundingBox, confidence: Double, dominantColors: [DominantColor] = []) {
        self.box = box
        self.confidence = confidence
        self.dominantColors = dominantColors
    }
}
