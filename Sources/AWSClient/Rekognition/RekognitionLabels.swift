import JSONValue

/// What to look for on a picture.
public enum RekognitionFeature: String, Sendable, Hashable, CaseIterable {
    /// Things, scenes and concepts.
    case generalLabels = "GENERAL_LABELS"
    /// Brightness, sharpness, contrast and colours.
    case imageProperties = "IMAGE_PROPERTIES"
}

/// Which labels to give back, and how many colours to name. Empty lists filter nothing.
public struct RekognitionLabelSettings: Sendable, Hashable {
    /// Only these labels.
    public var includedLabels: [String]
    /// Not these labels.
    public var excludedLabels: [String]
    /// Only labels of these categories.
    public var includedCategories: [String]
    /// No labels of these categories.
    public var excludedCategories: [String]
    /// Colours to name, 0 to 20; the service's default (10) unless given.
    public var maxDominantColors: Int?

    /// Settings; none unless given.
    public init(
        includedLabels: [String] = [], excludedLabels: [String] = [], includedCategories: [String] = [],
        excludedCategories: [String] = [], maxDominantColors: Int? = nil
    ) {
        self.includedLabels = includedLabels
        self.excludedLabels = excludedLabels
        self.includedCategories = includedCategories
        self.excludedCategories = excludedCategories
        self.maxDominantColors = maxDominantColors
    }

    var json: JSONValue {
        var settings = JSONObject()
        var general = JSONObject()
        for (name, values) in [
            ("LabelInclusionFilters", includedLabels), ("LabelExclusionFilters", excludedLabels),
            ("LabelCategoryInclusionFilters", includedCategories),
            ("LabelCategoryExclusionFilters", excludedCategories),
        ] where !values.isEmpty { general[name] = .array(values.map { .string($0) }) }
        if !general.isEmpty { settings["GeneralLabels"] = .object(general) }
        if let maxDominantColors { settings["ImageProperties"] = ["MaxDominantColors": JSONValue(maxDominantColors)] }
        return .object(settings)
    }
}

/// What Rekognition saw on a picture.
public struct RekognitionLabels: Sendable, Hashable {
    /// Something that was seen.
    public struct Label: Sendable, Hashable {
        /// What it is: `Cat`.
        public var name: String
        /// 0 to 100.
        public var confidence: Double
        /// What it is a kind of.
        public var parents: [String]
        /// Other names for it.
        public var aliases: [String]
        /// The categories that it belongs to.
        public var categories: [String]
        /// Where it is, once for each time it is seen; empty where it has no place.
        public var instances: [Instance]
    }

    /// One time that something is seen.
    public struct Instance: Sendable, Hashable {
        /// Where.
        public var box: RekognitionBox
        /// 0 to 100.
        public var confidence: Double
    }

    /// What was seen, the surest first.
    public var labels: [Label]
    /// The version of the model that saw it.
    public var modelVersion: String?
    /// `ImageProperties` of the answer as it came, where it was asked for.
    public var imageProperties: JSONValue?

    init?(_ answer: JSONValue) {
        guard let labels = (answer["Labels"]?.array ?? []).allMapped(Self.label) else { return nil }
        self.labels = labels
        modelVersion = answer["LabelModelVersion"]?.string
        imageProperties = answer["ImageProperties"]
    }

    private static func label(_ json: JSONValue) -> Label? {
        guard let name = json["Name"]?.string, let confidence = json["Confidence"]?.double,
            let instances = (json["Instances"]?.array ?? []).allMapped(instance)
        else { return nil }
        func names(_ member: String) -> [String] { (json[member]?.array ?? []).compactMap { $0["Name"]?.string } }
        return Label(
            name: name, confidence: confidence, parents: names("Parents"), aliases: names("Aliases"),
            categories: names("Categories"), instances: instances)
    }

    private static func instance(_ json: JSONValue) -> Instance? {
        guard let box = json["BoundingBox"].flatMap({ RekognitionBox($0) }) else { return nil }
        return Instance(box: box, confidence: json["Confidence"]?.double ?? 0)
    }
}
