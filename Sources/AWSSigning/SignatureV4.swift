import Digests
import URLEncoding

/// AWS Signature Version 4: signing, presigning, and checking what others signed. Pure functions; time and keys are
/// passed in.
public enum SignatureV4 {
    /// The name of the scheme, in headers and queries.
    public static let algorithm = "AWS4-HMAC-SHA256"

    /// The text that is signed: the scheme, the time, the scope and the hash of the canonical request.
    public static func stringToSign(
        _ canonicalRequest: CanonicalRequest, date: SigningDate, scope: CredentialScope
    ) -> String {
        stringToSign(canonicalRequest, timestamp: date.timestamp, scope: scope.description)
    }

    static func stringToSign(_ canonicalRequest: CanonicalRequest, timestamp: String, scope: String) -> String {
        "\(algorithm)\n\(timestamp)\n\(scope)\n\(canonicalRequest.hash)"
    }
}

extension SignatureV4 {
    /// Headers that proxies, or the HTTP library behind the signer, may set or change.
    static let unsignedHeaders: Set<String> = [
        "authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id",
    ]

    /// A request that was signed: what to add to it, and what its chunks go on from.
    public struct Signed: Sendable {
        /// The headers to add: `X-Amz-Date`, `Authorization`, and as needed `X-Amz-Content-Sha256` and
        /// `X-Amz-Security-Token`.
        public var headers: [SignableRequest.Header]
        /// The signature, in hexadecimal digits: the seed for the signatures of chunks.
        public var signature: String
        /// The form that was hashed, for looking into a signature that does not match.
        public var canonicalRequest: CanonicalRequest
    }

    /// Signs a request in its headers.
    ///
    /// Every header of the request is signed, but for those that are set or changed on the way.
    ///
    /// - Parameters:
    ///   - request: with its `Host` header, without the headers that this adds.
    ///   - payload: what to say of the body. Services other than S3 take its hash without being told in a header;
    ///     `X-Amz-Content-Sha256` is sent to S3 always, to others when it is no hash.
    ///   - date: now.
    ///   - keys: where derived keys are kept from one call to the next.
    public static func sign(
        _ request: SignableRequest, payload: PayloadHash, credentials: Credentials, region: String, service: String,
        date: SigningDate, keys: SigningKeyCache? = nil
    ) -> Signed {
        let scope = CredentialScope(date: date, region: region, service: service)
        var added: [SignableRequest.Header] = [("X-Amz-Date", date.timestamp)]
        if let token = credentials.sessionToken { added.append(("X-Amz-Security-Token", token)) }
        var needsHash = service == "s3"
        if case .sha256 = payload {} else { needsHash = true }
        if needsHash, request.value(of: "x-amz-content-sha256") == nil {
            added.append(("X-Amz-Content-Sha256", payload.headerValue))
        }
        var request = request
        request.headers.removeAll { $0.name.isEqualIgnoringCase(to: "x-amz-date") }
        request.headers += added
        let names = Set(request.headers.map(\.name.asciiLowercased)).subtracting(unsignedHeaders)
        let canonical = CanonicalRequest(request, signedHeaders: Array(names), payload: payload, service: service)
        let key =
            keys?.key(secretAccessKey: credentials.secretAccessKey, scope: scope)
            ?? SigningKey(secretAccessKey: credentials.secretAccessKey, scope: scope)
        let signature = key.signature(of: stringToSign(canonical, date: date, scope: scope))
        added.append(
            (
                "Authorization",
                "\(algorithm) Credential=\(credentials.accessKeyID)/\(scope), "
                    + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)"
            ))
        return Signed(headers: added, signature: signature, canonicalRequest: canonical)
    }

    /// Signs a request in its query, for a URL that someone without keys may use until it expires.
    ///
    /// - Parameters:
    ///   - request: with its `Host` header; every other header named must then be sent as it is.
    ///   - lifetime: seconds for which the URL holds, at most 604,800 (a week).
    /// - Returns: the whole query of the URL, the request's own parameters first.
    public static func presign(
        _ request: SignableRequest, lifetime: Int, payload: PayloadHash = .unsigned, credentials: Credentials,
        region: String, service: String, date: SigningDate, keys: SigningKeyCache? = nil
    ) -> String {
        let scope = CredentialScope(date: date, region: region, service: service)
        let names = Set(request.headers.map(\.name.asciiLowercased)).subtracting(unsignedHeaders)
        var parameters: [(String, String)] = [
            ("X-Amz-Algorithm", algorithm),
            ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope)"),
            ("X-Amz-Date", date.timestamp),
            ("X-Amz-Expires", String(lifetime)),
        ]
        if let token = credentials.sessionToken { parameters.append(("X-Amz-Security-Token", token)) }
        parameters.append(("X-Amz-SignedHeaders", names.sorted().joined(separator: ";")))
        let added = parameters.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
        var request = request
        request.query = request.query.isEmpty ? added : request.query + "&" + added
        let canonical = CanonicalRequest(request, signedHeaders: Array(names), payload: payload, service: service)
        let key =
            keys?.key(secretAccessKey: credentials.secretAccessKey, scope: scope)
            ?? SigningKey(secretAccessKey: credentials.secretAccessKey, scope: scope)
        let signature = key.signature(of: stringToSign(canonical, date: date, scope: scope))
        return "\(request.query)&X-Amz-Signature=\(signature)"
    }
}
