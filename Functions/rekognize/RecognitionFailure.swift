import AWSClient
import Pictures

/// Why a picture was not recognised, and what helps.
enum RecognitionFailure: Error, Sendable, Hashable {
    /// The picture is at fault: trying again changes nothing.
    case picture(reason: String)
    /// There is no recogniser, or it may not be used: trying again helps once somebody has done something about it.
    case unavailable(reason: String)
    /// Trying again a little later helps.
    case passing(reason: String)

    /// A sentence for the person whose picture it is.
    var reason: String {
        switch self {
        case .picture(let reason), .unavailable(let reason), .passing(let reason): reason
        }
    }

    /// Whether the picture itself is at fault.
    var isOfThePicture: Bool {
        if case .picture = self { true } else { false }
    }

    /// Reads what the recogniser threw; nil for what it did not throw.
    init?(_ error: any Error, _ record: PictureRecord) {
        switch error {
        case let error as AWSError where error.service == AWSService.rekognition.name:
            self = Self.failures[error.code]?(error, record) ?? Self.other(error)
        case is TransportError:
            self = .passing(reason: "The recogniser did not answer.")
        default: return nil
        }
    }

    /// The errors of Rekognition that say what is wrong. Others are known by their status alone.
    ///
    /// Source: Amazon Rekognition API Reference, `DetectLabels` and `DetectText`; for the limits, its Developer Guide,
    /// "Guidelines and quotas".
    private static let failures: [AWSError.Code: @Sendable (AWSError, PictureRecord) -> RecognitionFailure] = [
        .invalidImageFormat: { _, record in
            switch record.type {
            case .jpeg, .png: .picture(reason: "The recogniser cannot read this \(record.type.name) picture.")
            case .gif, .webp: .picture(reason: "\(record.type.name) pictures are not recognised, only JPEG and PNG.")
            }
        },
        .imageTooLarge: { _, record in
            .picture(
                reason: "The picture is too large to be recognised: it has \(record.byteCount) bytes and "
                    + "\(record.width) x \(record.height) pixels; at most 15 MB and 10,000 pixels a side are.")
        },
        .invalidParameter: { error, record in
            min(record.width, record.height) < 80
                ? .picture(
                    reason:
                        "The picture is too small to be recognised: it has \(record.width) x \(record.height) pixels; "
                        + "at least 80 x 80 are needed.")
                : .picture(reason: "The recogniser does not take the picture: \(error.message)")
        },
        .invalidS3Object: { _, _ in .picture(reason: "The recogniser cannot get at the picture's bytes.") },
        // The caller's role lacks a permission; the local cloud has no models.
        "AccessDeniedException": { error, _ in .unavailable(reason: "The recogniser may not be used: \(error.message)")
        },
        "ResourceNotReadyException": { error, _ in .unavailable(reason: error.message) },
    ]

    private static func other(_ error: AWSError) -> RecognitionFailure {
        error.isRetryable
            ? .passing(reason: "The recogniser has too much to do just now.")
            : .picture(reason: "The recogniser refuses the picture: \(error.message)")
    }
}
