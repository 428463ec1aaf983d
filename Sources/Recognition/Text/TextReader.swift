/// Reads text in pictures: finds its lines, then reads each. Blocks the calling thread; may be used from several at once.
final class TextReader: Sendable {
    private let detection: Model
    private let recognition: Model

    /// Loads the models.
    init(models: ModelFolder) throws(RecognitionError) {
        detection = try Model(.textDetection, in: models)
        recognition = try Model(.textRecognition, in: models)
    }

    /// The text in a picture: lines from the top down, then the words of each line.
    func text(in image: PixelImage) throws(RecognitionError) -> [TextDetection] {
        []
    }
}
