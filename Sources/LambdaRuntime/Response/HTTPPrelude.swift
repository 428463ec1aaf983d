import JSONValue

/// Status and headers in front of a streamed body, for callers that come over HTTP (function URLs, API Gateway).
public struct HTTPPrelude: Sendable {
    /// The HTTP status.
    public var status: Int
    /// Header names and values, in order. Of a name given twice, the last value counts; for cookies use `cookies`.
    public var headers: [(name: String, value: String)]
    /// Whole `Set-Cookie` values.
    public var cookies: [String]

    /// A status with headers and cookies.
    public init(status: Int = 200, headers: [(name: String, value: String)] = [], cookies: [String] = []) {
        self.status = status
        self.headers = headers
        self.cookies = cookies
    }

    /// The content type that says that a prelude comes first.
    static let contentType = "application/vnd.awslambda.http-integration-response"

    /// The prelude as it goes before the body: a JSON object and eight zero bytes.
    var encoded: [UInt8] {
        var members: JSONObject = ["statusCode": JSONValue(status)]
        if !headers.isEmpty {
            members["headers"] = .object(JSONObject(headers.map { ($0.name, .string($0.value)) }))
        }
        if !cookies.isEmpty { members["cookies"] = .array(cookies.map(JSONValue.string)) }
        return JSONValue.object(members).encoded() + [UInt8](repeating: 0, count: 8)
    }
}
