// Every room above reads targets and forms with it.
@_exported import URLEncoding

/// A query string, taken apart: names and values in order, percent-decoded, `+` read as a space.
public struct QueryItems: Sendable, Equatable {
    /// One `name=value`; the value is nil where there is no `=`, as in S3's `?acl`.
    public struct Item: Sendable, Equatable {
        /// The decoded name.
        public var name: String
        /// The decoded value.
        public var value: String?
    }

    /// The items, in order.
    public var items: [Item]

    /// Takes a query string (without `?`) or a form body apart.
    ///
    /// What is not valid UTF-8 once decoded is kept as its replacement characters: a service then refuses the value
    /// that it does not know.
    public init(parsing query: String) {
        items = query.utf8.split(separator: UInt8(ascii: "&")).map { part in
            let mark = part.firstIndex(of: UInt8(ascii: "="))
            let name = PercentEncoding.decode(part[..<(mark ?? part.endIndex)], plusIsSpace: true)
            return Item(
                name: name,
                value: mark.map { PercentEncoding.decode(part[part.index(after: $0)...], plusIsSpace: true) })
        }
    }

    /// The first value of this name: empty for a bare name, nil where the name does not occur.
    public subscript(name: String) -> String? { items.first { $0.name == name }.map { $0.value ?? "" } }

    /// Whether the name occurs, with a value or bare.
    public func contains(_ name: String) -> Bool { items.contains { $0.name == name } }

    /// Whether there is nothing.
    public var isEmpty: Bool { items.isEmpty }
}
