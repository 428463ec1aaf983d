import JSONValue

/// The event of an HTTP API with payload 2.0, and of a function URL.
///
/// Source: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs"; Lambda Developer Guide,
/// "Invoking Lambda function URLs". Handlers that do not care for the gateway take a ``Request`` from a ``Router``.
public struct APIGatewayV2Request: Codable, Sendable, Equatable {
    /// `2.0`.
    public var version: String
    /// The route that took the request: `GET /items/{id}`, `$default`.
    public var routeKey: String
    /// The path as it was sent.
    public var rawPath: String
    /// The query as it was sent, without `?`.
    public var rawQueryString: String
    /// The client's cookies, each `name=value`.
    public var cookies: [String]?
    /// Header fields; names in lower case, several values joined by commas.
    public var headers: [String: String]
    /// Decoded query parameters; several values joined by commas.
    public var queryStringParameters: [String: String]?
    /// The values of the route's parameters.
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
        /// The account; of a function URL without authorization `anonymous`.
        public var accountId: String
        /// The API, or the function URL's identifier.
        public var apiId: String
        /// What the authorizer found out.
        public var authorizer: JSONValue?
        /// The client's certificate, with mutual TLS.
        public var authentication: JSONValue?
        /// The host that was called.
        public var domainName: String
        /// Its first label.
        public var domainPrefix: String
        /// The request itself.
        public var http: HTTP
        /// The gateway's identifier of the request.
        public var requestId: String
        /// The route that took it.
        public var routeKey: String
        /// The stage: `$default` or a name.
        public var stage: String
        /// When, as in Common Log Format: `12/Mar/2020:19:03:58 +0000`.
        public var time: String
        /// When, in milliseconds since 1970.
        public var timeEpoch: Int64
    }

    /// The request line and where it came from.
    public struct HTTP: Codable, Sendable, Equatable {
        /// The method.
        public var method: String
        /// The path.
        public var path: String
        /// `HTTP/1.1`.
        public var `protocol`: String
        /// The client's address.
        public var sourceIp: String
        /// What the client says it is.
        public var userAgent: String
    }
}
