import AWSSigning
import CloudCore
import NIOCore

/// Whether requests must be signed, and by whom.
public enum Authorization: Sendable {
    /// Any credentials will do, and none; presigned URLs still expire.
    case anyone
    /// Signatures are verified against these secrets, by access key.
    case verified(secrets: [String: String])
}

/// Checks the signature of a request before a service sees it.
struct EdgeAuthorization: Sendable {
    /// Bodies that are hashed before they are served; those of S3 are hashed as they are stored.
    private static let hashedBodyLimit = 20 << 20

    let authorization: Authorization
    let clock: CloudClock
    private let keys = SigningKeyCache()

    init(_ authorization: Authorization, clock: CloudClock) {
        self.authorization = authorization
        self.clock = clock
    }

    /// Reads the signature, if there is one; what is no signature is only an error where signatures matter.
    func signature(of request: CloudRequest) throws -> ReceivedSignature? {
        do throws(SignatureError) {
            return try SignatureV4.parse(request.signable)
        } catch {
            if request.isPresigned {
                throw ServiceError("AuthorizationQueryParametersError", error.description, status: 400)
            }
            guard case .verified = authorization else { return nil }
            throw refusal(error, isS3: true)
        }
    }

    /// Checks time and signature. Answers the secret where one was verified; a body that had to be read for that is put
    /// back.
    ///
    /// - Throws: `ServiceError` with S3's code or that of the other services.
    func check(
        _ request: inout CloudRequest, _ signature: ReceivedSignature?, isS3: Bool
    ) async throws -> String? {
        let now = SigningDate(secondsSinceEpoch: Int(clock.now.seconds))
        guard case .verified(let secrets) = authorization else {
            if let signature, signature.isPresigned {
                do throws(SignatureError) { try signature.verifyTime(now: now) } catch {
                    throw refusal(error, isS3: isS3)
                }
            }
            return nil
        }
        guard let signature else {
            throw isS3
                ? ServiceError("AccessDenied", "Access Denied", status: 403)
                : ServiceError("MissingAuthenticationToken", "Request is missing Authentication Token", status: 403)
        }
        guard let secret = secrets[signature.accessKeyID] else {
            throw isS3
                ? ServiceError(
                    "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.",
                    status: 403, members: ["AWSAccessKeyId": .string(signature.accessKeyID)])
                : ServiceError(
                    "UnrecognizedClientException", "The security token included in the request is invalid.")
        }
        let bodyHash = try await isS3 || signature.payload != nil ? .empty : hash(of: &request)
        do throws(SignatureError) {
            try signature.verify(
                request.signable, secretAccessKey: secret, now: now, bodyHash: bodyHash,
                bucketInHost: request.bucketInHost, keys: keys)
        } catch { throw refusal(error, isS3: isS3) }
        if !isS3, let stated = signature.payload, case .sha256 = stated {
            guard try await hash(of: &request) == stated else {
                throw ServiceError(
                    "InvalidSignatureException",
                    "The provided 'x-amz-content-sha256' header does not match what was computed.", status: 403)
            }
        }
        return secret
    }

    private func hash(of request: inout CloudRequest) async throws -> PayloadHash {
        do {
            let body = try await request.body.collect(upTo: Self.hashedBodyLimit)
            request.body = RequestBody(body)
            return .of(body.readableBytesView)
        } catch RequestBodyError.tooLarge(let limit) {
            throw ServiceError(
                "RequestEntityTooLargeException", "The request is larger than \(limit) bytes.", status: 413)
        } catch {
            throw ServiceError("SerializationException", "The request ended before its body was complete.")
        }
    }

    private func refusal(_ error: SignatureError, isS3: Bool) -> ServiceError {
        switch (error, isS3) {
        case (.expired(let expiry, let now), true):
            ServiceError(
                "AccessDenied", "Request has expired", status: 403,
                members: [
                    "Expires": .string(Timestamp(seconds: Int64(expiry.secondsSinceEpoch)).iso8601),
                    "ServerTime": .string(Timestamp(seconds: Int64(now.secondsSinceEpoch)).iso8601),
                ])
        case (.skewed, true):
            ServiceError(
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.", status: 403)
        case (.mismatch(let canonicalRequest, let stringToSign), true):
            ServiceError(
                "SignatureDoesNotMatch", error.description, status: 403,
                members: ["StringToSign": .string(stringToSign), "CanonicalRequest": .string(canonicalRequest)])
        case (.malformed, true): ServiceError("AuthorizationHeaderMalformed", error.description, status: 400)
        case (.headersNotSigned, true): ServiceError("AccessDenied", error.description, status: 403)
        case (_, true): ServiceError("InvalidRequest", error.description, status: 400)
        case (.malformed, false): ServiceError("IncompleteSignatureException", error.description, status: 400)
        case (_, false): ServiceError("InvalidSignatureException", error.description, status: 403)
        }
    }
}

extension CloudRequest {
    /// The request as signatures see it.
    var signable: SignableRequest {
        SignableRequest(
            method: method, path: path, query: query ?? "", headers: headers.map { (name: $0.name, value: $0.value) })
    }

    /// Whether the query carries a signature, well made or not: such a URL was handed out to hold for a while only.
    var isPresigned: Bool { query?.contains("X-Amz-Signature=") == true }

    /// The bucket that a virtual-host address names, as version 2 signatures include it.
    var bucketInHost: String? {
        guard let host = header("host")?.split(separator: ":").first else { return nil }
        for suffix in [".s3.", ".localhost"] {
            if let range = host.range(of: suffix) { return String(host[..<range.lowerBound]) }
        }
        return nil
    }
}

extension Substring {
    fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}
