/// Why a token does not hold.
struct TokenRefusal: Error, Equatable {
    /// What the caller may be told.
    let reason: String
    /// What a person at the gateway can do about it, where there is more to say than to the caller.
    var advice: String?
}

extension JSONWebToken {
    /// Reads a token as it stands in a header field, behind `Bearer` or bare.
    init(field: String) throws(TokenRefusal) {
        let bare = field.prefix(7).lowercased() == "bearer " ? field.dropFirst(7).drop { $0 == " " } : field[...]
        guard let token = JSONWebToken(parsing: bare) else { throw TokenRefusal(reason: "the token is malformed") }
        self = token
    }

    /// Checks that a key of the issuer signed this token. What it claims is not looked at.
    func verifySignature(
        by issuer: TokenIssuer, _ algorithms: [RSAPublicKey.Algorithm] = RSAPublicKey.Algorithm.allCases
    ) async throws(TokenRefusal) {
        guard let algorithm = RSAPublicKey.Algorithm(rawValue: algorithm), algorithms.contains(algorithm) else {
            throw TokenRefusal(reason: "signing method \(self.algorithm.quotable) is invalid")
        }
        guard let keyID else { throw TokenRefusal(reason: "the token does not name a key") }
        let key: RSAPublicKey
        do throws(TokenIssuer.Failure) { key = try await issuer.key(keyID) } catch {
            throw TokenRefusal(reason: error.reason, advice: issuer.advice(on: error))
        }
        guard key.verifies(signature, of: signedText, by: algorithm) else {
            throw TokenRefusal(reason: "the token has an invalid signature")
        }
    }

    /// Whether it has not run out at a moment, in seconds since 1970. One that does not say when it does has.
    func isCurrent(at now: Double) -> Bool { moment("exp").map { now < $0 } ?? false }
}

extension TokenIssuer.Failure {
    fileprivate var reason: String {
        switch self {
        case .discovery: "OIDC discovery endpoint communication error"
        case .keys: "JWKS communication error"
        case .unknownKey: "the token's key is not one of the issuer's"
        }
    }
}

extension String {
    /// What may stand between quotes in a header field, and is not longer than is sensible there.
    var quotable: String {
        String(prefix(256).filter { $0.isASCII && !$0.isNewline && $0 >= " " && $0 != "\"" && $0 != "\\" })
    }
}
