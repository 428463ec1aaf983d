import JSONValue

/// An error as AWS tells it: a code that programs match on, a message that people read, and a status.
///
/// The same value is written in the shape of whichever protocol the caller speaks.
public struct ServiceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The code, such as `ResourceNotFoundException`.
    public var code: String
    /// The message, in AWS's wording.
    public var message: String
    /// The HTTP status.
    public var status: Int
    /// Members beside the message that the error's shape has.
    public var members: JSONObject
    /// The code that callers on the older query protocol know it by, where that differs.
    public var queryCode: String?
    /// Header fields that come with it, such as `Retry-After`.
    public var headers: [(name: String, value: String)]

    /// An error.
    public init(
        _ code: String, _ message: String, status: Int = 400, members: JSONObject = [:], queryCode: String? = nil,
        headers: [(name: String, value: String)] = []
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.members = members
        self.queryCode = queryCode
        self.headers = headers
    }

    /// Whether the caller is at fault, not the service.
    public var isSenderFault: Bool { status < 500 }

    /// The code and the message.
    public var description: String { "\(code): \(message)" }

    /// Two errors are the same when callers cannot tell them apart.
    public static func == (left: ServiceError, right: ServiceError) -> Bool {
        left.code == right.code && left.message == right.message && left.status == right.status
            && left.members == right.members
    }
}
