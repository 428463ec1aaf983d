/// The parameters of a request in the query protocol, as the tree that their dotted names make up:
/// `Tag.1.Key=a&Tag.1.Value=b` is a list `Tag` of one structure.
public struct QueryParameters: Sendable, Equatable {
    /// The value of this very name; nil where there are only names below it.
    public private(set) var value: String?
    /// What is below, by the part of the name before the next dot.
    private var children: [String: QueryParameters] = [:]

    /// Parts that a name may have; what is deeper is left out.
    private static let depthLimit = 16

    init() {}

    /// The tree of parameters; of one that comes twice, the first counts.
    public init(_ items: [QueryItems.Item]) {
        for item in items {
            let parts = item.name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count <= Self.depthLimit else { continue }
            set(parts[...], item.value ?? "")
        }
    }

    private mutating func set(_ path: ArraySlice<Substring>, _ value: String) {
        guard let first = path.first else {
            if self.value == nil { self.value = value }
            return
        }
        children[String(first), default: QueryParameters()].set(path.dropFirst(), value)
    }

    /// What is below a name.
    public subscript(name: String) -> QueryParameters? { children[name] }

    /// The value of a name.
    public func text(_ name: String) -> String? { children[name]?.value }

    /// Whether there is nothing below.
    public var isLeaf: Bool { children.isEmpty }

    /// The elements below: those with a number for a name, in order; and where there are none, this one itself, since
    /// `Name=value` is a list of one.
    public var elements: [QueryParameters] {
        let numbered = children.compactMap { name, child in Int(name).map { ($0, child) } }
        guard numbered.isEmpty else { return numbered.sorted { $0.0 < $1.0 }.map(\.1) }
        if let member = children["member"] { return member.elements }
        return [self]
    }
}
