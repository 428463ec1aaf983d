import CloudCore
import JSONValue

/// The input of `DetectLabels`.
struct DetectLabelsRequest: Sendable, Equatable {
    /// What an answer can be about.
    enum Feature: String, Sendable, CaseIterable {
        case generalLabels = "GENERAL_LABELS"
        case imageProperties = "IMAGE_PROPERTIES"
    }

    var image: ImageSource
    var features: Set<Feature>
    var filter: LabelFilter
    var maxDominantColors: Int

    /// Reads an input.
    ///
    /// - Throws: `ValidationException`, `InvalidParameterException`, `SerializationException`.
    init(_ input: JSONObject) throws(ServiceError) {
        let reader = InputReader(input)
        let maxLabels = try reader.integer("MaxLabels")
        let minConfidence = try reader.real("MinConfidence", from: 0, to: 100)
        let names = Feature.allCases.map(\.rawValue)
        let given = try reader.texts(
            "Features", longest: 2, each: [(.oneOf(names), { names.contains($0) })])
        features = Set(given.compactMap { Feature(rawValue: $0) })
        if features.isEmpty { features = [.generalLabels] }
        let settings = try reader.structure("Settings")
        let colors = try settings?.structure("ImageProperties")?.integer("MaxDominantColors", to: 20)
        maxDominantColors = colors ?? RekognitionLimits.dominantColors
        filter = LabelFilter()
        if let general = try settings?.structure("GeneralLabels") {
            filter.includedLabels = try Self.filter("LabelInclusionFilters", general)
            filter.excludedLabels = try Self.filter("LabelExclusionFilters", general)
            filter.includedCategories = try Self.filter("LabelCategoryInclusionFilters", general)
            filter.excludedCategories = try Self.filter("LabelCategoryExclusionFilters", general)
        }
        filter.minConfidence = minConfidence ?? RekognitionLimits.labelConfidence
        filter.limit = min(maxLabels ?? RekognitionLimits.labels, RekognitionLimits.labels)
        image = try reader.image()
        try reader.check()
        // Both say something of labels alone.
        if !features.contains(.generalLabels), maxLabels != nil || minConfidence != nil {
            throw .rekognition(.invalidParameter)
        }
    }

    private static let filterPattern = "[A-Za-z0-9àâèçñó'-_(). ]*"

    private static func filter(_ name: String, _ reader: InputReader) throws(ServiceError) -> Set<String> {
        Set(
            try reader.texts(
                name, longest: 100,
                each: [
                    (.longest(50), { $0.unicodeScalars.count <= 50 }),
                    (.pattern(filterPattern), { $0.unicodeScalars.allSatisfy(isAllowed) }),
                ]))
    }

    /// The pattern's `'-_` is a range: from the apostrophe to the underscore.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9", "'"..."_", "(", " ", "à", "â", "è", "ç", "ñ", "ó": true
        default: false
        }
    }
}
