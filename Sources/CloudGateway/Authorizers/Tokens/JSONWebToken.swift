import Digests
import JSONValue

/// A JSON Web Token in its compact form (RFC 7515, RFC 7519), taken apart. Nothing of what it says is verified yet.
struct JSONWebToken: Sendable {
    /// How it claims to be signed.
    let algorithm: String
    /// Which of its issuer's keys it claims to be signed with.
    let keyID: String?
    /// What it says.
    let claims: JSONObject
    /// What the signature covers: the first two parts, as they were sent.
    let signedText: [UInt8]
    let signature: [UInt8]

    /// Nil for what is no token. One that asks its reader to understand extensions (`crit`) is none either.
    init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
            let signature = Base64.decode(parts[2]), let algorithm = header["alg"]?.string, header["crit"] == nil
        else { return nil }
        self.algorithm = algorithm
        keyID = header["kid"]?.string
        self.claims = claims
        signedText = Array("\(parts[0]).\(parts[1])".utf8)
        self.signature = signature
    }

    private static func object(_ part: some StringProtocol) -> JSONObject? {
        guard let bytes = Base64.decode(part) else { return nil }
        // Claims nest a level or two; a bound keeps hostile ones from costing more than they are worth.
        return (try? JSONValue(parsing: bytes, depthLimit: 32))?.object
    }

    /// A moment among the claims, in seconds since 1970, which may have a fraction.
    func moment(_ claim: String) -> Double? { claims[claim]?.double }

    /// Whom it is meant for: one, several, or nobody in particular.
    var audience: [String]? {
        claims["aud"].map { $0.array?.compactMap(\.string) ?? [$0.string].compactMap { $0 } }
    }

    /// What it allows: `scope` is a text with spaces, `scp` often a list.
    var scopes: [String] {
        for claim in [claims["scope"], claims["scp"]] {
            if let text = claim?.string { return text.split(separator: " ").map(String.init) }
            if let list = claim?.array { return list.compactMap(\.string) }
        }
        return []
    }
}
