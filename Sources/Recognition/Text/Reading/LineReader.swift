/// Reads the text in one rectangle of a picture.
struct LineReader: Sendable {
    private let model: Model
    private let decoder: CTCDecoder

    /// A reading at least this sure is right about its direction: upside down, text is read with 0.3 to 0.5.
    static let certain = 0.8

    init(model: Model, table: CharacterTable) {
        self.model = model
        decoder = CTCDecoder(table: table)
    }

    /// The surest of the readings in the given directions, likeliest first; stops at one that is certain. Nil where nothing
    /// is read in any.
    func read(
        _ candidates: [OrientedRectangle], of image: PixelImage, unless cancellation: Cancellation
    ) throws -> TextLine? {
        var best: TextLine?
        for candidate in candidates {
            guard let line = try read(candidate, of: image, unless: cancellation) else { continue }
            if best.map({ line.confidence > $0.confidence }) ?? true { best = line }
            if line.confidence >= Self.certain { break }
        }
        return best
    }

    /// The line in a rectangle, whatever its length; nil where nothing is read.
    private func read(
        _ rectangle: OrientedRectangle, of image: PixelImage, unless cancellation: Cancellation
    ) throws -> TextLine? {
        var words: [TextWord] = []
        for piece in Self.pieces(of: rectangle, in: image) {
            try cancellation.check()
            words += TextLine(try readPiece(piece, of: image))?.words ?? []
        }
        guard let first = words.first?.rectangle, let last = words.last?.rectangle else { return nil }
        let corners = first.corners + last.corners
        return TextLine(words: words, rectangle: OrientedRectangle(enclosing: corners, alongAxis: rectangle.axis))
    }

    private func readPiece(_ rectangle: OrientedRectangle, of image: PixelImage) throws(RecognitionError) -> LineReading
    {
        let crop = LineCrop(rectangle, of: image)
        guard let output = try model.run(crop.tensor).first, output.shape.count == 3,
            output.shape[2] == decoder.table.count
        else {
            throw .recognitionFailed(
                model: model.file.rawValue, reason: "its output does not fit \(ModelFile.textCharacters.rawValue)")
        }
        let characters = output.values.withUnsafeBufferPointer { decoder.decode($0, steps: output.shape[1]) }
        return LineReading(rectangle: rectangle, characters: characters, ink: crop.ink)
    }

    /// A line in pieces that are short enough to be read at once, cut where there is a gap in the ink.
    static func pieces(of line: OrientedRectangle, in image: PixelImage) -> [OrientedRectangle] {
        var pieces: [OrientedRectangle] = []
        var rest = line
        let longest = LineCrop.widest * line.height
        while line.height > 0, rest.width > longest {
            let piece = rest.slice(from: 0, to: longest / rest.width)
            let gap = LineCrop(piece, of: image).ink.widestGap(from: 0.6, to: 1)
            let cut = gap.map { max(0.5, ($0.lowerBound + $0.upperBound) / 2) } ?? 1
            pieces.append(piece.slice(from: 0, to: cut))
            rest = rest.slice(from: cut * longest / rest.width, to: 1)
        }
        return pieces + [rest]
    }
}
