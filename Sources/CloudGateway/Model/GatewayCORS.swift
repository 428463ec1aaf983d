/// Which pages in a browser may call an API, and how (Cross-Origin Resource Sharing).
public struct GatewayCORS: Sendable, Equatable {
    /// Origins; `*`, `https://*` and `http://*` stand for many.
    public var allowOrigins: [String]
    /// Methods, or `*`. Empty on a REST API: those that the path has.
    public var allowMethods: [String]
    /// Request headers, or `*`.
    public var allowHeaders: [String]
    /// Response headers that a page may read.
    public var exposeHeaders: [String]
    /// Seconds for which a browser may keep the answer to a preflight.
    public var maxAge: Int?
    /// Whether cookies and credentials may be sent.
    public var allowCredentials: Bool

    /// A configuration.
    public init(
        allowOrigins: [String] = [], allowMethods: [String] = [], allowHeaders: [String] = [],
        exposeHeaders: [String] = [], maxAge: Int? = nil, allowCredentials: Bool = false
    ) {
        self.allowOrigins = allowOrigins
        self.allowMethods = allowMethods
        self.allowHeaders = allowHeaders
        self.exposeHeaders = exposeHeaders
        self.maxAge = maxAge
        self.allowCredentials = allowCredentials
    }

    /// What `Access-Control-Allow-Origin` says to an origin; nil when it may not call.
    func allowedOrigin(for origin: String) -> String? {
        if allowOrigins.contains("*") { return allowCredentials ? origin : "*" }
        let isAllowed = allowOrigins.contains { allowed in
            guard allowed.hasSuffix("*") else { return allowed.lowercased() == origin.lowercased() }
            return origin.lowercased().hasPrefix(allowed.dropLast().lowercased())
        }
        return isAllowed ? origin : nil
    }
}
