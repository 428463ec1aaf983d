import Digests
import JSONValue

/// The keys that an issuer publishes (RFC 7517), of those kinds that can be used here, by their identifiers.
struct JSONWebKeySet: Sendable {
    /// Keys beyond this number are passed over.
    private static let countLimit = 256

    private var keys: [String: RSAPublicKey] = [:]

    /// Nil for what is no key set. Keys of other kinds, or without an identifier, are passed over.
    init?(parsing bytes: [UInt8]) {
        guard let list = (try? JSONValue(parsing: bytes, depthLimit: 32))?["keys"]?.array else { return nil }
        for key in list.prefix(Self.countLimit) {
            guard key["kty"]?.string == "RSA", ["sig", nil].contains(key["use"]?.string),
                let id = key["kid"]?.string, let n = key["n"]?.string.flatMap({ Base64.decode($0) }),
                let e = key["e"]?.string.flatMap({ Base64.decode($0) })
            else { continue }
            keys[id] = RSAPublicKey(modulus: n, exponent: e)
        }
    }

    subscript(id: String) -> RSAPublicKey? { keys[id] }
}
