import JSONValue

/// An error that the caller of an HTTP function is meant to see.
///
/// A handler throws it; the router answers with its status and the body `{"error":{"code":"…","message":"…"}}`.
public struct HTTPError: Error, Sendable, Equatable {
    /// The HTTP status: 400 to 599.
    public var status: Int
    /// What went wrong, as one word that programs match on: `NotFound`, `InvalidField`, …
    public var code: String
    /// What went wrong, as a sentence for a person.
    public var message: String
    /// Header fields that the answer carries besides its content type, such as `Retry-After`.
    public var headers: Headers

    /// An error with a status, a code and a message.
    public init(_ status: Int, _ code: String, _ message: String, headers: Headers = [:]) {
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers
    }

    /// The answer that says so.
    public var response: Response {
        let body: JSONValue = ["error": ["code": .string(code), "message": .string(message)]]
        var response = Response(status: status, headers: headers, body: body.encoded())
        response["Content-Type"] = "application/json"
        return response
    }
}

extension HTTPError: CustomStringConvertible {
    /// Status, code and message on one line.
    public var description: String { "\(status) \(code): \(message)" }
}
