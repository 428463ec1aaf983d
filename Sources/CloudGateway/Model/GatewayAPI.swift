/// One front of functions that the gateway serves: an HTTP API, a REST API or a function URL.
public struct GatewayAPI: Sendable {
    /// Which product it is, and so how it routes, what its events look like and how it words its errors.
    public enum Kind: Sendable, Equatable {
        /// API Gateway's HTTP API.
        case http
        /// API Gateway's REST API.
        case rest
        /// A Lambda function URL.
        case functionURL
    }

    /// The identifier: the first label of the host under which it is served.
    public var id: String
    /// Its name, in logs.
    public var name: String
    /// Which product it is.
    public var kind: Kind
    /// `$default`, or the first part of every path.
    public var stage: String
    /// What leads where. A function URL has one route, `$default`.
    public var routes: [GatewayRoute]
    /// Cross-origin rules; nil where the gateway takes no part in them.
    public var cors: GatewayCORS?
    /// Media types whose bodies are binary, as `image/*` (REST APIs).
    public var binaryMediaTypes: [String]
    /// What events carry as `stageVariables`.
    public var stageVariables: [String: String]
    /// Host names under which it is served beside its own; the stage is no part of the path there.
    public var domainNames: [String]
    /// Under which first parts of the path it is served there, as `orders` or `v1/orders`, and an empty one for all of a
    /// host. Among several APIs of one host the longest that fits takes the request.
    public var basePaths: [String]
    /// Who must agree before the gateway answers a preflight of a REST API; nil for everybody may ask.
    public var preflightAuthorizer: (any GatewayAuthorizer)?
    /// Whether it is closed under its own host (`DisableExecuteApiEndpoint`), and served by ``domainNames`` only. The plain
    /// address of the gateway, which AWS does not have, leads to it all the same.
    public var isOwnHostClosed: Bool
    /// Whether a function URL passes on its function's answer as it comes.
    public var streamsResponses: Bool

    /// An API.
    public init(
        id: String, name: String = "", kind: Kind = .http, stage: String = "$default", routes: [GatewayRoute],
        cors: GatewayCORS? = nil, binaryMediaTypes: [String] = [], stageVariables: [String: String] = [:],
        domainNames: [String] = [], basePaths: [String] = [""],
        preflightAuthorizer: (any GatewayAuthorizer)? = nil, isOwnHostClosed: Bool = false,
        streamsResponses: Bool = false
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.stage = stage
        self.routes = routes
        self.cors = cors
        self.binaryMediaTypes = binaryMediaTypes
        self.stageVariables = stageVariables
        self.domainNames = domainNames
        self.basePaths = basePaths
        self.preflightAuthorizer = preflightAuthorizer
        self.isOwnHostClosed = isOwnHostClosed
        self.streamsResponses = streamsResponses
    }
}

/// What leads to a function.
public struct GatewayRoute: Sendable {
    /// The form of the events and answers.
    public enum PayloadFormat: String, Sendable {
        case v1 = "1.0"
        case v2 = "2.0"
    }

    /// The method in capitals, or `ANY`.
    public var method: String
    /// The path: `/items/{id}`, `/files/{name+}`, or `$default` for whatever no other route takes.
    public var path: String
    /// The function's ARN or name.
    public var function: String
    /// The form of the events and answers.
    public var payloadFormat: PayloadFormat
    /// How long the gateway waits for the function.
    public var timeout: Duration
    /// Who must agree first; nil for everybody may pass.
    public var authorizer: (any GatewayAuthorizer)?

    /// A route.
    public init(
        method: String, path: String, function: String, payloadFormat: PayloadFormat = .v2,
        timeout: Duration = .seconds(30), authorizer: (any GatewayAuthorizer)? = nil
    ) {
        self.method = method
        self.path = path
        self.function = function
        self.payloadFormat = payloadFormat
        self.timeout = timeout
        self.authorizer = authorizer
    }

    /// The route's key, as `GET /items/{id}` or `$default`.
    public var key: String { path == "$default" ? path : "\(method) \(path)" }
}
