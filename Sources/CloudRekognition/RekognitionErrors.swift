import CloudCore
import JSONValue
import Recognition

/// The errors of Amazon Rekognition that this service answers with.
///
/// Source: the service's model; the wordings are those that callers of the real service report.
enum RekognitionError: String, CaseIterable, Sendable {
    case imageTooLarge = "ImageTooLargeException"
    case internalServerError = "InternalServerError"
    case invalidImageFormat = "InvalidImageFormatException"
    case invalidParameter = "InvalidParameterException"
    case invalidS3Object = "InvalidS3ObjectException"
    case provisionedThroughputExceeded = "ProvisionedThroughputExceededException"
    case resourceNotReady = "ResourceNotReadyException"
    case throttling = "ThrottlingException"
    case accessDenied = "AccessDeniedException"

    /// The HTTP status.
    var status: Int { self == .internalServerError ? 500 : 400 }

    /// What the service says where there is nothing more to say.
    var wording: String {
        switch self {
        case .imageTooLarge: "Request has image that is too large"
        case .internalServerError: "Internal server error"
        case .invalidImageFormat: "Request has invalid image format"
        case .invalidParameter: "Request has invalid parameters"
        case .invalidS3Object:
            "Unable to get object metadata from S3. Check object key, region and/or access permissions."
        case .provisionedThroughputExceeded: "Provisioned rate exceeded."
        case .resourceNotReady: "The models for recognition are not ready."
        case .throttling: "Rate exceeded"
        case .accessDenied: "User is not authorized to access this resource"
        }
    }

    /// Reads whatever was thrown as callers are told it.
    static func serviceError(for error: any Error) -> ServiceError {
        switch error {
        case let error as ServiceError: error
        case let error as RecognitionError: serviceError(for: error)
        default: .rekognition(.internalServerError, UnexpectedFailure.message(for: error))
        }
    }

    /// Which of the service's errors a recogniser's failure is.
    static func serviceError(for error: RecognitionError) -> ServiceError {
        switch error {
        case .notAnImage, .imageDamaged, .imageUnsupported: .rekognition(.invalidImageFormat)
        case .imageTooLarge(let width, let height): .tooManyPixels(width: width, height: height)
        case .modelsMissing, .modelsOfAnotherVersion, .modelMissing, .modelDamaged, .modelUnusable, .runtimeUnusable:
            .rekognition(.resourceNotReady, "This local cloud cannot recognise pictures: \(error)")
        case .busy: .rekognition(.provisionedThroughputExceeded)
        case .outOfMemory: .rekognition(.throttling, "\(error)")
        case .notSampled, .recognitionFailed: .rekognition(.internalServerError, "\(error)")
        }
    }
}

extension ServiceError {
    /// An error with the members that the service's own errors have.
    static func rekognition(_ error: RekognitionError, _ message: String? = nil) -> ServiceError {
        let message = message ?? error.wording
        return ServiceError(
            error.rawValue, message, status: error.status,
            members: ["Code": .string(error.rawValue), "Message": .string(message)])
    }

    static func tooManyPixels(width: Int, height: Int) -> ServiceError {
        .rekognition(
            .imageTooLarge,
            "Input image dimensions \(width) x \(height) exceed maximum dimension size of "
                + "\(RekognitionLimits.mostSide) pixels")
    }
}
