/// EfficientNet-lite2: what the middle of a picture shows, among the 1000 classes of ImageNet.
struct ImageClassifier: Sendable {
    private let model: Model

    /// How many classes it knows.
    static let classes = 1000
    /// How many numbers an embedding has.
    static let embeddingCount = 1280

    private static let side = 260
    /// The part of the picture's shorter side that is looked at, as in the model's training.
    private static let crop = 0.875
    private static let format = SampleFormat(order: .rgb, mean: 127, scale: 1 / 128)

    init(models: ModelFolder) throws(RecognitionError) {
        model = try Model(.labels, in: models)
    }

    /// The probability of each class; their sum is 1.
    func probabilities(of image: PixelImage) throws(RecognitionError) -> [Float] {
        try output("probabilities", of: image, count: Self.classes)
    }

    /// Numbers that are near to those of pictures that look alike.
    func embedding(of image: PixelImage) throws(RecognitionError) -> [Float] {
        try output("embedding", of: image, count: Self.embeddingCount)
    }

    private func output(_ name: String, of image: PixelImage, count: Int) throws(RecognitionError) -> [Float] {
        let side = Double(min(image.width, image.height)) * Self.crop
        let middle = PixelRectangle(
            left: (Double(image.width) - side) / 2, top: (Double(image.height) - side) / 2, width: side, height: side)
        let input = try image.tensor(of: middle, columns: Self.side, rows: Self.side, format: Self.format)
        let output = try model.run(input, outputs: [name])
        guard let values = output.first?.values, values.count == count else {
            throw .recognitionFailed(model: model.file.rawValue, reason: "\(name) has not \(count) numbers")
        }
        return values
    }
}
