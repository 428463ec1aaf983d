/// Why a signature is refused. What error a service makes of it is the service's matter.
public enum SignatureError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The header or the query lacks something or says it in a way that cannot be read.
    case malformed(String)
    /// The scheme is none that is known here.
    case unsupportedAlgorithm(String)
    /// The scope names another region or service than the request came to.
    case wrongScope(String)
    /// Headers that must be signed are not.
    case headersNotSigned([String])
    /// The request's time is too far from the receiver's.
    case skewed(requestTime: SigningDate, now: SigningDate, allowedSeconds: Int)
    /// A presigned URL is used after its time.
    case expired(expiry: SigningDate, now: SigningDate)
    /// The signature is another than the one that the secret makes.
    case mismatch(canonicalRequest: String, stringToSign: String)

    /// A sentence for the person who sent the request.
    public var description: String {
        switch self {
        case .malformed(let reason): reason
        case .unsupportedAlgorithm(let name): "The signature scheme \(name) is not supported."
        case .wrongScope(let reason): reason
        case .headersNotSigned(let names):
            "There were headers present in the request which were not signed: \(names.joined(separator: ", "))"
        case .skewed(let requestTime, let now, let allowed):
            "The request's time \(requestTime.timestamp) is more than \(allowed) seconds from \(now.timestamp)."
        case .expired(let expiry, let now): "The request expired at \(expiry.timestamp); it is \(now.timestamp)."
        case .mismatch:
            "The request signature we calculated does not match the signature you provided. "
                + "Check your key and signing method."
        }
    }
}
