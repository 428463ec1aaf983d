import Digests

extension ReceivedSignature {
    /// How far a request's time may lie from the receiver's, by default: 15 minutes, as on AWS.
    public static let defaultAllowedSkew = 900

    /// The signature that the holder of the secret would have made for the request, and the texts behind it.
    ///
    /// - Parameters:
    ///   - bodyHash: the hash of the body as received, for services whose requests do not carry it in a header. S3's
    ///     requests always say what they sign.
    ///   - bucketInHost: for version 2, the bucket that the host names, if it does.
    ///   - keys: where derived keys are kept from one call to the next.
    public func expected(
        for request: SignableRequest, secretAccessKey: String, bodyHash: PayloadHash = .empty,
        bucketInHost: String? = nil, keys: SigningKeyCache? = nil
    ) -> (signature: String, canonicalRequest: String, stringToSign: String) {
        guard let scope, let date else {
            let text = SignatureV2.stringToSign(request, signature: self, bucketInHost: bucketInHost)
            return (SignatureV2.signature(of: text, secretAccessKey: secretAccessKey), "", text)
        }
        let canonical = CanonicalRequest(
            request, signedHeaders: signedHeaders, payload: signedPayload(service: scope.service, bodyHash: bodyHash),
            service: scope.service, leavingOut: form == .query ? "X-Amz-Signature" : nil)
        let text = SignatureV4.stringToSign(canonical, date: date, scope: scope)
        return (key(secretAccessKey: secretAccessKey, keys: keys)?.signature(of: text) ?? "", canonical.text, text)
    }

    /// The signature that the holder of the secret would have made for the request.
    public func signature(
        for request: SignableRequest, secretAccessKey: String, bodyHash: PayloadHash = .empty,
        bucketInHost: String? = nil, keys: SigningKeyCache? = nil
    ) -> String {
        expected(
            for: request, secretAccessKey: secretAccessKey, bodyHash: bodyHash, bucketInHost: bucketInHost, keys: keys
        ).signature
    }

    /// The key behind the signature, for the chunks that follow; nil in version 2, which has none.
    public func key(secretAccessKey: String, keys: SigningKeyCache? = nil) -> SigningKey? {
        scope.map {
            keys?.key(secretAccessKey: secretAccessKey, scope: $0)
                ?? SigningKey(secretAccessKey: secretAccessKey, scope: $0)
        }
    }

    /// Checks the time, the coverage and the signature of a request, in this order.
    ///
    /// Where the request states the hash of its body (``payload``), that the body has this hash is left to the caller,
    /// who may see the body later than the headers.
    ///
    /// - Parameters:
    ///   - now: the receiver's time.
    ///   - allowedSkew: seconds by which the request's time may differ.
    /// - Throws: ``SignatureError``.
    public func verify(
        _ request: SignableRequest, secretAccessKey: String, now: SigningDate,
        allowedSkew: Int = defaultAllowedSkew, bodyHash: PayloadHash = .empty, bucketInHost: String? = nil,
        keys: SigningKeyCache? = nil
    ) throws(SignatureError) {
        try verifyTime(now: now, allowedSkew: allowedSkew)
        try verifyCoverage(of: request)
        let expected = expected(
            for: request, secretAccessKey: secretAccessKey, bodyHash: bodyHash, bucketInHost: bucketInHost, keys: keys)
        guard equalInConstantTime(Array(signature.utf8), Array(expected.signature.utf8)) else {
            throw .mismatch(canonicalRequest: expected.canonicalRequest, stringToSign: expected.stringToSign)
        }
    }

    /// Checks that a request is neither from the past nor from the future, and that a presigned URL still holds.
    public func verifyTime(
        now: SigningDate, allowedSkew: Int = defaultAllowedSkew
    ) throws(SignatureError) {
        if let expiry, now > expiry { throw .expired(expiry: expiry, now: now) }
        guard let date else { return }
        let age = now.secondsSinceEpoch - date.secondsSinceEpoch
        // A presigned URL may be as old as it says, but not come from the future.
        if age < -allowedSkew || (age > allowedSkew && expiry == nil) {
            throw .skewed(requestTime: date, now: now, allowedSeconds: allowedSkew)
        }
    }

    private func verifyCoverage(of request: SignableRequest) throws(SignatureError) {
        guard let scope else { return }
        let covered = Set(signedHeaders)
        guard covered.contains("host") || covered.contains(":authority") else { throw .headersNotSigned(["host"]) }
        guard scope.service == "s3" else { return }
        let bare = request.headers.map(\.name.asciiLowercased).filter {
            $0.hasPrefix("x-amz-") && !covered.contains($0) && !(form == .query && $0 == "x-amz-content-sha256")
        }
        guard bare.isEmpty else { throw .headersNotSigned(bare) }
    }

    private func signedPayload(service: String, bodyHash: PayloadHash) -> PayloadHash {
        if let payload { return payload }
        return form == .query && service == "s3" ? .unsigned : bodyHash
    }
}
