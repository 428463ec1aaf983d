/// What can be recognised in pictures. ``Recognizer`` does it with models; tests may answer by themselves.
public protocol PictureRecognizer: Sendable {
    /// The picture in a file of any format that is read (JPEG, PNG, GIF, WebP), upright.
    func decode(_ bytes: [UInt8]) async throws -> PixelImage
    /// What the picture shows, the surest first.
    func labels(in image: PixelImage) async throws -> [RecognizedLabel]
    /// The text in the picture: lines from the top down, then the words of each line.
    func text(in image: PixelImage) async throws -> [TextDetection]
    /// The colours and the quality of the picture. `foreground` is where things are that stand out, such as the instances of
    /// ``labels(in:)``; without any, the middle is told from the edges by its colours.
    func properties(of image: PixelImage, foreground: [BoundingBox]) async throws -> ImageProperties
    /// Ends what waits, and returns once nothing is being looked at any more: a program must not end in the middle.
    func stop() async
}

extension PictureRecognizer {
    /// Nothing to end.
    public func stop() async {}
}
