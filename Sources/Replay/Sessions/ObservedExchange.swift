/// A request and its answer as they went over the wire, before secrets are left out.
public struct ObservedExchange: Sendable {
    /// The door that a request came in by.
    public enum Entrance: String, Sendable, CaseIterable {
        /// The HTTP APIs.
        case gateway
        /// AWS's services.
        case edge
    }

    /// A body, or what is known of one that is too long to be kept.
    public enum Body: Sendable, Equatable {
        /// All of it.
        case bytes([UInt8])
        /// Its length, and the SHA-256 of its contents in hexadecimal digits.
        case leftOut(length: Int, sha256: String)
    }

    /// The door.
    public var entrance: Entrance
    /// Milliseconds from the session's start to the request.
    public var offset: Int
    /// The method.
    public var method: String
    /// Path and query, as sent.
    public var target: String
    /// The request's header fields.
    public var requestHeaders: [(name: String, value: String)]
    /// The request's body.
    public var requestBody: Body
    /// The status of the answer.
    public var status: Int
    /// The answer's header fields.
    public var responseHeaders: [(name: String, value: String)]
    /// The answer's body.
    public var responseBody: Body
    /// The function that was called, by its name; nil where none was.
    public var function: String?
    /// Milliseconds to the end of the answer.
    public var duration: Double
    /// Whether everything was done, when the request came in, that earlier ones had set off.
    public var isSettled: Bool

    /// An exchange.
    public init(
        entrance: Entrance, offset: Int, method: String, target: String,
        requestHeaders: [(name: String, value: String)], requestBody: Body, status: Int,
        responseHeaders: [(name: String, value: String)], responseBody: Body, function: String? = nil,
        duration: Double = 0, isSettled: Bool = true
    ) {
        self.entrance = entrance
        self.offset = offset
        self.method = method
        self.target = target
        self.requestHeaders = requestHeaders
        self.requestBody = requestBody
        self.status = status
        self.responseHeaders = responseHeaders
        self.responseBody = responseBody
        self.function = function
        self.duration = duration
        self.isSettled = isSettled
    }
}
