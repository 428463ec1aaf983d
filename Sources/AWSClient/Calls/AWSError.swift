import JSONValue

/// What a service answered when it did not do what was asked.
public struct AWSError: Error, Sendable, CustomStringConvertible {
    /// The service's name for what went wrong: `ConditionalCheckFailedException`, `NoSuchKey`, …
    public struct Code: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
        /// The name as the service writes it, without its namespace.
        public var rawValue: String
        /// A code by its name.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// A code by its name.
        public init(stringLiteral value: String) { rawValue = value }
        /// The name.
        public var description: String { rawValue }
    }

    /// Which service: `DynamoDB`.
    public var service: String
    /// What went wrong.
    public var code: Code
    /// The service's own sentence.
    public var message: String
    /// The HTTP status of the answer.
    public var status: Int
    /// The service's number for the request, for its logs and its support.
    public var requestID: String?
    /// Whether the same request may succeed a little later.
    public var isRetryable: Bool
    /// The members of the error's own shape, for services of the JSON protocols.
    public var details: JSONValue?
    /// How long the service asks to wait before the next attempt (`Retry-After`).
    public var retryAfter: Duration?

    /// An error from its parts.
    public init(
        service: String, code: Code, message: String, status: Int, requestID: String? = nil, isRetryable: Bool = false,
        details: JSONValue? = nil
    ) {
        self.service = service
        self.code = code
        self.message = message
        self.status = status
        self.requestID = requestID
        self.isRetryable = isRetryable
        self.details = details
    }

    /// Service, code, message and request, on one line.
    public var description: String {
        "\(service): \(code)\(message.isEmpty ? "" : ": \(message)") "
            + "(status \(status)\(requestID.map { ", request \($0)" } ?? ""))"
    }
}

/// Matches an error by its code: `catch AWSError.Code.noSuchKey`.
public func ~= (code: AWSError.Code, error: any Error) -> Bool { (error as? AWSError)?.code == code }

extension AWSError.Code {
    /// A write's condition did not hold.
    public static let conditionalCheckFailed: Self = "ConditionalCheckFailedException"
    /// A transaction was given up; ``AWSError/cancellationReasons`` says why.
    public static let transactionCanceled: Self = "TransactionCanceledException"
    /// There is no such table, function or queue.
    public static let resourceNotFound: Self = "ResourceNotFoundException"
    /// The request is not what the service takes.
    public static let validation: Self = "ValidationException"
    /// More was asked of a table than it is paid for.
    public static let provisionedThroughputExceeded: Self = "ProvisionedThroughputExceededException"
    /// There is no such object.
    public static let noSuchKey: Self = "NoSuchKey"
    /// There is no such bucket.
    public static let noSuchBucket: Self = "NoSuchBucket"
    /// There is no such upload in parts.
    public static let noSuchUpload: Self = "NoSuchUpload"
    /// There is nothing there; the answer to a HEAD request says no more.
    public static let notFound: Self = "NotFound"
    /// What is there is what the caller has already (status 304).
    public static let notModified: Self = "NotModified"
    /// What is there is not what the caller's condition says (status 412).
    public static let preconditionFailed: Self = "PreconditionFailed"
    /// The range lies outside of the object.
    public static let invalidRange: Self = "InvalidRange"
    /// Another write to the same object is under way.
    public static let conditionalRequestConflict: Self = "ConditionalRequestConflict"
    /// The caller may not do this.
    public static let accessDenied: Self = "AccessDenied"
    /// The signature is wrong.
    public static let signatureDoesNotMatch: Self = "SignatureDoesNotMatch"
    /// Too many requests.
    public static let throttling: Self = "ThrottlingException"
}
