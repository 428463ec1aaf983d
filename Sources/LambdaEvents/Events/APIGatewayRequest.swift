import JSONValue

/// The event of a REST API, and of an HTTP API with payload 1.0.
///
/// Source: API Gateway Developer Guide, "Input format of a Lambda function for proxy integration". Handlers that do not
/// care for the gateway take a ``Request`` from a ``Router``.
public struct APIGatewayRequest: Codable, Sendable, Equatable {
    /// `1.0` from an HTTP API; REST APIs send none.
    public var version: String?
    /// The resource that took the request: `/items/{id}`, `/{proxy+}`.
    public var resource: String
    /// The path without the stage.
    public var path: String
    /// The method.
    public var httpMethod: String
    /// Header fields; of several values the last.
    public var headers: [String: String]?
    /// Header fields with all their values.
    public var multiValueHeaders: [String: [String]]?
    /// Decoded query parameters; of several values the last.
    public var queryStringParameters: [String: String]?
    /// Decoded query parameters with all their values.
    public var multiValueQueryStringParameters: [String: [String]]?
    /// The values of the resource's parameters.
    public var pathParameters: [String: String]?
    /// The stage's variables.
    public var stageVariables: [String: String]?
    /// What the gateway knows.
    public var requestContext: Context
    /// The body: text, or base64.
    public var body: String?
    /// Whether the body is base64.
    public var isBase64Encoded: Bool

    /// What the gateway knows of a request.
    public struct Context: Codable, Sendable, Equatable {
        /// The account.
        public var accountId: String
        /// The API.
        public var apiId: String
        /// What the authorizer found out.
        public var authorizer: JSONValue?
        /// The deployment.
        public var deploymentId: String?
        /// The host that was called.
        public var domainName: String?
        /// Its first label.
        public var domainPrefix: String?
        /// An identifier of the request that AWS support asks for.
        public var extendedRequestId: String?
        /// The method.
        public var httpMethod: String
        /// The caller.
        public var identity: Identity
        /// The operation's name in the API's definition.
        public var operationName: String?
        /// The path with the stage.
        public var path: String
        /// `HTTP/1.1`.
        public var `protocol`: String
        /// The gateway's identifier of the request.
        public var requestId: String
        /// When, as in Common Log Format: `12/Mar/2020:19:03:58 +0000`.
        public var requestTime: String?
        /// When, in milliseconds since 1970.
        public var requestTimeEpoch: Int64?
        /// The resource's identifier.
        public var resourceId: String?
        /// The resource that took the request.
        public var resourcePath: String
        /// The stage.
        public var stage: String
    }

    /// Who called, as far as the gateway can tell.
    public struct Identity: Codable, Sendable, Equatable {
        /// The caller's access key, of signed requests.
        public var accessKey: String?
        /// The caller's account, of signed requests.
        public var accountId: String?
        /// The API key that was sent along.
        public var apiKey: String?
        /// The identifier of that API key.
        public var apiKeyId: String?
        /// The principal, of signed requests.
        public var caller: String?
        /// The client's certificate, with mutual TLS.
        public var clientCert: JSONValue?
        /// How the caller proved itself to Amazon Cognito.
        public var cognitoAuthenticationProvider: String?
        /// Whether it did: `authenticated`.
        public var cognitoAuthenticationType: String?
        /// Its Amazon Cognito identity.
        public var cognitoIdentityId: String?
        /// The pool of that identity.
        public var cognitoIdentityPoolId: String?
        /// The caller's AWS organization.
        public var principalOrgId: String?
        /// The client's address.
        public var sourceIp: String?
        /// The user, of signed requests.
        public var user: String?
        /// What the client says it is.
        public var userAgent: String?
        /// The user's ARN, of signed requests.
        public var userArn: String?
    }
}
