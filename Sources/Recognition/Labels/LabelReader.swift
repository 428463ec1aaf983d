/// Says what pictures show. Blocks the calling thread; may be used from several at once.
final class LabelReader: Sendable {
    private let classifier: Model
    private let detector: Model

    /// Loads the models.
    init(models: ModelFolder) throws(RecognitionError) {
        classifier = try Model(.labels, in: models)
        detector = try Model(.objects, in: models)
    }

    /// What a picture shows, the surest first.
    func labels(in image: PixelImage) throws(RecognitionError) -> [RecognizedLabel] { [] }

    /// The classifier's view of a picture: 1280 numbers.
    func embedding(of image: PixelImage) throws(RecognitionError) -> [Float] { [] }
}
