/// One AWS service of the local cloud, as the edge sees it.
public protocol CloudService: Sendable {
    /// By what the edge knows which requests are this service's.
    var address: ServiceAddress { get }

    /// Answers a request. Errors are answers too, in the shape of the service's protocol.
    func respond(to request: CloudRequest, call: ServiceCall) async -> CloudResponse

    /// Writes an error that the edge found (a bad signature, an expired URL) in the shape of the service's protocol.
    func response(to error: ServiceError, for request: CloudRequest, call: ServiceCall) -> CloudResponse
}

extension CloudService {
    /// The shape that the JSON services share.
    public func response(to error: ServiceError, for request: CloudRequest, call: ServiceCall) -> CloudResponse {
        AWSJSON.response(error: error, version: .v1_1, requestID: call.requestID)
    }
}

/// How requests are told apart at the one port where all services are: first by target, then by the scope that they are
/// signed for, then by path.
public struct ServiceAddress: Sendable, Equatable {
    /// The service's name in messages and logs, such as `dynamodb`.
    public var name: String
    /// Names in the credential scope of signatures, such as `s3` and `s3express`.
    public var signingNames: [String]
    /// What stands before the dot in `X-Amz-Target`, such as `DynamoDB_20120810`.
    public var targetPrefixes: [String]
    /// Path prefixes that are this service's alone, such as `/2015-03-31/functions`.
    public var pathPrefixes: [String]

    /// An address.
    public init(
        name: String, signingNames: [String], targetPrefixes: [String] = [], pathPrefixes: [String] = []
    ) {
        self.name = name
        self.signingNames = signingNames
        self.targetPrefixes = targetPrefixes
        self.pathPrefixes = pathPrefixes
    }
}

/// What the edge knows of a request beside its content.
public struct ServiceCall: Sendable {
    /// This request's identifier, as it is sent back and logged.
    public var requestID: String
    /// The account that is served.
    public var accountID: String
    /// The region that the caller signed for, or the cloud's own.
    public var region: String
    /// The access key that the caller signed with.
    public var accessKeyID: String?
    /// The secret of a verified signature, with which the chunks of a streamed body are checked in turn; nil where
    /// signatures are not verified.
    public var verifiedSecret: String?

    /// What the edge knows.
    public init(
        requestID: String, accountID: String = CloudIdentity.defaultAccountID,
        region: String = CloudIdentity.defaultRegion, accessKeyID: String? = nil, verifiedSecret: String? = nil
    ) {
        self.requestID = requestID
        self.accountID = accountID
        self.region = region
        self.accessKeyID = accessKeyID
        self.verifiedSecret = verifiedSecret
    }
}
