/// Sends requests as they are, unsigned, to any address: for programs that repeat what others sent.
///
/// Nothing is added but what HTTP needs (`Host`, `Content-Length`), nothing is followed, undone or tried again.
package final class PlainHTTPClient: Sendable {
    /// An answer as it came.
    package struct Answer: Sendable {
        /// The status.
        package var status: Int
        /// The header fields, in order.
        package var headers: [(name: String, value: String)]
        /// The body.
        package var body: [UInt8]
    }

    private let limits: TransferLimits
    private let transport: HTTPTransport

    /// A client; its connections end with it.
    ///
    /// - Parameter patience: how long an answer may be silent; by default longer than any function may run.
    package init(patience: Duration = .seconds(1200)) {
        limits = TransferLimits(timeout: nil, stallTimeout: patience)
        transport = HTTPTransport(options: TransportOptions(), certificateBundle: nil)
    }

    /// Sends a request and collects the answer.
    ///
    /// - Parameters:
    ///   - target: path and query, percent-encoded.
    ///   - limit: bytes that the answer may have.
    /// - Throws: ``TransportError``.
    package func send(
        _ method: String, to endpoint: Endpoint, target: String, headers: [(name: String, value: String)],
        body: [UInt8], limit: Int
    ) async throws -> Answer {
        let request = Self.request(method, endpoint, target, headers, body)
        let response = try await transport.collect(request, limit: limit, limits: limits)
        return Answer(
            status: response.head.status, headers: Array(response.head.headers), body: response.body)
    }

    /// Sends a GET request whose answer has no end that is known; it may be silent for as long as it likes.
    ///
    /// - Throws: ``TransportError``.
    package func stream(from endpoint: Endpoint, target: String) async throws -> (status: Int, body: StreamedBody) {
        let limits = TransferLimits(timeout: nil, stallTimeout: .seconds(Int64(Int32.max)))
        let (head, body) = try await transport.stream(Self.request("GET", endpoint, target, [], []), limits: limits)
        return (head.status, body)
    }

    private static func request(
        _ method: String, _ endpoint: Endpoint, _ target: String, _ headers: [(name: String, value: String)],
        _ body: [UInt8]
    ) -> HTTPRequest {
        let mark = target.firstIndex(of: "?")
        return HTTPRequest(
            method: method, endpoint: endpoint, path: String(target[..<(mark ?? target.endIndex)]),
            query: mark.map { String(target[target.index(after: $0)...]) } ?? "", headers: headers,
            body: body.isEmpty ? .none : .bytes(body), isRepeatable: body.isEmpty && method == "GET")
    }
}
