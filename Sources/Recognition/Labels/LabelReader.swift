/// Says what pictures show. Blocks the calling thread; may be used from several at once.
final class LabelReader: Sendable {
    let classifier: ImageClassifier
    let detector: ObjectDetector
    private let merge: LabelMerge

    /// Loads the models.
    init(models: ModelFolder) throws(RecognitionError) {
        let vocabulary = try Vocabulary(models: models)
        classifier = try ImageClassifier(models: models)
        detector = try ObjectDetector(models: models)
        merge = LabelMerge(vocabulary: vocabulary)
    }

    /// What a picture shows, the surest first.
    func labels(in image: PixelImage) throws(RecognitionError) -> [RecognizedLabel] {
        let probabilities = try classifier.probabilities(of: image)
        let detections = try detector.detections(in: image)
        let colors = detections.isEmpty ? nil : try ColorSample(of: image)
        return merge.labels(probabilities: probabilities, detections: detections) { box in
            colors?.dominantColors(in: box) ?? []
        }
    }
}
