/// The signature that a request came with, read but not yet believed.
public struct ReceivedSignature: Sendable, Hashable {
    /// Where a signature stands, and by which scheme it was made.
    public enum Form: Sendable, Hashable {
        /// Version 4 in the `Authorization` header.
        case header
        /// Version 4 in the query: a presigned URL.
        case query
        /// Version 2 of Amazon S3 in the `Authorization` header.
        case version2Header
        /// Version 2 of Amazon S3 in the query, which SDKs still make for presigned URLs.
        case version2Query
    }

    /// Where it stands.
    public var form: Form
    /// Whose secret it claims to be made with.
    public var accessKeyID: String
    /// Its scope; version 2 has none.
    public var scope: CredentialScope?
    /// The names of the headers that it covers, in lower case.
    public var signedHeaders: [String]
    /// The signature itself: hexadecimal digits, in version 2 base64.
    public var signature: String
    /// When the request says it was signed; a version 2 URL does not say.
    public var date: SigningDate?
    /// When a presigned URL stops to hold.
    public var expiry: SigningDate?
    /// The token that goes along with temporary keys.
    public var sessionToken: String?
    /// What the request says of its body; nil where it says nothing and the body's own hash is meant.
    public var payload: PayloadHash?

    /// Whether it is a presigned URL.
    public var isPresigned: Bool { form == .query || form == .version2Query }
}

extension SignatureV4 {
    /// Reads the signature of a request, whichever of the four forms it has; nil when the request is not signed.
    ///
    /// - Throws: ``SignatureError/malformed(_:)`` or ``SignatureError/unsupportedAlgorithm(_:)``.
    public static func parse(
        method: String, path: String, query: String, headers: [SignableRequest.Header]
    ) throws(SignatureError) -> ReceivedSignature? {
        try parse(SignableRequest(method: method, path: path, query: query, headers: headers))
    }

    /// Reads the signature of a request, whichever of the four forms it has; nil when the request is not signed.
    ///
    /// - Throws: ``SignatureError/malformed(_:)`` or ``SignatureError/unsupportedAlgorithm(_:)``.
    public static func parse(_ request: SignableRequest) throws(SignatureError) -> ReceivedSignature? {
        if let authorization = request.value(of: "authorization") {
            let scheme = authorization.prefix { $0 != " " }
            let rest = authorization.dropFirst(scheme.count)
            switch scheme {
            case algorithm[...]: return try parse(authorization: rest, of: request)
            case "AWS": return try SignatureV2.parse(authorization: rest, of: request)
            // Tokens of other kinds (Bearer, Basic) are no business of this module, but signatures are.
            case _ where scheme.hasPrefix("AWS4-"): throw .unsupportedAlgorithm(String(scheme))
            default: return nil
            }
        }
        guard !request.query.isEmpty else { return nil }
        let parameters = QueryParameters(request.query)
        guard parameters.all.contains(where: { $0.name.hasSuffix("Signature") }) else { return nil }
        if parameters["X-Amz-Signature"] != nil || parameters["X-Amz-Algorithm"] != nil {
            return try parse(query: parameters, of: request)
        }
        return try SignatureV2.parse(query: parameters)
    }

    private static func parse(
        authorization: Substring, of request: SignableRequest
    ) throws(SignatureError) -> ReceivedSignature {
        var fields: [Substring: Substring] = [:]
        for field in authorization.split(separator: ",") {
            let field = field.trimmingSpaces
            guard let equals = field.firstIndex(of: "=") else {
                throw .malformed("'\(field)' not a valid key=value pair (missing equal-sign) in Authorization header.")
            }
            fields[field[..<equals]] = field[field.index(after: equals)...]
        }
        let missing = ["Credential", "Signature", "SignedHeaders"].filter { fields[$0[...]]?.isEmpty != false }
        guard missing.isEmpty, let credential = fields["Credential"], let signature = fields["Signature"],
            let signedHeaders = fields["SignedHeaders"]
        else {
            throw .malformed(missing.map { "Authorization header requires '\($0)' parameter." }.joined(separator: " "))
        }
        guard let date = requestDate(request) else {
            throw .malformed(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header with a valid date."
            )
        }
        let (accessKeyID, scope) = try parse(credential: credential, date: date)
        return ReceivedSignature(
            form: .header, accessKeyID: accessKeyID, scope: scope,
            signedHeaders: signedHeaders.split(separator: ";").map { String($0).asciiLowercased },
            signature: String(signature), date: date, sessionToken: request.value(of: "x-amz-security-token"),
            payload: request.value(of: "x-amz-content-sha256").map(PayloadHash.init(headerValue:)))
    }

    private static func parse(
        query: QueryParameters, of request: SignableRequest
    ) throws(SignatureError) -> ReceivedSignature {
        guard query["X-Amz-Algorithm"] == algorithm else {
            throw .unsupportedAlgorithm(query["X-Amz-Algorithm"] ?? "(none)")
        }
        let names = ["X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"]
        guard let credential = query[names[0]], let signature = query[names[1]], let timestamp = query[names[2]],
            let signedHeaders = query[names[3]], let expires = query[names[4]]
        else {
            let missing = names.filter { query[$0] == nil }.joined(separator: ", ")
            throw .malformed("Query-string authentication version 4 requires the parameters \(missing).")
        }
        guard let date = SigningDate(timestamp: timestamp) else {
            throw .malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
        }
        guard let lifetime = Int(expires), lifetime >= 0 else {
            throw .malformed("X-Amz-Expires should be a number, and must be non-negative")
        }
        guard lifetime <= 604_800 else {
            throw .malformed(
                "X-Amz-Expires must be less than a week (in seconds); the given X-Amz-Expires is \(lifetime)")
        }
        let (accessKeyID, scope) = try parse(credential: credential[...], date: date)
        let said = query["X-Amz-Content-Sha256"] ?? request.value(of: "x-amz-content-sha256")
        return ReceivedSignature(
            form: .query, accessKeyID: accessKeyID, scope: scope,
            signedHeaders: signedHeaders.split(separator: ";").map { String($0).asciiLowercased },
            signature: signature, date: date,
            expiry: SigningDate(secondsSinceEpoch: date.secondsSinceEpoch + lifetime),
            sessionToken: query["X-Amz-Security-Token"], payload: said.map(PayloadHash.init(headerValue:)))
    }

    private static func parse(
        credential: Substring, date: SigningDate
    ) throws(SignatureError) -> (String, CredentialScope) {
        // An access key may hold slashes, so that the scope is counted from the end.
        let parts = credential.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 5, parts[parts.count - 1] == CredentialScope.terminator, !parts[0].isEmpty else {
            throw .malformed(
                "Credential must have exactly 5 slash-delimited elements, "
                    + "e.g. keyid/date/region/service/term, got '\(credential)'")
        }
        let scope = CredentialScope(
            day: String(parts[parts.count - 4]), region: String(parts[parts.count - 3]),
            service: String(parts[parts.count - 2]))
        guard scope.day == date.day else {
            throw .malformed("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP")
        }
        return (parts.dropLast(4).joined(separator: "/"), scope)
    }

    /// When the request was signed: `X-Amz-Date`, or `Date` where that is missing.
    static func requestDate(_ request: SignableRequest) -> SigningDate? {
        if let text = request.value(of: "x-amz-date") {
            return SigningDate(timestamp: text) ?? SigningDate(httpDate: text)
        }
        return request.value(of: "date").flatMap { SigningDate(timestamp: $0) ?? SigningDate(httpDate: $0) }
    }
}

extension Substring {
    var trimmingSpaces: Substring {
        var text = self
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return text
    }
}
