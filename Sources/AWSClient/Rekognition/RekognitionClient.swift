import Digests
import JSONValue

/// Amazon Rekognition, as far as functions need it: what is on a picture, and what is written on it.
///
/// Both operations only look; they are tried again as often as the client's policy allows.
public struct RekognitionClient: Sendable {
    private let client: AWSClient

    /// A view of the client.
    public init(_ client: AWSClient) { self.client = client }

    /// Tells what is on a picture, the surest first.
    ///
    /// - Parameters:
    ///   - maxLabels: how many labels to give back; the service's default (1,000) unless given.
    ///   - minConfidence: 0 to 100; the service's default (55) unless given.
    ///   - features: what to look for; labels unless given.
    ///   - settings: filters, and how many colours to name.
    /// - Throws: ``AWSError``, for example with ``AWSError/Code/invalidImageFormat``.
    public func detectLabels(
        _ image: RekognitionImage, maxLabels: Int? = nil, minConfidence: Double? = nil,
        features: [RekognitionFeature] = [], settings: RekognitionLabelSettings? = nil, options: CallOptions = .none
    ) async throws -> RekognitionLabels {
        var body: JSONObject = ["Image": image.json]
        if let maxLabels { body["MaxLabels"] = JSONValue(maxLabels) }
        if let minConfidence { body["MinConfidence"] = JSONValue(minConfidence) }
        if !features.isEmpty { body["Features"] = .array(features.map { .string($0.rawValue) }) }
        if let settings { body["Settings"] = settings.json }
        let answer = try await call("DetectLabels", body, options)
        guard let labels = RekognitionLabels(answer) else { throw Self.unreadable("DetectLabels") }
        return labels
    }

    /// Tells what is written on a picture: lines, and the words that they consist of.
    ///
    /// - Parameter filters: which words to give back; the service's defaults unless given.
    /// - Throws: ``AWSError``, for example with ``AWSError/Code/invalidImageFormat``.
    public func detectText(
        _ image: RekognitionImage, filters: RekognitionTextFilters? = nil, options: CallOptions = .none
    ) async throws -> RekognitionText {
        var body: JSONObject = ["Image": image.json]
        if let filters { body["Filters"] = filters.json }
        let answer = try await call("DetectText", body, options)
        guard let text = RekognitionText(answer) else { throw Self.unreadable("DetectText") }
        return text
    }

    private func call(_ operation: String, _ body: JSONObject, _ options: CallOptions) async throws -> JSONValue {
        try await client.json(
            .rekognition, operation: operation, body: .object(body), idempotent: true, options: options)
    }

    private static func unreadable(_ operation: String) -> TransportError {
        TransportError(
            kind: .incompleteAnswer, message: "Rekognition \(operation): the answer cannot be read",
            mayHaveBeenExecuted: true)
    }
}

/// The picture that a question is about.
public enum RekognitionImage: Sendable, Hashable {
    /// Bytes of a JPEG or PNG file, at most 5 MiB.
    case bytes([UInt8])
    /// An object of a bucket in the same region, at most 15 MiB.
    case object(bucket: String, key: String, version: String? = nil)

    var json: JSONValue {
        switch self {
        case .bytes(let bytes): return ["Bytes": .string(Base64.encode(bytes))]
        case .object(let bucket, let key, let version):
            var object: JSONObject = ["Bucket": .string(bucket), "Name": .string(key)]
            if let version { object["Version"] = .string(version) }
            return ["S3Object": .object(object)]
        }
    }
}

extension AWSError.Code {
    /// The picture is neither JPEG nor PNG, or is damaged.
    public static let invalidImageFormat: Self = "InvalidImageFormatException"
    /// The picture has too many bytes or pixels.
    public static let imageTooLarge: Self = "ImageTooLargeException"
    /// The object is not there, or may not be read.
    public static let invalidS3Object: Self = "InvalidS3ObjectException"
    /// A parameter, or the picture's size, is not what the service takes.
    public static let invalidParameter: Self = "InvalidParameterException"
}
