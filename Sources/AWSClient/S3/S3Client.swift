import AWSSigning
import Digests
import URLEncoding

/// Amazon S3, as far as functions need it.
///
/// With an endpoint of one's own, buckets stand in the path; on Amazon's, in the host name where the name allows it.
/// Every upload carries a CRC-32 that the service checks; every whole download is checked against the checksum that
/// comes with it.
public struct S3Client: Sendable {
    let client: AWSClient

    /// A view of the client.
    public init(_ client: AWSClient) { self.client = client }

    /// A request for a bucket, or for an object in it.
    func request(
        _ method: String, _ bucket: String, _ key: String? = nil, query: [(String, String?)] = [],
        headers: [(name: String, value: String)] = [], body: ServiceRequest.Payload = .bytes([]),
        isIdempotent: Bool = true
    ) throws -> ServiceRequest {
        guard !bucket.isEmpty, bucket.utf8.allSatisfy(Self.isBucketNamePart) else {
            throw TransportError(
                kind: .invalidRequest, message: "'\(bucket)' is no name of a bucket", mayHaveBeenExecuted: false)
        }
        if let key, key.isEmpty || key.utf8.count > 1024 {
            throw TransportError(
                kind: .invalidRequest, message: "an object's key has 1 to 1024 bytes, not \(key.utf8.count)",
                mayHaveBeenExecuted: false)
        }
        var endpoint = client.configuration.endpoint(for: .s3)
        var path = key.map { "/" + PercentEncoding.encode($0, keepingSlashes: true) } ?? ""
        if client.configuration.endpointOverride(for: .s3) == nil, Self.isHostLabel(bucket) {
            endpoint.host = "\(bucket).\(endpoint.host)"
            if path.isEmpty { path = "/" }
        } else {
            path = "/\(bucket)\(path)"
        }
        let query = query.map { name, value in
            value.map { "\(PercentEncoding.encode(name))=\(PercentEncoding.encode($0))" }
                ?? "\(PercentEncoding.encode(name))="
        }
        var request = ServiceRequest(
            service: .s3, method: method, endpoint: endpoint, path: path, query: query.joined(separator: "&"),
            headers: headers, isIdempotent: isIdempotent)
        request.body = body
        return request
    }

    private static func isBucketNamePart(_ byte: UInt8) -> Bool {
        isLowerOrDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Whether a name can be part of a host name under one certificate: no dots, no capitals.
    private static func isHostLabel(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (3...63).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
        return isLowerOrDigit(first) && isLowerOrDigit(last)
            && bytes.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") }
    }

    /// The XML of an answer.
    func document(_ response: HTTPResponse) throws -> XMLElement {
        guard let root = XMLElement(parsing: response.body) else {
            throw TransportError(
                kind: .incompleteAnswer, message: "S3: the answer is not XML", mayHaveBeenExecuted: true)
        }
        return root
    }

    /// Some operations answer 200 before they know how they end, and then send an error.
    @Sendable static func refuseErrorDocument(_ response: HTTPResponse) throws {
        guard let root = XMLElement(parsing: response.body), root.name == "Error" else { return }
        var error = AWSError(service: .s3, response: response)
        error.isRetryable = error.isTransient
        throw error
    }
}
