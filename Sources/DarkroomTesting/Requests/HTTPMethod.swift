/// An HTTP method: one of those that are named here, or any other as a literal.
public struct HTTPMethod: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Its name, as it is sent.
    public let name: String

    /// A method.
    public init(_ name: String) { self.name = name }
    /// A method.
    public init(stringLiteral name: String) { self.name = name }

    /// GET
    public static let get: HTTPMethod = "GET"
    /// HEAD
    public static let head: HTTPMethod = "HEAD"
    /// POST
    public static let post: HTTPMethod = "POST"
    /// PUT
    public static let put: HTTPMethod = "PUT"
    /// PATCH
    public static let patch: HTTPMethod = "PATCH"
    /// DELETE
    public static let delete: HTTPMethod = "DELETE"
    /// OPTIONS
    public static let options: HTTPMethod = "OPTIONS"

    /// The name.
    public var description: String { name }
}
