#if canImport(Glibc)
    import Glibc
#endif

/// YOLOv3-tiny: things in a picture with their boxes, among the 80 classes of COCO.
struct ObjectDetector: Sendable {
    /// A thing that was found.
    struct Detection: Sendable, Equatable {
        /// Its place among COCO's classes.
        var objectClass: Int
        /// How sure it is: 0…1.
        var score: Double
        var box: BoundingBox
    }

    /// One of the model's two outputs.
    private struct Layer {
        var output: String
        /// Places in a row and in a column.
        var places: Int
        /// The sizes of boxes that it starts from, in pixels of its input.
        var anchors: [(width: Double, height: Double)]
    }

    private let model: Model

    private static let side = 416
    private static let classes = 80
    /// What is less sure is not told.
    private static let lowestScore = 0.3
    /// Boxes of one class that overlap more are one thing.
    private static let highestOverlap = 0.45
    /// The most things in a picture.
    private static let limit = 100
    /// The finer layer was trained with the second to the fourth of the six anchors, whatever the package's configuration
    /// says: with the first three, boxes come out too small.
    private static let layers = [
        Layer(output: "coarse", places: 13, anchors: [(81, 82), (135, 169), (344, 319)]),
        Layer(output: "fine", places: 26, anchors: [(23, 27), (37, 58), (81, 82)]),
    ]

    init(models: ModelFolder) throws(RecognitionError) {
        model = try Model(.objects, in: models)
    }

    /// What is in a picture, the surest first.
    func detections(in image: PixelImage) throws(RecognitionError) -> [Detection] {
        let frame = Letterbox(width: image.width, height: image.height, side: Self.side)
        let outputs = try model.run(try frame.tensor(of: image), outputs: Self.layers.map(\.output))
        var found: [Detection] = []
        for (layer, output) in zip(Self.layers, outputs) {
            let shape = [1, layer.anchors.count * (5 + Self.classes), layer.places, layer.places]
            guard output.shape == shape else {
                throw .recognitionFailed(model: model.file.rawValue, reason: "\(layer.output) has another shape")
            }
            Self.read(output.values, layer, frame, into: &found)
        }
        return Self.distinct(found)
    }

    /// Reads one output: for each anchor planes of the box's middle (2), its size (2), whether there is anything, and which
    /// class it is.
    private static func read(_ values: [Float], _ layer: Layer, _ frame: Letterbox, into found: inout [Detection]) {
        let area = layer.places * layer.places
        let lowestLogit = Float(log(lowestScore / (1 - lowestScore)))
        for (anchorIndex, anchor) in layer.anchors.enumerated() {
            let planes = anchorIndex * (5 + classes) * area
            for place in 0..<area where values[planes + 4 * area + place] > lowestLogit {
                func value(_ plane: Int) -> Double { Double(values[planes + plane * area + place]) }
                let objectness = sigmoid(value(4))
                var box: BoundingBox?
                for objectClass in 0..<classes {
                    let score = objectness * sigmoid(value(5 + objectClass))
                    guard score >= lowestScore else { continue }
                    let known =
                        box
                        ?? frame.box(
                            middleX: (Double(place % layer.places) + sigmoid(value(0))) / Double(layer.places),
                            middleY: (Double(place / layer.places) + sigmoid(value(1))) / Double(layer.places),
                            width: exp(min(value(2), 8)) * anchor.width / Double(side),
                            height: exp(min(value(3), 8)) * anchor.height / Double(side))
                    box = known
                    if known.area > 0 { found.append(Detection(objectClass: objectClass, score: score, box: known)) }
                }
            }
        }
    }

    /// Without those that a surer one of their class covers.
    private static func distinct(_ found: [Detection]) -> [Detection] {
        var kept: [Detection] = []
        for detection in found.sorted(by: { $0.score > $1.score }) where kept.count < limit {
            let isCovered = kept.contains {
                $0.objectClass == detection.objectClass && $0.box.overlap(with: detection.box) > highestOverlap
            }
            if !isCovered { kept.append(detection) }
        }
        return kept
    }

    private static func sigmoid(_ value: Double) -> Double { 1 / (1 + exp(-value)) }
}
