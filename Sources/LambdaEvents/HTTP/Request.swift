import JSONValue

/// The HTTP request that a handler sees, the same whichever gateway it came through.
public struct Request: Sendable {
    /// What kind of event the request came in.
    public enum Origin: Sendable, Equatable, CaseIterable {
        /// API Gateway, HTTP API, payload 2.0.
        case httpAPI
        /// A function URL: payload 2.0 as well.
        case functionURL
        /// API Gateway, REST API, or HTTP API with payload 1.0.
        case restAPI
        /// A small event made by hand: `{"method":"GET","path":"/x"}`.
        case bare
    }

    /// The gateway.
    public var origin: Origin
    /// The method, in capitals.
    public var method: String
    /// The path as it was sent, without query and without the gateway's stage.
    public var rawPath: String
    /// The path's segments, each decoded by itself: `%2F` inside one does not split it. A slash at the end of the path
    /// adds no segment.
    public var segments: [String]
    /// The query as it was sent, without `?`. REST APIs hand it over decoded; then it is encoded anew.
    public var rawQuery: String
    /// The query's names and values, decoded.
    public var queryItems: QueryItems
    /// Header fields, without `Cookie` where the gateway takes it out.
    public var headers: Headers
    /// The cookies that the client sent, in order.
    public var cookies: [(name: String, value: String)]
    /// The body, base64 undone.
    public var body: [UInt8]
    /// The client's address, as the gateway saw it.
    public var sourceIP: String?
    /// What the client says it is.
    public var userAgent: String?
    /// The gateway's identifier of this request; not the invocation's.
    public var requestID: String?
    /// The gateway's stage: `$default`, `Prod`, …
    public var stage: String?
    /// What the gateway's authorizer found out about the caller; `null` without one.
    public var authorizer: JSONValue
    /// Values for the `{parameters}` of the route that took the request.
    public var parameters: [String: String]

    /// A request from its parts, for tests and for handlers that call others.
    ///
    /// - Throws: ``HTTPError`` 400 for a path or a query that cannot be decoded.
    public init(
        method: String, path: String, query: String = "", headers: Headers = [:], body: [UInt8] = [],
        origin: Origin = .bare
    ) throws(HTTPError) {
        self.origin = origin
        self.method = method.uppercased()
        rawPath = path
        segments = try RequestPath.segments(of: path)
        rawQuery = query
        guard let items = QueryItems(decoding: query) else {
            throw HTTPError(400, "InvalidQuery", "The query string is not valid percent-encoded UTF-8.")
        }
        queryItems = items
        self.headers = headers
        cookies = headers.values(of: "Cookie").flatMap(Cookie.pairs)
        self.body = body
        userAgent = headers["User-Agent"]
        authorizer = .null
        parameters = [:]
    }
}
