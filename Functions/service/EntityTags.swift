/// The tags of an `If-Match` or `If-None-Match` field: some, or any at all.
struct EntityTags: Sendable, Hashable {
    private let isAny: Bool
    private let tags: Set<String>

    /// Reads a field. What is no tag in it matches nothing.
    init(_ field: String) {
        isAny = field.split(separator: " ").elementsEqual(["*"])
        // The service's own tags hold neither commas nor quotes, so what is split wrongly is none of them.
        tags = Set(
            field.split(separator: ",").map { tag in
                let text = tag.drop { $0 == " " || $0 == "\t" }
                let strong = text.hasPrefix("W/") ? text.dropFirst(2) : text
                return String(strong.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
            })
    }

    /// Whether a tag is among them; whether they are weak does not matter.
    func contains(_ tag: String) -> Bool { isAny || tags.contains(tag) }
}
