/// What a REST API, and an HTTP API with payload 1.0, take for an answer. REST APIs refuse any member more than these.
public struct APIGatewayResponse: Codable, Sendable, Equatable {
    /// The HTTP status.
    public var statusCode: Int
    /// Header fields with one value.
    public var headers: [String: String]?
    /// Header fields with several.
    public var multiValueHeaders: [String: [String]]?
    /// The body: text, or base64.
    public var body: String?
    /// Whether the body is base64. A REST API decodes it where its `BinaryMediaTypes` match the request's `Accept`.
    public var isBase64Encoded: Bool?

    /// An answer of these parts.
    public init(
        statusCode: Int, headers: [String: String]? = nil, multiValueHeaders: [String: [String]]? = nil,
        body: String? = nil, isBase64Encoded: Bool? = nil
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.multiValueHeaders = multiValueHeaders
        self.body = body
        self.isBase64Encoded = isBase64Encoded
    }
}
