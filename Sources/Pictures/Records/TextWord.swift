/// A word of a ``TextLine``.
public struct TextWord: Sendable, Hashable {
    /// What it says.
    public var text: String
    /// How sure the recogniser is, 0 to 100.
    public var confidence: Double
    /// The upright rectangle around it.
    public var box: Box?
    /// Its outline, which may be tilted; empty where it is not known.
    public var polygon: [Point]

    /// A word.
    public init(text: String, confidence: Double, box: Box? = nil, polygon: [Point] = []) {
        self.text = text
        self.confidence = confidence
        self.box = box
        self.polygon = polygon
    }
}
