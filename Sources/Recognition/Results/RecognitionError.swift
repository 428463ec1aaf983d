/// Why a picture was not recognised. Each case's description is a sentence that tells what to do.
public enum RecognitionError: Error, Sendable, Equatable {
    // The picture.

    /// The bytes are of no format that is read.
    case notAnImage
    /// The bytes begin as a picture of a format but do not go on so.
    case imageDamaged(format: String, reason: String)
    /// The picture is right, but of a kind that is not read.
    case imageUnsupported(format: String, reason: String)
    /// The picture has more pixels than are read.
    case imageTooLarge(width: Int, height: Int)

    // The models.

    /// There is no model folder.
    case modelsMissing(folder: String)
    /// The folder was made by another version of `make models`.
    case modelsOfAnotherVersion(folder: String, found: String, expected: String)
    /// A file of the folder is missing.
    case modelMissing(path: String)
    /// A file of the folder is not what `make models` put there.
    case modelDamaged(path: String, reason: String)
    /// A model that is as `make models` made it cannot be loaded.
    case modelUnusable(path: String, reason: String)
    /// The library that runs the models cannot be loaded.
    case runtimeUnusable(path: String, reason: String)

    // The work.

    /// More requests wait than are kept.
    case busy
    /// There is not enough memory for this picture.
    case outOfMemory
    /// A rectangle or a size that cannot be sampled.
    case notSampled(PixelRectangle, columns: Int, rows: Int)
    /// A model failed on a picture.
    case recognitionFailed(model: String, reason: String)
}

extension RecognitionError {
    /// Whether the models are at fault, and so every picture fails alike until somebody has mended them.
    public var concernsModels: Bool {
        switch self {
        case .modelsMissing, .modelsOfAnotherVersion, .modelMissing, .modelDamaged, .modelUnusable, .runtimeUnusable:
            true
        case .notAnImage, .imageDamaged, .imageUnsupported, .imageTooLarge, .busy, .outOfMemory, .notSampled,
            .recognitionFailed:
            false
        }
    }
}

extension RecognitionError: CustomStringConvertible {
    /// What happened, and what to do.
    public var description: String {
        switch self {
        case .notAnImage: "This is not a picture in the JPEG, PNG, GIF or WebP format."
        case .imageDamaged(let format, let reason): "The \(format) picture is damaged: \(reason)."
        case .imageUnsupported(let format, let reason): "The \(format) picture cannot be read: \(reason)."
        case .imageTooLarge(let width, let height):
            "The picture has \(width) x \(height) pixels; at most \(ImageLimits.side) on a side and "
                + "\(ImageLimits.area / 1_000_000) million are read."
        case .modelsMissing(let folder): "There are no models in \(folder): run `make models`."
        case .modelsOfAnotherVersion(let folder, let found, let expected):
            "The models in \(folder) are of version \(found), not \(expected): run `make models`."
        case .modelMissing(let path): "\(path) is missing: run `make models`."
        case .modelDamaged(let path, let reason):
            "\(path) is damaged (\(reason)): remove its folder and run `make models`."
        case .modelUnusable(let path, let reason): "The model \(path) cannot be loaded: \(reason)"
        case .runtimeUnusable(let path, let reason): "ONNX Runtime cannot be loaded from \(path): \(reason)"
        case .busy: "Too many pictures wait to be recognised: try again later."
        case .outOfMemory: "There is not enough memory to recognise this picture."
        case .notSampled(let rectangle, let columns, let rows):
            "A rectangle of \(rectangle.width) x \(rectangle.height) pixels cannot be sampled as \(columns) x \(rows)."
        case .recognitionFailed(let model, let reason): "\(model) failed: \(reason)"
        }
    }
}
