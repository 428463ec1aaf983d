import CloudCore
import NIOCore

/// A request, taken apart as S3 reads it.
struct S3Request: Sendable {
    var operation: S3Operation
    /// Empty where the operation is the service's.
    var bucketName: String
    /// Empty where the operation is a bucket's.
    var key: ObjectKey
    var query: QueryItems
    var http: CloudRequest
    var call: ServiceCall

    /// Takes a request apart.
    ///
    /// - Throws: `InvalidURI`, `KeyTooLongError`, `MethodNotAllowed`.
    init(_ http: CloudRequest, call: ServiceCall, endpointHosts: [String]) throws(ServiceError) {
        let address = try S3Address(
            host: http.headers.first(name: "host"), path: http.path, endpointHosts: endpointHosts)
        let scope: S3Route.Scope = address.bucket.isEmpty ? .service : address.key.isEmpty ? .bucket : .object
        let query = http.queryItems
        guard
            let operation = S3Route.operation(
                method: http.method, scope: scope, query: query, headers: http.headers)
        else {
            throw .s3(
                .methodNotAllowed,
                members: ["Method": .string(http.method), "ResourceType": .string(scope.resourceType)])
        }
        self.operation = operation
        self.query = query
        self.http = http
        self.call = call
        bucketName = address.bucket
        key = address.key
    }

    /// A header field's first value; nil where it is missing.
    func header(_ name: String) -> String? { http.headers.first(name: name) }

    /// A whole number of the query within bounds.
    ///
    /// - Throws: `InvalidArgument`.
    func number(_ name: String, default fallback: Int, in range: ClosedRange<Int>) throws(ServiceError) -> Int {
        guard let text = query[name], !text.isEmpty else { return fallback }
        guard let number = Int(text) else {
            throw .invalidArgument("Provided \(name) not an integer or within integer range", name: name, value: text)
        }
        guard number >= range.lowerBound else {
            throw .invalidArgument(
                "Argument \(name) must be an integer between \(range.lowerBound) and 2147483647", name: name,
                value: text)
        }
        return min(number, range.upperBound)
    }

    /// Refuses what a header asks for and what is not there, rather than to pretend it: keys of the caller's own, locks.
    ///
    /// - Throws: `NotImplemented`, `InvalidRequest`.
    func refuseUnsupportedHeaders() throws(ServiceError) {
        for name in [
            "x-amz-server-side-encryption-customer-algorithm", "x-amz-server-side-encryption-customer-key",
            "x-amz-copy-source-server-side-encryption-customer-algorithm", "x-amz-write-offset-bytes",
        ] where http.headers.contains(name: name) {
            throw .notImplemented(header: name)
        }
        for name in ["x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold"]
        where http.headers.contains(name: name) {
            throw .s3(.invalidRequest, "Bucket is missing Object Lock Configuration")
        }
    }

    /// Refuses every version but the one that objects of a bucket without versions have.
    ///
    /// - Throws: `InvalidArgument`, `NoSuchVersion`.
    func refuseOtherVersions() throws(ServiceError) {
        guard let version = query["versionId"], version != "null" else { return }
        guard !version.isEmpty else {
            throw .invalidArgument("Version id cannot be the empty string", name: "versionId", value: "")
        }
        throw .s3(.noSuchVersion, members: ["Key": .string(key.text), "VersionId": .string(version)])
    }
}

extension S3Route.Scope {
    /// What messages call it.
    var resourceType: String {
        switch self {
        case .service: "SERVICE"
        case .bucket: "BUCKET"
        case .object: "OBJECT"
        }
    }
}
