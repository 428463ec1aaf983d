/// Reads text in pictures: finds its lines, then reads each. Blocks the calling thread; may be used from several at once.
///
/// At most ``TextRegionFinder/maximumRegions`` pieces of text are read in a picture, the largest, each in a buffer of bounded
/// size: what a page of dense text takes is time (some 50 ms a line), not memory.
final class TextReader: Sendable {
    private let detector: TextDetector
    private let reader: LineReader

    /// Lines that are read with less certainty than this are not text.
    private static let leastConfidence = 0.5

    /// Loads the models.
    init(models: ModelFolder) throws(RecognitionError) {
        detector = TextDetector(model: try Model(.textDetection, in: models))
        reader = LineReader(
            model: try Model(.textRecognition, in: models),
            table: CharacterTable(parsing: String(decoding: try models.contents(of: .textCharacters), as: UTF8.self)))
    }

    /// The text in a picture: lines from the top down, then the words of each line.
    ///
    /// - Throws: ``RecognitionError``, and `CancellationError` once it is cancelled: looked after before each line.
    func text(in image: PixelImage, unless cancellation: Cancellation) throws -> [TextDetection] {
        TextDetection.detections(
            of: try lines(in: image, unless: cancellation), width: image.width, height: image.height)
    }

    func lines(in image: PixelImage, unless cancellation: Cancellation = Cancellation()) throws -> [TextLine] {
        try cancellation.check()
        let found = try detector.regions(in: image).map(\.rectangle)
        let rectangles = LineAssembly().assembled(found)
        var directions = ReadingDirections(of: rectangles)
        var lines: [TextLine] = []
        // The longest first: from them one learns most surely which way up the page is.
        for rectangle in rectangles.sorted(by: { $0.width > $1.width }) {
            guard let line = try reader.read(directions.candidates(for: rectangle), of: image, unless: cancellation)
            else { continue }
            if line.confidence >= LineReader.certain { directions.agree(on: line.rectangle) }
            if line.confidence >= Self.leastConfidence { lines.append(line) }
        }
        return ReadingOrder.sorted(lines)
    }
}
