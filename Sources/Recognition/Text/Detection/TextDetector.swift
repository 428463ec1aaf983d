/// Finds where in a picture lines of text stand.
struct TextDetector: Sendable {
    private let model: Model
    private let finder = TextRegionFinder()

    /// What the model was trained with: ImageNet's means and deviations, blue first.
    private static let format = SampleFormat(
        order: .bgr, mean: (0.485 * 255, 0.456 * 255, 0.406 * 255),
        scale: (1 / (0.229 * 255), 1 / (0.224 * 255), 1 / (0.225 * 255)))

    init(model: Model) {
        self.model = model
    }

    /// Rectangles in the picture's pixels; each one's longer side is its width, its direction not yet known.
    func regions(in image: PixelImage) throws(RecognitionError) -> [TextRegion] {
        let size = DetectionSize(imageWidth: image.width, imageHeight: image.height)
        let input = try image.tensor(columns: size.width, rows: size.height, format: Self.format)
        guard let output = try model.run(input).first,
            let map = ProbabilityMap(width: size.width, height: size.height, values: output.values)
        else { throw .recognitionFailed(model: model.file.rawValue, reason: "its output is not a map of its input") }
        let factors = PlaneVector(
            Double(image.width) / Double(size.width), Double(image.height) / Double(size.height))
        return finder.regions(in: map).map { region in
            TextRegion(rectangle: region.rectangle.scaled(by: factors), score: region.score)
        }
    }
}
