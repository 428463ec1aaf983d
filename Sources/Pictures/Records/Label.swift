/// Something that recognition saw in a picture.
public struct Label: Sendable, Hashable {
    /// What it is: `Cat`.
    public var name: String
    /// How sure the recogniser is, 0 to 100.
    public var confidence: Double
    /// What it is a kind of: `Animal`, `Mammal`.
    public var parents: [String]
    /// Where it is, once for each time it is seen.
    public var boxes: [Box]

    /// Labels that a picture keeps.
    public static let limit = 10
    /// Places that a label keeps.
    public static let boxLimit = 25

    /// A label.
    public init(name: String, confidence: Double, parents: [String] = [], boxes: [Box] = []) {
        self.name = name
        self.confidence = confidence
        self.parents = parents
        self.boxes = boxes
    }

    /// The form in which names are searched.
    public static func searchForm(_ name: String) -> String { name.lowercased() }

    /// The names of labels and of what they are a kind of, in search form, each once.
    public static func searchForms(of labels: [Label]) -> [String] {
        var seen: Set<String> = []
        return labels.flatMap { [$0.name] + $0.parents }.map(searchForm).filter { seen.insert($0).inserted }
    }
}
