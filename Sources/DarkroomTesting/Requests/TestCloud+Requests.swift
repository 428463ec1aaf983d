import Digests
import JSONValue

/// Requests through the gateway.
extension TestCloud {
    /// Sends a request to the HTTP APIs, and waits for its answer. Redirections are answers like any other.
    ///
    /// - Parameters:
    ///   - path: the path with its query, sent exactly so.
    ///   - headers: `Host` and `Content-Length` are added.
    /// - Throws: ``TestRequestError`` where there is no answer within 60 seconds.
    public func request(
        _ method: HTTPMethod, _ path: String, headers: [String: String] = [:], body: [UInt8] = []
    ) async throws -> TestResponse {
        try await HTTPExchange.send(
            method, path, to: gatewayURL, headers: headers.map { ($0.key, $0.value) }, body: body)
    }

    /// Sends a request with a JSON body.
    ///
    /// - Throws: as ``request(_:_:headers:body:)``.
    public func request(
        _ method: HTTPMethod, _ path: String, headers: [String: String] = [:], json: JSONValue
    ) async throws -> TestResponse {
        try await request(
            method, path, headers: headers.merging(["content-type": "application/json"]) { own, _ in own },
            body: json.encoded())
    }

    /// Sends a request with a form, as `curl -F` does.
    ///
    /// - Throws: as ``request(_:_:headers:body:)``.
    public func request(
        _ method: HTTPMethod, _ path: String, headers: [String: String] = [:], form: [FormPart]
    ) async throws -> TestResponse {
        let boundary = "darkroom-" + Hex.encode(randomBytes(12))
        let type = "multipart/form-data; boundary=\(boundary)"
        return try await request(
            method, path, headers: headers.merging(["content-type": type]) { own, _ in own },
            body: FormPart.body(form, boundary: boundary))
    }

    /// Sends a request to a whole URL of this cloud, such as a presigned one.
    ///
    /// - Throws: as ``request(_:_:headers:body:)``.
    public func request(
        _ method: HTTPMethod, url: String, headers: [String: String] = [:], body: [UInt8] = []
    ) async throws -> TestResponse {
        guard let base = [edgeURL, gatewayURL].first(where: { url.hasPrefix($0 + "/") }) else {
            throw TestRequestError.elsewhere(url)
        }
        return try await HTTPExchange.send(
            method, String(url.dropFirst(base.count)), to: base, headers: headers.map { ($0.key, $0.value) }, body: body
        )
    }
}

/// Why a request has no answer.
public enum TestRequestError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The connection was closed before the answer was whole.
    case closed
    /// There was no answer in time.
    case timedOut
    /// The URL is not one of this cloud.
    case elsewhere(String)

    /// A sentence.
    public var description: String {
        switch self {
        case .closed: "The connection was closed before the answer was whole."
        case .timedOut: "There was no answer within 60 seconds."
        case .elsewhere(let url): "\(url) is not an address of this cloud."
        }
    }
}
