import CloudCore
import JSONValue
import Recognition

/// The input of `DetectText`.
struct DetectTextRequest: Sendable, Equatable {
    var image: ImageSource
    var filter: TextFilter

    /// Reads an input.
    ///
    /// - Throws: `ValidationException`, `InvalidParameterException`, `SerializationException`.
    init(_ input: JSONObject) throws(ServiceError) {
        let reader = InputReader(input)
        filter = TextFilter()
        let filters = try reader.structure("Filters")
        if let word = try filters?.structure("WordFilter") {
            filter.minConfidence =
                try word.real("MinConfidence", from: 0, to: 100) ?? RekognitionLimits.wordConfidence
            filter.minHeight = try word.real("MinBoundingBoxHeight", from: 0, to: 1) ?? 0
            filter.minWidth = try word.real("MinBoundingBoxWidth", from: 0, to: 1) ?? 0
        }
        let regions = try filters?.structures("RegionsOfInterest", longest: 10) ?? []
        var shapes: [RegionOfInterest?] = []
        for region in regions { shapes.append(try Self.region(region)) }
        image = try reader.image()
        try reader.check()
        for shape in shapes {
            guard let shape else { throw .rekognition(.invalidParameter) }
            filter.regions.append(shape)
        }
    }

    /// A region; nil unless it is either a box or a polygon in the picture.
    private static func region(_ reader: InputReader) throws(ServiceError) -> RegionOfInterest? {
        let box = try reader.structure("BoundingBox")
        let points = try reader.structures("Polygon", longest: RekognitionLimits.regionPoints.upperBound)
        if let box {
            let left = try box.real("Left"), top = try box.real("Top")
            let width = try box.real("Width"), height = try box.real("Height")
            guard points.isEmpty, let left, let top, let width, let height else { return nil }
            return RegionOfInterest(box: BoundingBox(left: left, top: top, width: width, height: height))
        }
        var corners: [TextDetection.Point] = []
        for point in points {
            let x = try point.real("X"), y = try point.real("Y")
            guard let x, let y else { return nil }
            corners.append(TextDetection.Point(x: x, y: y))
        }
        return RegionOfInterest(polygon: corners)
    }
}
