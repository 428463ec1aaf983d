import CloudCore
import JSONValue

/// The errors of Amazon S3, with the status and the wording of each.
///
/// Source: "Error responses", Amazon S3 API Reference.
enum S3ErrorCode: String, CaseIterable, Sendable {
    case accessDenied = "AccessDenied"
    case accessForbidden = "AccessForbidden"
    case badDigest = "BadDigest"
    case badRequest = "BadRequest"
    case bucketAlreadyExists = "BucketAlreadyExists"
    case bucketAlreadyOwnedByYou = "BucketAlreadyOwnedByYou"
    case bucketNotEmpty = "BucketNotEmpty"
    case entityTooLarge = "EntityTooLarge"
    case entityTooSmall = "EntityTooSmall"
    case illegalLocationConstraint = "IllegalLocationConstraintException"
    case incompleteBody = "IncompleteBody"
    case internalError = "InternalError"
    case invalidArgument = "InvalidArgument"
    case invalidBucketName = "InvalidBucketName"
    case invalidDigest = "InvalidDigest"
    case invalidLocationConstraint = "InvalidLocationConstraint"
    case invalidPart = "InvalidPart"
    case invalidPartNumber = "InvalidPartNumber"
    case invalidPartOrder = "InvalidPartOrder"
    case invalidRange = "InvalidRange"
    case invalidRequest = "InvalidRequest"
    case invalidStorageClass = "InvalidStorageClass"
    case invalidTag = "InvalidTag"
    case invalidURI = "InvalidURI"
    case keyTooLong = "KeyTooLongError"
    case malformedPolicy = "MalformedPolicy"
    case malformedTrailer = "MalformedTrailerError"
    case malformedXML = "MalformedXML"
    case maxMessageLengthExceeded = "MaxMessageLengthExceeded"
    case metadataTooLarge = "MetadataTooLarge"
    case methodNotAllowed = "MethodNotAllowed"
    case missingContentLength = "MissingContentLength"
    case noSuchBucket = "NoSuchBucket"
    case noSuchBucketPolicy = "NoSuchBucketPolicy"
    case noSuchCORSConfiguration = "NoSuchCORSConfiguration"
    case noSuchKey = "NoSuchKey"
    case noSuchLifecycleConfiguration = "NoSuchLifecycleConfiguration"
    case noSuchPublicAccessBlockConfiguration = "NoSuchPublicAccessBlockConfiguration"
    case noSuchTagSet = "NoSuchTagSet"
    case noSuchUpload = "NoSuchUpload"
    case noSuchVersion = "NoSuchVersion"
    case noSuchWebsiteConfiguration = "NoSuchWebsiteConfiguration"
    case notImplemented = "NotImplemented"
    case ownershipControlsNotFound = "OwnershipControlsNotFoundError"
    case preconditionFailed = "PreconditionFailed"
    case signatureDoesNotMatch = "SignatureDoesNotMatch"
    case contentSHA256Mismatch = "XAmzContentSHA256Mismatch"

    var status: Int {
        switch self {
        case .accessDenied, .accessForbidden, .signatureDoesNotMatch: 403
        case .bucketAlreadyExists, .bucketAlreadyOwnedByYou, .bucketNotEmpty: 409
        case .internalError: 500
        case .invalidPartNumber, .invalidRange: 416
        case .methodNotAllowed: 405
        case .missingContentLength: 411
        case .noSuchBucket, .noSuchBucketPolicy, .noSuchCORSConfiguration, .noSuchKey, .noSuchLifecycleConfiguration,
            .noSuchPublicAccessBlockConfiguration, .noSuchTagSet, .noSuchUpload, .noSuchVersion,
            .noSuchWebsiteConfiguration, .ownershipControlsNotFound:
            404
        case .notImplemented: 501
        case .preconditionFailed: 412
        default: 400
        }
    }

    var message: String {
        switch self {
        case .accessDenied: "Access Denied"
        case .accessForbidden: "Access Forbidden"
        case .badDigest: "The Content-MD5 you specified did not match what we received."
        case .badRequest: "Bad Request"
        case .bucketAlreadyExists:
            "The requested bucket name is not available. The bucket namespace is shared by all users of the system. "
                + "Please select a different name and try again."
        case .bucketAlreadyOwnedByYou:
            "Your previous request to create the named bucket succeeded and you already own it."
        case .bucketNotEmpty: "The bucket you tried to delete is not empty"
        case .entityTooLarge: "Your proposed upload exceeds the maximum allowed size"
        case .entityTooSmall: "Your proposed upload is smaller than the minimum allowed size"
        case .illegalLocationConstraint:
            "The unspecified location constraint is incompatible for the region specific endpoint this request was "
                + "sent to."
        case .incompleteBody: "The request body terminated unexpectedly"
        case .internalError: "We encountered an internal error. Please try again."
        case .invalidArgument: "Invalid Argument"
        case .invalidBucketName: "The specified bucket is not valid."
        case .invalidDigest: "The Content-MD5 you specified was invalid."
        case .invalidLocationConstraint: "The specified location-constraint is not valid"
        case .invalidPart:
            "One or more of the specified parts could not be found.  The part may not have been uploaded, or the "
                + "specified entity tag may not match the part's entity tag."
        case .invalidPartNumber: "The requested partnumber is not satisfiable"
        case .invalidPartOrder:
            "The list of parts was not in ascending order. Parts must be ordered by part number."
        case .invalidRange: "The requested range is not satisfiable"
        case .invalidRequest: "Invalid Request"
        case .invalidStorageClass: "The storage class you specified is not valid"
        case .invalidTag:
            "The tag provided was not a valid tag. This error can occur if the tag did not pass input validation."
        case .invalidURI: "Couldn't parse the specified URI."
        case .keyTooLong: "Your key is too long"
        case .malformedPolicy: "Policies must be valid JSON and the first byte must be '{'"
        case .malformedTrailer:
            "The request contained trailing data that was not well-formed or did not conform to our published schema."
        case .malformedXML:
            "The XML you provided was not well-formed or did not validate against our published schema"
        case .maxMessageLengthExceeded: "Your request was too big."
        case .metadataTooLarge: "Your metadata headers exceed the maximum allowed metadata size"
        case .methodNotAllowed: "The specified method is not allowed against this resource."
        case .missingContentLength: "You must provide the Content-Length HTTP header."
        case .noSuchBucket: "The specified bucket does not exist"
        case .noSuchBucketPolicy: "The bucket policy does not exist"
        case .noSuchCORSConfiguration: "The CORS configuration does not exist"
        case .noSuchKey: "The specified key does not exist."
        case .noSuchLifecycleConfiguration: "The lifecycle configuration does not exist"
        case .noSuchPublicAccessBlockConfiguration: "The public access block configuration was not found"
        case .noSuchTagSet: "The TagSet does not exist"
        case .noSuchUpload:
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
                + "completed."
        case .noSuchVersion: "The specified version does not exist."
        case .noSuchWebsiteConfiguration: "The specified bucket does not have a website configuration"
        case .notImplemented: "A header you provided implies functionality that is not implemented"
        case .ownershipControlsNotFound: "The bucket ownership controls were not found"
        case .preconditionFailed: "At least one of the pre-conditions you specified did not hold"
        case .signatureDoesNotMatch:
            "The request signature we calculated does not match the signature you provided. Check your key and signing "
                + "method."
        case .contentSHA256Mismatch: "The provided 'x-amz-content-sha256' header does not match what was computed."
        }
    }
}

extension ServiceError {
    /// An error of S3, in its usual words or in others.
    static func s3(_ code: S3ErrorCode, _ message: String? = nil, _ members: JSONObject = [:]) -> ServiceError {
        ServiceError(code.rawValue, message ?? code.message, status: code.status, members: members)
    }

    /// An error of S3 in its usual words.
    static func s3(_ code: S3ErrorCode, members: JSONObject) -> ServiceError { s3(code, nil, members) }

    /// A value that an argument may not have.
    static func invalidArgument(_ message: String, name: String, value: String) -> ServiceError {
        s3(.invalidArgument, message, ["ArgumentName": .string(name), "ArgumentValue": .string(value)])
    }

    static func noSuchBucket(_ name: String) -> ServiceError {
        s3(.noSuchBucket, members: ["BucketName": .string(name)])
    }

    static func noSuchKey(_ key: ObjectKey) -> ServiceError { s3(.noSuchKey, members: ["Key": .string(key.text)]) }

    static func noSuchUpload(_ id: String) -> ServiceError { s3(.noSuchUpload, members: ["UploadId": .string(id)]) }

    /// A condition of the request that does not hold.
    static func preconditionFailed(_ condition: String) -> ServiceError {
        s3(.preconditionFailed, members: ["Condition": .string(condition)])
    }

    /// Something that a header asks for and that is not there.
    static func notImplemented(header: String) -> ServiceError {
        s3(.notImplemented, members: ["Header": .string(header)])
    }
}
