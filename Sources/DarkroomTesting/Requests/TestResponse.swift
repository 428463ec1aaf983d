import JSONValue

/// What came back for a request.
public struct TestResponse: Sendable {
    /// The status.
    public var status: Int
    /// The header fields, in their order.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]

    /// A response, as code under test may want to be given one.
    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of a header field, in whatever case its name is written.
    public subscript(header: String) -> String? { values(of: header).first }

    /// All values of a header field.
    public func values(of header: String) -> [String] {
        headers.filter { $0.name.lowercased() == header.lowercased() }.map(\.value)
    }

    /// What `Set-Cookie` says.
    public var cookies: [String] { values(of: "set-cookie") }
    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
    /// The body as JSON; null where it is none.
    public var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
}
