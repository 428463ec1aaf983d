/// An HTTP front of functions: an HTTP API or a REST API, explicit or implied by functions' events.
public struct APIDefinition: Sendable, Hashable {
    /// Which of the two products.
    public enum Kind: String, Sendable, Hashable {
        /// `AWS::Serverless::HttpApi`.
        case http
        /// `AWS::Serverless::Api`.
        case rest
    }

    /// The name of the resource: `ServerlessHttpApi` and `ServerlessRestApi` for the implicit ones.
    public var logicalID: String
    /// The API's identifier, ten letters and digits; the same for the same stack and logical id.
    public var id: String
    /// Its name; the stack's name unless it says otherwise.
    public var name: String
    /// Which of the two products.
    public var kind: Kind
    /// The stage: `$default`, or the first part of every path.
    public var stageName: String
    /// Where it is served: with the stage for a REST API, without a slash at the end.
    public var endpoint: String
    /// Cross-origin rules; nil when the gateway does not answer preflights.
    public var cors: CORSDefinition?
    /// Media types whose bodies are binary (REST APIs).
    public var binaryMediaTypes: [String]
    /// Authorizers by name.
    public var authorizers: [String: APIAuthorizer]
    /// The authorizer of routes that name none.
    public var defaultAuthorizer: String?
    /// Variables that events carry as `stageVariables`.
    public var stageVariables: [String: String]
    /// Host names under which it is served as well.
    public var domainNames: [String]
    /// Under which first parts of the path it is served there: an empty one for all of a host.
    public var basePaths: [String]
    /// Whether preflights must pass the default authorizer too (REST APIs).
    public var guardsPreflights: Bool
    /// Whether it answers only under ``domainNames``.
    public var disableExecuteAPIEndpoint: Bool
    /// What leads to which function.
    public var routes: [RouteDefinition]
}

/// One route of an API.
public struct RouteDefinition: Sendable, Hashable {
    /// The logical id of the API.
    public var api: String
    /// The method in capitals, or `ANY`.
    public var method: String
    /// The path with its parameters, as `/items/{id}`; `$default` for what nothing else takes.
    public var path: String
    /// The ARN of the function.
    public var functionARN: String
    /// The form of the event: `2.0` or `1.0`.
    public var payloadFormatVersion: String
    /// Milliseconds until the gateway gives up on the function.
    public var timeoutInMillis: Int
    /// The authorizer's name; `NONE` where the API's default one does not apply; nil for that default.
    public var authorizer: String?
    /// Scopes, one of which a JWT must have.
    public var authorizationScopes: [String]
    /// Where in the template it stands.
    public var templatePath: String

    /// `GET /items/{id}` or `$default`: the route's key in events.
    public var key: String { path == "$default" ? path : "\(method) \(path)" }
}

/// Who decides whether a request may pass.
public enum APIAuthorizer: Sendable, Hashable {
    /// A JSON Web Token of an issuer (HTTP APIs).
    case jwt(issuer: String, audience: [String], identitySource: String, scopes: [String])
    /// A function that is given the request.
    case request(FunctionAuthorizer)
    /// A function that is given one header (REST APIs).
    case token(FunctionAuthorizer, header: String, validation: String?)
    /// Tokens of Cognito user pools (REST APIs).
    case cognito(userPools: [UserPoolARN], header: String, validation: String?, scopes: [String])
    /// AWS signatures.
    case iam

    /// A function that decides.
    public struct FunctionAuthorizer: Sendable, Hashable {
        /// The function's ARN.
        public var functionARN: String
        /// The form of its event, `1.0` or `2.0`.
        public var payloadFormatVersion: String
        /// Whether it may answer `{"isAuthorized": …}` instead of a policy.
        public var simpleResponses: Bool
        /// What makes up the identity: `$request.header.Authorization`, …
        public var identitySources: [String]
        /// Seconds for which an answer is kept.
        public var cacheSeconds: Int
    }
}
