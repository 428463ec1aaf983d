/// A line of writing that recognition read in a picture.
public struct TextLine: Sendable, Hashable {
    /// What it says.
    public var text: String
    /// How sure the recogniser is, 0 to 100.
    public var confidence: Double
    /// The upright rectangle around it.
    public var box: Box?
    /// Its outline, which may be tilted; empty where it is not known.
    public var polygon: [Point]
    /// The words that it consists of, in order; empty where they are not known.
    public var words: [TextWord]

    /// A line.
    public init(text: String, confidence: Double, box: Box? = nil, polygon: [Point] = [], words: [TextWord] = []) {
        self.text = text
        self.confidence = confidence
        self.box = box
        self.polygon = polygon
        self.words = words
    }

    /// The form in which text is searched.
    public static func searchForm(_ text: String) -> String { text.lowercased() }

    /// All that lines say, in search form.
    public static func searchForm(of lines: [TextLine]) -> String {
        searchForm(lines.map(\.text).joined(separator: "\n"))
    }
}
