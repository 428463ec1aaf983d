import CloudCore
import CloudGateway
import Foundation
import Template

/// Makes the authorizers that a template declares.
struct RouteGuards: Sendable {
    let invoker: any FunctionInvoker
    let signatures: EdgeAuthorization
    let identity: CloudIdentity
    let clock: CloudClock

    /// The folder that paths of ``tokenKeys`` start from: the template's.
    var directory = "."
    /// Where the keys of issuers are that do not publish them, or whom this machine cannot ask: paths or addresses.
    var tokenKeys: [String: String] = [:]

    /// An authorizer; one that lets nobody pass where it is not served.
    func authorizer(_ definition: APIAuthorizer?, of kind: GatewayAPI.Kind) -> any GatewayAuthorizer {
        switch definition {
        case .request(let function):
            FunctionAuthorizer(
                function: function.functionARN,
                form: function.payloadFormatVersion == "2.0" ? .request2(simple: function.simpleResponses) : .request1,
                kind: kind, identitySources: function.identitySources, lifetime: .seconds(function.cacheSeconds),
                invoker: invoker, clock: clock)
        case .token(let function, let header, let validation):
            FunctionAuthorizer(
                function: function.functionARN, form: .token(header: header), kind: kind, validation: validation,
                lifetime: .seconds(function.cacheSeconds), invoker: invoker, clock: clock)
        case .iam: SignatureAuthorizer(signatures: signatures, identity: identity, kind: kind)
        case .jwt(let issuer, let audience, let source, let scopes):
            TokenAuthorizer(
                issuer: self.issuer(issuer, otherwise: .discovery), audience: audience, identitySource: source,
                scopes: scopes,
                clock: clock)
        case .cognito(let pools, let header, let validation, let scopes):
            UserPoolAuthorizer(
                pools: pools.map { issuer($0.issuer, otherwise: .address("\($0.issuer)/.well-known/jwks.json")) },
                header: header, validation: validation, scopes: scopes, clock: clock)
        case nil: ClosedRoute()
        }
    }

    /// Who issues tokens, with the keys that the template names for it, or else those that it publishes.
    private func issuer(_ name: String, otherwise source: TokenIssuer.KeySource) -> TokenIssuer {
        guard let place = tokenKeys[name] else { return TokenIssuer(name: name, keys: source) }
        if place.hasPrefix("https://") || place.hasPrefix("http://") {
            return TokenIssuer(name: name, keys: .address(place))
        }
        let folder = URL(fileURLWithPath: directory, isDirectory: true)
        return TokenIssuer(
            name: name, keys: .file(URL(fileURLWithPath: place, relativeTo: folder).standardizedFileURL.path))
    }

    /// The same authorizer for a route that requires scopes of its own.
    func authorizer(
        _ authorizer: (any GatewayAuthorizer)?, requiring scopes: [String]
    ) -> (any GatewayAuthorizer)? {
        guard !scopes.isEmpty, let scoped = authorizer as? any ScopedAuthorizer else { return authorizer }
        return scoped.requiring(scopes: scopes)
    }
}

/// Stands where an authorizer is declared that cannot be asked: nobody passes.
private struct ClosedRoute: GatewayAuthorizer {
    func authorize(_ request: AuthorizedRequest) async -> AuthorizationDecision {
        .failed(reason: "the template does not declare it")
    }
}
