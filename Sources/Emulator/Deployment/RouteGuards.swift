import CloudCore
import CloudGateway
import Template

/// Makes the authorizers that a template declares.
struct RouteGuards: Sendable {
    let invoker: any FunctionInvoker
    let signatures: EdgeAuthorization
    let identity: CloudIdentity
    let clock: CloudClock

    /// Whether an authorizer is more here than a closed door.
    static func serves(_ definition: APIAuthorizer?) -> Bool {
        switch definition {
        case .jwt, .request, .token, .iam: true
        case .cognito, nil: false
        }
    }

    /// An authorizer; one that lets nobody pass where it is not served.
    func authorizer(_ definition: APIAuthorizer?, of kind: GatewayAPI.Kind) -> any GatewayAuthorizer {
        switch definition {
        case .request(let function):
            FunctionAuthorizer(
                function: function.functionARN, form: function.payloadFormatVersion == "2.0" ? .request2 : .request1,
                kind: kind, identitySources: function.identitySources, lifetime: .seconds(function.cacheSeconds),
                invoker: invoker, clock: clock)
        case .token(let function, let header, let validation):
            FunctionAuthorizer(
                function: function.functionARN, form: .token(header: header), kind: kind, validation: validation,
                lifetime: .seconds(function.cacheSeconds), invoker: invoker, clock: clock)
        case .iam: SignatureAuthorizer(signatures: signatures, identity: identity, kind: kind)
        case .jwt(let issuer, let audience, let source, let scopes):
            TokenAuthorizer(
                issuer: TokenIssuer(name: issuer), audience: audience, identitySource: source, scopes: scopes,
                clock: clock)
        case .cognito, nil: ClosedRoute()
        }
    }

    /// The same authorizer for a route that requires scopes of its own.
    func authorizer(
        _ authorizer: (any GatewayAuthorizer)?, requiring scopes: [String]
    ) -> (any GatewayAuthorizer)? {
        guard !scopes.isEmpty, let token = authorizer as? TokenAuthorizer else { return authorizer }
        return token.requiring(scopes: scopes)
    }
}

/// Stands where an authorizer is declared that cannot be asked: nobody passes.
private struct ClosedRoute: GatewayAuthorizer {
    func authorize(_ request: AuthorizedRequest) async -> AuthorizationDecision { .failed }
}
