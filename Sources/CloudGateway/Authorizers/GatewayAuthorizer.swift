import CloudCore
import JSONValue

/// Decides whether a request may pass, before the function behind its route sees it.
public protocol GatewayAuthorizer: Sendable {
    /// Whether it must be shown the body too, which is then read before anybody is let in.
    var readsBody: Bool { get }

    /// Looks at a request.
    func authorize(_ request: AuthorizedRequest) async -> AuthorizationDecision
}

extension GatewayAuthorizer {
    /// Who may pass rarely depends on the body.
    public var readsBody: Bool { false }
}

/// An authorizer that routes can require scopes of.
public protocol ScopedAuthorizer: GatewayAuthorizer {
    /// The same authorizer for a route that requires scopes of its own: one of these.
    func requiring(scopes: [String]) -> Self
}

/// What an authorizer is shown: the request, whose body is not read yet unless the authorizer asks for it.
public struct AuthorizedRequest: Sendable {
    let call: GatewayCall
    /// The ARN of what is called: `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>`.
    public let methodARN: String

    /// The request as it came.
    public var request: CloudRequest { call.request }

    /// The event that the function behind the route would be given, without a body.
    public func event(_ format: GatewayRoute.PayloadFormat) -> JSONValue {
        let bytes = format == .v1 ? call.event1() : call.event2()
        return (try? JSONValue(parsing: bytes)) ?? .null
    }
}

/// What an authorizer found.
public enum AuthorizationDecision: Sendable {
    /// May pass; this goes into the event as `requestContext.authorizer`.
    case allowed(JSONValue)
    /// Said who it is, but may not: 403. Whether somebody said so, or nobody said that it may.
    case forbidden(isExplicit: Bool)
    /// Did not say who it is: 401.
    case unauthorized
    /// Did not say who it is in a way that holds: 401, with this as `WWW-Authenticate`.
    case unauthenticated(challenge: String, reason: String)
    /// Showed a token that does not hold, or none: 401. The reason is for the log; a caller is told at most that the token
    /// has expired.
    case invalidToken(isExpired: Bool, reason: String)
    /// Said who it is, but was not given what this route takes: 403, with this as `WWW-Authenticate`.
    case insufficient(challenge: String, reason: String)
    /// The request is not signed, or not as it should be, where only signed ones pass: 403.
    case unsigned
    /// The authorizer itself failed: 500. The reason is for the log.
    case failed(reason: String)
}
