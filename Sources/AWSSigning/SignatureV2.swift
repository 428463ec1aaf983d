import Digests
import URLEncoding

/// Signature Version 2 of Amazon S3, which SDKs still make for presigned URLs: HMAC-SHA-1 over method, time, type,
/// headers of Amazon's and the resource.
///
/// Source: "Signing and Authenticating REST Requests (AWS Signature Version 2)", S3 User Guide.
public enum SignatureV2 {
    /// The parameters that name a part of a resource, and so are signed.
    static let signedParameters: Set<String> = [
        "accelerate", "acl", "analytics", "cors", "defaultObjectAcl", "delete", "inventory", "lifecycle", "location",
        "logging", "metrics", "notification", "object-lock", "partNumber", "policy", "replication", "requestPayment",
        "response-cache-control", "response-content-disposition", "response-content-encoding",
        "response-content-language", "response-content-type", "response-expires", "restore", "select", "select-type",
        "storageClass", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions", "website",
    ]

    /// Makes the query of a presigned URL.
    ///
    /// - Parameters:
    ///   - bucketInHost: the bucket, when the host names it and the path does not.
    /// - Returns: the whole query of the URL, the request's own parameters first.
    public static func presign(
        _ request: SignableRequest, expiry: SigningDate, credentials: Credentials, bucketInHost: String? = nil
    ) -> String {
        var parameters: [(String, String)] = [("AWSAccessKeyId", credentials.accessKeyID)]
        if let token = credentials.sessionToken { parameters.append(("x-amz-security-token", token)) }
        parameters.append(("Expires", String(expiry.secondsSinceEpoch)))
        var request = request
        let added = parameters.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
        request.query = request.query.isEmpty ? added : request.query + "&" + added
        let received = ReceivedSignature(
            form: .version2Query, accessKeyID: credentials.accessKeyID, signedHeaders: [], signature: "",
            expiry: expiry)
        let text = stringToSign(request, signature: received, bucketInHost: bucketInHost)
        let signature = signature(of: text, secretAccessKey: credentials.secretAccessKey)
        return "\(request.query)&Signature=\(PercentEncoding.encode(signature))"
    }

    /// The signature of a text (a string to sign, or the policy of a browser upload), in base64.
    public static func signature(of text: String, secretAccessKey: String) -> String {
        Base64.encode(HMAC.authenticate(text.utf8, key: secretAccessKey.utf8, .sha1))
    }

    static func parse(authorization: Substring, of request: SignableRequest) throws(SignatureError) -> ReceivedSignature
    {
        let parts = authorization.trimmingSpaces.split(separator: ":")
        guard parts.count == 2 else {
            throw .malformed("AWS authorization header is invalid. Expected AwsAccessKeyId:signature")
        }
        guard let date = SignatureV4.requestDate(request) else {
            throw .malformed("AWS authentication requires a valid Date or x-amz-date header")
        }
        return ReceivedSignature(
            form: .version2Header, accessKeyID: String(parts[0]), signedHeaders: [], signature: String(parts[1]),
            date: date, sessionToken: request.value(of: "x-amz-security-token"))
    }

    static func parse(query: QueryParameters) throws(SignatureError) -> ReceivedSignature? {
        guard let accessKeyID = query["AWSAccessKeyId"] else { return nil }
        guard let signature = query["Signature"], let expires = query["Expires"] else {
            throw .malformed(
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters")
        }
        guard let seconds = Int(expires), seconds >= 0 else {
            throw .malformed("Invalid date (should be seconds since epoch): \(expires)")
        }
        return ReceivedSignature(
            form: .version2Query, accessKeyID: accessKeyID, signedHeaders: [], signature: signature,
            expiry: SigningDate(secondsSinceEpoch: seconds), sessionToken: query["x-amz-security-token"])
    }

    static func stringToSign(
        _ request: SignableRequest, signature: ReceivedSignature, bucketInHost: String?
    ) -> String {
        let query = QueryParameters(request.query)
        // A presigned URL carries in its query what else would be headers.
        var headers = request.headers
        if signature.form == .version2Query {
            let inQuery = Set(query.all.map(\.name.asciiLowercased))
            headers.removeAll { inQuery.contains($0.name.asciiLowercased) }
            headers += query.all.map { ($0.name, $0.value) }
        }
        let signable = SignableRequest(method: request.method, path: request.path, headers: headers)
        let amazonNames = Set(headers.map(\.name.asciiLowercased).filter { $0.hasPrefix("x-amz-") })
        let time: String =
            if signature.form == .version2Query {
                String(signature.expiry?.secondsSinceEpoch ?? 0)
            } else {
                amazonNames.contains("x-amz-date") ? "" : signable.value(of: "date") ?? ""
            }
        var lines = [
            request.method, signable.value(of: "content-md5") ?? "", signable.value(of: "content-type") ?? "", time,
        ]
        for name in amazonNames.sorted() {
            lines.append("\(name):\(signable.values(of: name).map(\.withSpacesFolded).joined(separator: ","))")
        }
        lines.append(resource(request, query: query, bucketInHost: bucketInHost))
        return lines.joined(separator: "\n")
    }

    private static func resource(
        _ request: SignableRequest, query: QueryParameters, bucketInHost: String?
    ) -> String {
        var resource = bucketInHost.map { "/\($0)" } ?? ""
        resource += request.path
        let named = request.query.split(separator: "&").map(QueryParameters.split)
            .map { (name: PercentEncoding.decode($0.name), value: PercentEncoding.decode($0.value)) }
            .filter { signedParameters.contains($0.name) }
            .sorted { $0.name < $1.name }
            .map { $0.value.isEmpty ? $0.name : "\($0.name)=\($0.value)" }
        return named.isEmpty ? resource : "\(resource)?\(named.joined(separator: "&"))"
    }
}
