import JSONValue

/// Which words to give back.
public struct RekognitionTextFilters: Sendable, Hashable {
    /// A part of the picture.
    public enum Region: Sendable, Hashable {
        /// A rectangle.
        case box(RekognitionBox)
        /// 3 to 10 corners.
        case polygon([RekognitionPoint])
    }

    /// Only words that are at least so sure, 0 to 100.
    public var minConfidence: Double?
    /// Only words that are at least so high, as a part of the picture's height.
    public var minHeight: Double?
    /// Only words that are at least so wide, as a part of the picture's width.
    public var minWidth: Double?
    /// Only words of which more than half is in one of these regions; at most 10.
    public var regions: [Region]

    /// Filters; none unless given.
    public init(
        minConfidence: Double? = nil, minHeight: Double? = nil, minWidth: Double? = nil, regions: [Region] = []
    ) {
        self.minConfidence = minConfidence
        self.minHeight = minHeight
        self.minWidth = minWidth
        self.regions = regions
    }

    var json: JSONValue {
        var word = JSONObject()
        if let minConfidence { word["MinConfidence"] = JSONValue(minConfidence) }
        if let minHeight { word["MinBoundingBoxHeight"] = JSONValue(minHeight) }
        if let minWidth { word["MinBoundingBoxWidth"] = JSONValue(minWidth) }
        var filters = JSONObject()
        if !word.isEmpty { filters["WordFilter"] = .object(word) }
        if !regions.isEmpty {
            filters["RegionsOfInterest"] = .array(
                regions.map { region in
                    switch region {
                    case .box(let box): ["BoundingBox": box.json]
                    case .polygon(let points): ["Polygon": .array(points.map(\.json))]
                    }
                })
        }
        return .object(filters)
    }
}

/// What Rekognition read on a picture.
public struct RekognitionText: Sendable, Hashable {
    /// A line or a word.
    public struct Detection: Sendable, Hashable {
        /// What a detection is.
        public enum Kind: String, Sendable, Hashable {
            case line = "LINE"
            case word = "WORD"
        }

        /// What it says.
        public var text: String
        /// Whether it is a line or a word.
        public var kind: Kind
        /// Its number in this answer.
        public var id: Int
        /// The number of the line that a word belongs to.
        public var parentID: Int?
        /// 0 to 100.
        public var confidence: Double
        /// The upright rectangle around it.
        public var box: RekognitionBox?
        /// Its own outline, which may be tilted; usually four corners.
        public var polygon: [RekognitionPoint]
    }

    /// Lines and words.
    public var detections: [Detection]
    /// The version of the model that read it.
    public var modelVersion: String?

    /// The lines, each with its words, in the order of the answer.
    public var lines: [(line: Detection, words: [Detection])] {
        let words = Dictionary(grouping: detections.filter { $0.kind == .word }) { $0.parentID ?? -1 }
        return detections.filter { $0.kind == .line }.map { ($0, words[$0.id] ?? []) }
    }

    init?(_ answer: JSONValue) {
        guard let detections = (answer["TextDetections"]?.array ?? []).allMapped(Self.detection) else { return nil }
        self.detections = detections
        modelVersion = answer["TextModelVersion"]?.string
    }

    private static func detection(_ json: JSONValue) -> Detection? {
        guard let text = json["DetectedText"]?.string, let id = json["Id"]?.int,
            let kind = json["Type"]?.string.flatMap({ Detection.Kind(rawValue: $0) })
        else { return nil }
        let geometry = json["Geometry"]
        return Detection(
            text: text, kind: kind, id: id, parentID: json["ParentId"]?.int,
            confidence: json["Confidence"]?.double ?? 0,
            box: geometry?["BoundingBox"].flatMap { RekognitionBox($0) },
            polygon: (geometry?["Polygon"]?.array ?? []).compactMap { RekognitionPoint($0) })
    }
}
