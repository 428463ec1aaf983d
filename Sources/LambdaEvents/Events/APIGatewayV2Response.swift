/// What an HTTP API with payload 2.0 and a function URL take for an answer.
public struct APIGatewayV2Response: Codable, Sendable, Equatable {
    /// The HTTP status.
    public var statusCode: Int
    /// Header fields, one value a name.
    public var headers: [String: String]?
    /// Values of `Set-Cookie`.
    public var cookies: [String]?
    /// The body: text, or base64.
    public var body: String?
    /// Whether the body is base64.
    public var isBase64Encoded: Bool?

    /// An answer of these parts.
    public init(
        statusCode: Int, headers: [String: String]? = nil, cookies: [String]? = nil, body: String? = nil,
        isBase64Encoded: Bool? = nil
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.cookies = cookies
        self.body = body
        self.isBase64Encoded = isBase64Encoded
    }
}
