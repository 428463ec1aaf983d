extension AuthorizationDecision {
    /// What the gateway answers where nobody was let in.
    var refusal: GatewayRefusal {
        switch self {
        case .allowed, .failed: .authorizerFailed
        case .forbidden(let isExplicit): isExplicit ? .forbidden : .notAllowed
        case .unauthorized, .unauthenticated: .unauthorized
        case .invalidToken(let isExpired, _): isExpired ? .expired : .unauthorized
        case .insufficient: .forbidden
        case .unsigned: .unsigned
        }
    }

    /// `WWW-Authenticate`.
    var challenge: String? {
        switch self {
        case .unauthenticated(let challenge, _), .insufficient(let challenge, _): challenge
        case .allowed, .forbidden, .unauthorized, .invalidToken, .unsigned, .failed: nil
        }
    }

    /// Why, for the log.
    var reason: String? {
        switch self {
        case .unauthenticated(_, let reason), .insufficient(_, let reason), .invalidToken(_, let reason): reason
        case .failed(let reason): "the authorizer failed: \(reason)"
        case .allowed, .forbidden, .unauthorized, .unsigned: nil
        }
    }
}
