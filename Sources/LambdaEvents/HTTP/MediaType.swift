/// A media type with its parameters: `multipart/form-data; boundary="x"` (RFC 9110, 8.3.1).
public struct MediaType: Sendable, Equatable {
    /// Type and subtype in lower case: `image/jpeg`.
    public let essence: String
    /// Parameters in order, their names in lower case, quotes undone.
    public let parameters: [(name: String, value: String)]

    /// Reads the value of a `Content-Type` field; nil for what is none.
    public init?(_ text: String) {
        guard let value = HeaderParameters(parsing: text) else { return nil }
        let halves = value.value.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy(Headers.isName) else { return nil }
        essence = value.value
        parameters = value.parameters
    }

    /// The first parameter of a name.
    public subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// The same type and the same parameters.
    public static func == (left: MediaType, right: MediaType) -> Bool {
        left.essence == right.essence && left.parameters.elementsEqual(right.parameters, by: ==)
    }

    /// Whether bodies of this type are text, which needs no base64 on its way through a gateway.
    public var isText: Bool {
        essence.hasPrefix("text/") || essence.hasSuffix("+json") || essence.hasSuffix("+xml")
            || Self.textual.contains(essence)
    }

    private static let textual: Set = [
        "application/json", "application/xml", "application/javascript", "application/x-www-form-urlencoded",
        "application/x-ndjson", "application/yaml",
    ]
}
