/// Something that a picture shows, named as a person would.
public struct RecognizedLabel: Sendable, Equatable {
    /// The name, such as `Dog`.
    public var name: String
    /// How sure it is: 0…100.
    public var confidence: Double
    /// What it is a kind of, such as `Animal` and `Mammal`; from the general to the particular.
    public var parents: [String]
    /// Other names for the same.
    public var aliases: [String]
    /// The fields that it belongs to, such as `Animals and Pets`.
    public var categories: [String]
    /// Where in the picture it is; empty when only the picture as a whole tells.
    public var instances: [LabelInstance]

    /// A label.
    public init(
        name: String, confidence: Double, parents: [String] = [], aliases: [String] = [], categories: [String] = [],
        instances: [LabelInstance] = []
    ) {
        self.name = name
        self.confidence = confidence
        self.parents = parents
        self.aliases = aliases
        self.categories = categories
        self.instances = instances
    }
}
