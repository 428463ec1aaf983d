/// Recognises pictures with the models of a folder, on the processor.
///
/// Models are loaded when they are first needed, or ahead of time by ``prepare()``, and shared from then on. A bounded number
/// of requests is worked on at once, each on one thread of its own; Swift's cooperative threads are never blocked.
public final class Recognizer: PictureRecognizer {
    private let threads: WorkThreads
    private let labelReader: LoadedOnce<LabelReader>
    private let textReader: LoadedOnce<TextReader>

    /// A recogniser over a model folder. Nothing is read yet.
    ///
    /// - Parameters:
    ///   - models: Where the models are.
    ///   - requestsAtOnce: How many pictures are worked on at once; each takes one processor and up to some 100 MB.
    ///   - requestsWaiting: How many more may wait; then ``RecognitionError/busy`` is thrown.
    public init(models: ModelFolder, requestsAtOnce: Int = 2, requestsWaiting: Int = 64) {
        threads = WorkThreads(count: max(1, requestsAtOnce), limit: max(1, requestsWaiting))
        labelReader = LoadedOnce { () throws(RecognitionError) in try LabelReader(models: models) }
        textReader = LoadedOnce { () throws(RecognitionError) in try TextReader(models: models) }
    }

    /// Loads all models, so that the first request does not wait for it. Throws what is wrong with the model folder.
    public func prepare() async throws {
        try await run { [labelReader, textReader] in
            _ = try labelReader.value()
            _ = try textReader.value()
        }
    }

    /// Decodes a file.
    public func decode(_ bytes: [UInt8]) async throws -> PixelImage {
        try await run { try PixelImage(decoding: bytes) }
    }

    /// What the picture shows, the surest first.
    public func labels(in image: PixelImage) async throws -> [RecognizedLabel] {
        try await run { [labelReader] in try labelReader.value().labels(in: image) }
    }

    /// What the picture looks like to the classifier: a vector of 1280 numbers, near to those of pictures that look alike.
    public func embedding(of image: PixelImage) async throws -> [Float] {
        try await run { [labelReader] in try labelReader.value().classifier.embedding(of: image) }
    }

    /// The text in the picture: lines from the top down, then the words of each line.
    public func text(in image: PixelImage) async throws -> [TextDetection] {
        // The work is done on a thread that knows nothing of the task.
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await run { [textReader] in try textReader.value().text(in: image, unless: cancellation) }
        } onCancel: {
            cancellation.cancel()
        }
    }

    /// The colours and the quality of the picture.
    public func properties(of image: PixelImage, foreground: [BoundingBox]) async throws -> ImageProperties {
        try await run { try ImageProperties(of: image, foreground: foreground) }
    }

    /// Ends what waits, and returns once nothing is being looked at any more. What comes later is refused.
    public func stop() async { await threads.stop() }

    private func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await threads.run(work)
    }
}
