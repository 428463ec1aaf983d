import CloudCore
import JSONValue

/// Decides whether a request may pass, before the function behind its route sees it.
public protocol GatewayAuthorizer: Sendable {
    /// Looks at a request.
    func authorize(_ request: AuthorizedRequest) async -> AuthorizationDecision
}

/// What an authorizer is shown.
public struct AuthorizedRequest: Sendable {
    /// The request; its body is not read.
    public var request: CloudRequest
    /// The API's identifier.
    public var apiID: String
    /// The API's stage.
    public var stage: String
    /// The route's key, as `GET /items/{id}`.
    public var routeKey: String
    /// The event that the function will be given, without a body.
    public var event: JSONValue
}

/// What an authorizer found.
public enum AuthorizationDecision: Sendable {
    /// May pass; this goes into the event as `requestContext.authorizer`.
    case allowed(JSONValue)
    /// Said who it is, but may not: 403.
    case forbidden
    /// Did not say who it is: 401.
    case unauthorized
    /// The authorizer itself failed: 500.
    case failed
}
