import JSONValue

/// What an HTTP function answers, in whichever form the event asks for it.
public struct Response: Sendable, Equatable {
    /// The HTTP status.
    public var status: Int
    /// Header fields, without `Set-Cookie`.
    public var headers: Headers
    /// Cookies to set, one `Set-Cookie` each.
    public var cookies: [Cookie]
    /// The body: text is sent as text, everything else as base64.
    public var body: [UInt8]

    /// An answer of these parts.
    public init(status: Int = 200, headers: Headers = [:], cookies: [Cookie] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.cookies = cookies
        self.body = body
    }

    /// The value of a header field.
    public subscript(header: String) -> String? {
        get { headers[header] }
        set { headers[header] = newValue }
    }

    /// A value as JSON.
    ///
    /// - Throws: what the value throws when it encodes itself.
    public static func json(_ value: some Encodable, status: Int = 200) throws -> Response {
        Response(
            status: status, headers: ["Content-Type": "application/json"],
            body: try JSONValue(encoding: value).encoded())
    }

    /// Bytes of a media type.
    public static func bytes(_ body: [UInt8], contentType: String, status: Int = 200) -> Response {
        Response(status: status, headers: ["Content-Type": contentType], body: body)
    }

    /// A text, by default a plain one.
    public static func text(
        _ text: String, contentType: String = "text/plain; charset=utf-8", status: Int = 200
    ) -> Response {
        .bytes(Array(text.utf8), contentType: contentType, status: status)
    }

    /// No body.
    public static func empty(status: Int = 204) -> Response { Response(status: status) }

    /// The way to another address.
    public static func redirect(to location: String, status: Int = 303) -> Response {
        Response(status: status, headers: ["Location": location])
    }
}
