/// Which pages in a browser may call an address, and how (Cross-Origin Resource Sharing).
public struct CORSDefinition: Sendable, Hashable {
    /// Origins, or `*`.
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
}
