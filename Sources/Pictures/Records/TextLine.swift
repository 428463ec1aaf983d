/// Writing that recognition read in a picture: a line or a word.
public struct TextLine: Sendable, Hashable {
    /// What it says.
    public var text: String
    /// How sure the recogniser is, 0 to 100.
    public var confidence: Double
    /// Where it stands.
    public var box: Box?

    /// A line or a word.
    public init(text: String, confidence: Double, box: Box? = nil) {
        self.text = text
        self.confidence = confidence
        self.box = box
    }
}
