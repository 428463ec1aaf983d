/// Text in a picture: a line of it, or a word of a line.
public struct TextDetection: Sendable, Equatable {
    /// What was detected.
    public enum Kind: Sendable, Equatable {
        case line, word
    }

    /// A corner of the outline, in ratios of the picture's width and height.
    public struct Point: Sendable, Equatable {
        /// From the left edge, as a ratio of the width.
        public var x: Double
        /// From the upper edge, as a ratio of the height.
        public var y: Double

        /// A corner.
        public init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// What it says.
    public var text: String
    /// Whether it is a line or a word.
    public var kind: Kind
    /// A number that no other detection in the picture has; lines count from 0, words follow them.
    public var id: Int
    /// The line that a word belongs to; nil for a line.
    public var parentID: Int?
    /// How sure it is: 0…100.
    public var confidence: Double
    /// The upright rectangle around it.
    public var box: BoundingBox
    /// Its outline: four corners, clockwise as the text is read, from the one where the text begins at the top.
    public var polygon: [Point]

    /// A detection.
    public init(
        text: String, kind: Kind, id: Int, parentID: Int?, confidence: Double, box: BoundingBox, polygon: [Point]
    ) {
        self.text = text
        self.kind = kind
        self.id = id
        self.parentID = parentID
        self.confidence = confidence
        self.box = box
        self.polygon = polygon
    }
}
