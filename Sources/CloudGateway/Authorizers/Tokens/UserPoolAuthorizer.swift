import CloudCore
import JSONValue

/// Lets a request pass that carries a token of a Cognito user pool (`COGNITO_USER_POOLS` of REST APIs).
///
/// Where a route requires scopes, the token must be an access token that has one of them; elsewhere it must be an identity
/// token. Source: "Control access to REST APIs using Amazon Cognito user pools as an authorizer".
public struct UserPoolAuthorizer: ScopedAuthorizer {
    private let pools: [TokenIssuer]
    private let source: IdentitySource
    private let validation: String?
    private let requiredScopes: [String]
    private let clock: CloudClock

    /// An authorizer.
    ///
    /// - Parameters:
    ///   - pools: who may have issued a token.
    ///   - header: the header field that holds the token.
    ///   - validation: a regular expression that the token's audience must match as a whole. One that is no regular
    ///     expression matches nothing.
    ///   - scopes: an access token must have one of these; none for identity tokens.
    public init(
        pools: [TokenIssuer], header: String = "Authorization", validation: String? = nil, scopes: [String] = [],
        clock: CloudClock
    ) {
        self.init(pools: pools, source: .header(header), validation: validation, scopes: scopes, clock: clock)
    }

    private init(
        pools: [TokenIssuer], source: IdentitySource, validation: String?, scopes: [String], clock: CloudClock
    ) {
        self.pools = pools
        self.source = source
        self.validation = validation
        requiredScopes = scopes
        self.clock = clock
    }

    /// The same for a route that requires scopes of its own.
    public func requiring(scopes: [String]) -> UserPoolAuthorizer {
        UserPoolAuthorizer(pools: pools, source: source, validation: validation, scopes: scopes, clock: clock)
    }

    /// Looks at the token.
    public func authorize(_ request: AuthorizedRequest) async -> AuthorizationDecision {
        guard let field = source.value(in: request.call, context: nil) else {
            return .invalidToken(isExpired: false, reason: "there is no token")
        }
        do throws(TokenRefusal) {
            let token = try await verified(field)
            // Of what is wrong with a good token, that it has run out is all that a caller is told.
            guard token.isCurrent(at: Double(clock.now.milliseconds) / 1000) else {
                return .invalidToken(isExpired: true, reason: "the token has expired")
            }
            try check(token)
            return .allowed(["claims": .object(JSONObject(token.claims.map { ($0.key, Self.text($0.key, $0.value)) }))])
        } catch {
            return .invalidToken(isExpired: false, reason: error.advice ?? error.reason)
        }
    }

    private func verified(_ field: String) async throws(TokenRefusal) -> JSONWebToken {
        let token = try JSONWebToken(field: field)
        guard let issuer = pools.first(where: { $0.name == token.claims["iss"]?.string }) else {
            let claimed = token.claims["iss"]?.string?.quotable ?? "nobody"
            throw TokenRefusal(reason: "the token's issuer is \(claimed), and not a user pool of the authorizer")
        }
        try await token.verifySignature(by: issuer, [.rs256])
        return token
    }

    private func check(_ token: JSONWebToken) throws(TokenRefusal) {
        let use = token.claims["token_use"]?.string?.quotable ?? ""
        let wanted = requiredScopes.isEmpty ? "id" : "access"
        guard use == wanted else {
            throw TokenRefusal(
                reason: requiredScopes.isEmpty
                    ? "the route requires no scopes, so the token must be an identity token, and its use is '\(use)'"
                    : "the route requires scopes, so the token must be an access token, and its use is '\(use)'")
        }
        guard requiredScopes.isEmpty || token.scopes.contains(where: requiredScopes.contains) else {
            throw TokenRefusal(reason: "the token has none of the scopes \(requiredScopes.joined(separator: ", "))")
        }
        guard let validation else { return }
        // An access token of a user pool has no audience; the client that it is for stands in for it.
        let meant = token.audience ?? [token.claims["client_id"]?.string].compactMap { $0 }
        guard let expression = try? Regex(validation),
            meant.contains(where: { (try? expression.wholeMatch(in: $0)) != nil })
        else { throw TokenRefusal(reason: "the token's audience does not match the authorizer's expression") }
    }

    /// A claim as a REST API passes it on: always a text. The moments of issue and expiry are written out, lists are joined
    /// by commas and objects are JSON.
    private static func text(_ name: String, _ value: JSONValue) -> JSONValue {
        if ["exp", "iat"].contains(name), let seconds = value.double, seconds.magnitude < 1e11 {
            return .string(Timestamp(seconds: Int64(seconds)).unixDate)
        }
        return .string(text(value))
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null: "null"
        case .array(let list): list.map(text).joined(separator: ",")
        case .object: String(decoding: value.encoded(), as: UTF8.self)
        }
    }
}
