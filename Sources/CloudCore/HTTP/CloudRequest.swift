import NIOCore
import NIOHTTP1

/// A request as it came over the wire: nothing decoded, nothing normalised, so that signatures can be checked against it
/// and each service can read it as its protocol says.
public struct CloudRequest: Sendable {
    /// The method, upper-case as sent.
    public var method: String
    /// The path, percent-encoded as sent, without the query. An absolute-form target is reduced to its path.
    public var path: String
    /// What stands behind the first `?`, as sent; nil where there is none.
    public var query: String?
    /// The header fields, in order, with their case.
    public var headers: HTTPHeaders
    /// The body, as it comes in.
    public var body: RequestBody
    /// The caller's address, such as `127.0.0.1`.
    public var remoteAddress: String
    /// Whether it came over TLS.
    public var isSecure: Bool
    /// The connection it came over.
    public var connection: ConnectionState

    /// A request, from a connection or made in process.
    public init(
        method: String, target: String, headers: HTTPHeaders = [:], body: RequestBody = RequestBody(ByteBuffer()),
        remoteAddress: String = "127.0.0.1", isSecure: Bool = false,
        connection: ConnectionState = ConnectionState()
    ) {
        self.method = method
        self.headers = headers
        var target = target[...]
        if !target.hasPrefix("/"), let scheme = target.firstRange(of: "://") {
            // An absolute-form target, as sent to a proxy: its authority counts, whatever the Host field says (RFC 9112,
            // 3.2.2).
            let rest = target[scheme.upperBound...]
            let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
            if end > rest.startIndex { self.headers.replaceOrAdd(name: "Host", value: String(rest[..<end])) }
            target = end == rest.endIndex ? "/" : rest[end...]
        }
        if let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = String(target[..<mark])
            query = String(target[target.utf8.index(after: mark)...])
        } else {
            path = String(target)
            query = nil
        }
        if path.isEmpty { path = "/" }
        self.body = body
        self.remoteAddress = remoteAddress
        self.isSecure = isSecure
        self.connection = connection
    }

    /// The query, taken apart and decoded.
    public var queryItems: QueryItems { QueryItems(parsing: query ?? "") }

    /// A header field's value; several fields of one name are joined by commas.
    public func header(_ name: String) -> String? {
        let values = headers[name]
        return values.count > 1 ? values.joined(separator: ",") : values.first
    }

    /// How long the request line and the values of the header fields are together, in bytes.
    public var headLength: Int {
        let line =
            method.utf8.count + path.utf8.count + (query.map { $0.utf8.count + 1 } ?? 0) + " HTTP/1.1".utf8.count + 1
        return headers.reduce(line) { $0 + $1.value.utf8.count }
    }

    /// The length that the caller announced, in bytes; nil for chunked or malformed announcements.
    public var contentLength: Int? { headers.first(name: "content-length").flatMap { Int($0) } }
}

extension HTTPHeaders {
    /// Sets a field if there is a value for it.
    public mutating func set(_ name: String, _ value: String?) {
        if let value { replaceOrAdd(name: name, value: value) }
    }
}
