import CloudCore
import JSONValue

/// Lets a request pass that carries a valid JSON Web Token of an issuer ("JWT authorizer" of HTTP APIs).
///
/// Source: "Control access to HTTP APIs with JWT authorizers in API Gateway", which names the claims that are looked at
/// and their order, and says that RSA is all there is.
public struct TokenAuthorizer: ScopedAuthorizer {
    private let issuer: TokenIssuer
    private let audience: [String]
    private let source: IdentitySource?
    private let requiredScopes: [String]
    private let clock: CloudClock

    /// An authorizer.
    ///
    /// - Parameters:
    ///   - audience: a token must be meant for one of these.
    ///   - identitySource: where the token is, as `$request.header.Authorization`; a source that is none finds no token.
    ///   - scopes: a token must have one of these; none for any token will do.
    public init(
        issuer: TokenIssuer, audience: [String], identitySource: String, scopes: [String] = [], clock: CloudClock
    ) {
        self.issuer = issuer
        self.audience = audience
        source = IdentitySource(parsing: identitySource)
        requiredScopes = scopes
        self.clock = clock
    }

    /// The same for a route that requires scopes of its own.
    public func requiring(scopes: [String]) -> TokenAuthorizer {
        TokenAuthorizer(copy: self, scopes: scopes)
    }

    private init(copy other: TokenAuthorizer, scopes: [String]) {
        issuer = other.issuer
        audience = other.audience
        source = other.source
        requiredScopes = scopes
        clock = other.clock
    }

    /// Looks at the token.
    public func authorize(_ request: AuthorizedRequest) async -> AuthorizationDecision {
        guard let text = source?.value(in: request.call, context: nil) else {
            return .unauthenticated(challenge: "Bearer", reason: "there is no token")
        }
        let token: JSONWebToken
        do throws(TokenRefusal) {
            token = try await verified(text)
        } catch {
            return .unauthenticated(
                challenge: challenge("invalid_token", error.reason), reason: error.advice ?? error.reason)
        }
        let scopes = token.scopes
        guard requiredScopes.isEmpty || scopes.contains(where: requiredScopes.contains) else {
            let reason = "the token does not have any of the required scopes"
            return .insufficient(challenge: challenge("insufficient_scope", reason), reason: reason)
        }
        let claims = JSONValue.object(
            JSONObject(token.claims.map { ($0.key, JSONValue.string($0.value.claimText)) }))
        let found: JSONValue = [
            "claims": claims, "scopes": requiredScopes.isEmpty ? .null : .array(scopes.map { .string($0) }),
        ]
        return .allowed(request.call.route.payloadFormat == .v1 ? found : ["jwt": found])
    }

    private func verified(_ text: String) async throws(TokenRefusal) -> JSONWebToken {
        let token = try JSONWebToken(field: text)
        try await token.verifySignature(by: issuer)
        try check(token)
        return token
    }

    private func check(_ token: JSONWebToken) throws(TokenRefusal) {
        guard token.claims["iss"]?.string == issuer.name else {
            throw TokenRefusal(reason: "the token does not have a valid issuer")
        }
        // `client_id` counts only where there is no `aud`: access tokens of Cognito are such.
        let meant = token.audience ?? [token.claims["client_id"]?.string].compactMap { $0 }
        guard meant.contains(where: audience.contains) else {
            throw TokenRefusal(reason: "the token does not have a valid audience")
        }
        let now = Double(clock.now.milliseconds) / 1000
        guard token.isCurrent(at: now) else { throw TokenRefusal(reason: "the token has expired") }
        for (claim, reason) in [
            ("nbf", "the token is not valid yet"), ("iat", "the token was issued in the future"),
        ] where token.claims[claim] != nil {
            guard let moment = token.moment(claim), moment <= now else { throw TokenRefusal(reason: reason) }
        }
    }

    private func challenge(_ error: String, _ reason: String) -> String {
        let scopes = requiredScopes.joined(separator: " ").quotable
        return #"Bearer scope="\#(scopes)" error="\#(error)" error_description="\#(reason)""#
    }
}

extension JSONValue {
    /// A claim as API Gateway passes it on: always a text, lists as `[a b]` and objects as `map[a:b]`.
    var claimText: String {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null: "<nil>"
        case .array(let list): "[\(list.map(\.claimText).joined(separator: " "))]"
        case .object(let members):
            "map[\(members.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.claimText)" }.joined(separator: " "))]"
        }
    }
}
