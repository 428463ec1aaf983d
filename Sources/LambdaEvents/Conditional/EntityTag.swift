/// The name of one state of a resource: `"abc"`, or weakly `W/"abc"` (RFC 9110, 8.8.3).
public struct EntityTag: Sendable, Hashable {
    /// What stands between the quotes.
    public var value: String
    /// Whether states that mean the same share the tag, though their bytes may differ.
    public var isWeak: Bool

    /// A tag, by default one that stands for exact bytes.
    public init(_ value: String, isWeak: Bool = false) {
        self.value = value
        self.isWeak = isWeak
    }

    /// Whether the resource is the same in meaning: enough to answer 304.
    public func matchesWeakly(_ other: EntityTag) -> Bool { value == other.value }

    /// Whether the resource is the same to the byte: needed to send a part of it.
    public func matchesStrongly(_ other: EntityTag) -> Bool { !isWeak && !other.isWeak && value == other.value }
}

extension EntityTag: CustomStringConvertible {
    /// As it stands in the fields `ETag`, `If-None-Match` and `If-Range`.
    public var description: String { (isWeak ? "W/\"" : "\"") + value + "\"" }

    /// Reads one tag. What has no quotes is taken for a tag as well, as S3 does; nil for nothing and for an open quote.
    public init?(_ text: String) {
        let tags = Self.list(in: text)
        guard tags.count == 1 else { return nil }
        self = tags[0]
    }

    /// Reads a list of tags, between which commas stand. Reading ends at what is no tag.
    static func list(in text: String) -> [EntityTag] {
        var tags: [EntityTag] = []
        var rest = Substring(text).utf8
        while true {
            while let byte = rest.first, byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: ",") {
                rest.removeFirst()
            }
            guard !rest.isEmpty else { return tags }
            let isWeak = rest.starts(with: "W/\"".utf8)
            if isWeak { rest.removeFirst(2) }
            if rest.first == UInt8(ascii: "\"") {
                rest.removeFirst()
                guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return tags }
                tags.append(EntityTag(String(Substring(rest[..<end])), isWeak: isWeak))
                rest = rest[rest.index(after: end)...]
            } else {
                let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
                tags.append(EntityTag(Substring(rest[..<end]).trimmed()))
                rest = rest[end...]
            }
        }
    }
}
