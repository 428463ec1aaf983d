import AWSClient
import Pictures

/// Looks at pictures with Amazon Rekognition, which takes their bytes from the bucket itself.
struct PictureRecognition: Sendable {
    let client: RekognitionClient
    let bucket: String

    /// Rekognition leaves out labels below 55 by default. The surest ten are kept, and of a picture that is hard to tell
    /// they may well be less sure than that.
    private static let labelConfidence = 40.0
    /// Rekognition leaves out words below 80 by default. Blurred writing is worth finding too.
    private static let wordConfidence = 50.0

    /// Looks for labels, for text, or for both at the same time.
    ///
    /// - Throws: `AWSError`, `TransportError`.
    func look(
        at object: ObjectName, version: String? = nil, for kinds: Set<RecognitionFindings.Kind>,
        _ options: CallOptions
    ) async throws -> RecognitionFindings {
        let image = RekognitionImage.object(bucket: bucket, key: object.text, version: version)
        async let labels =
            kinds.contains(.labels)
            ? client.detectLabels(
                image, maxLabels: Label.limit, minConfidence: Self.labelConfidence, options: options
            ).labels.map(Label.init)
            : nil
        async let lines =
            kinds.contains(.text)
            ? client.detectText(
                image, filters: RekognitionTextFilters(minConfidence: Self.wordConfidence), options: options
            ).lines.map { TextLine($0.line, words: $0.words) }
            : nil
        return RecognitionFindings(labels: try await labels, textLines: try await lines)
    }
}

extension Label {
    fileprivate init(_ label: RekognitionLabels.Label) {
        self.init(
            name: label.name, confidence: label.confidence, parents: label.parents,
            boxes: label.instances.sorted { $0.confidence > $1.confidence }.map { Box($0.box) })
    }
}

extension TextLine {
    fileprivate init(_ line: RekognitionText.Detection, words: [RekognitionText.Detection]) {
        self.init(
            text: line.text, confidence: line.confidence, box: line.box.map { Box($0) },
            polygon: line.polygon.map { Point(x: $0.x, y: $0.y) },
            words: words.map { word in
                TextWord(
                    text: word.text, confidence: word.confidence, box: word.box.map { Box($0) },
                    polygon: word.polygon.map { Point(x: $0.x, y: $0.y) })
            })
    }
}

extension Box {
    fileprivate init(_ box: RekognitionBox) {
        self.init(left: box.left, top: box.top, width: box.width, height: box.height)
    }
}
