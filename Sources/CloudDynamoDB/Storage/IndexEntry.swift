import JSONValue

/// What a write does to one index.
struct IndexChange: Sendable {
    var index: IndexDefinition
    var old: IndexEntry?
    var new: IndexEntry?
}

/// An item's place in an index, and the bytes that its projection counts for.
struct IndexEntry: Sendable, Equatable {
    var place: ItemPlace
    var size: Int
}

extension IndexDefinition {
    /// The entry of an item; nil where the item lacks a key of the index, which then does not show it.
    func entry(of item: AttributeMap, in table: TableDefinition) -> IndexEntry? {
        guard let place = key.place(of: item) else { return nil }
        return IndexEntry(place: place, size: projected(item, in: table).itemByteCount)
    }

    /// What the index shows of an item.
    func projected(_ item: AttributeMap, in table: TableDefinition) -> AttributeMap {
        guard let names = projectedNames(in: table) else { return item }
        return AttributeMap(names.compactMap { name in item[name].map { (name, $0) } })
    }

    /// The names of the attributes that the index shows; nil for all.
    func projectedNames(in table: TableDefinition) -> [String]? {
        let keys = (table.key.attributes + key.attributes).map(\.name)
        let names: [String] =
            switch projection {
            case .all: []
            case .keysOnly: keys
            case .include(let more): keys + more
            }
        guard !names.isEmpty else { return nil }
        var unique: [String] = []
        for name in names where !unique.contains(where: name.hasSameBytes) { unique.append(name) }
        return unique
    }
}
