import JSONValue

/// A place in an item: `user.addresses[0].#c`.
struct DocumentPath: Sendable, Equatable, CustomStringConvertible {
    enum Element: Sendable, Equatable {
        case name(String)
        /// `#name`, until the request's `ExpressionAttributeNames` are put in.
        case placeholder(String)
        case index(Int)

        static func == (left: Element, right: Element) -> Bool {
            switch (left, right) {
            case (.name(let a), .name(let b)), (.placeholder(let a), .placeholder(let b)): a.hasSameBytes(as: b)
            case (.index(let a), .index(let b)): a == b
            default: false
            }
        }
    }

    var elements: [Element]

    /// The attribute of the item that the path starts from.
    var attribute: String {
        if case .name(let name)? = elements.first { name } else { "" }
    }

    /// The attribute's name, where the path is nothing more.
    var onlyName: String? { elements.count == 1 ? attribute : nil }

    /// `[user, addresses, [0], city]`: how messages show it.
    var description: String {
        let parts = elements.map { element in
            switch element {
            case .name(let name), .placeholder(let name): name
            case .index(let index): "[\(index)]"
            }
        }
        return "[\(parts.joined(separator: ", "))]"
    }

    /// What stands at this place in an item.
    func value(in item: AttributeMap) -> AttributeValue? {
        guard case .name(let first)? = elements.first, var value = item[first] else { return nil }
        for element in elements.dropFirst() {
            switch (element, value) {
            case (.name(let name), .map(let members)):
                guard let member = members[name] else { return nil }
                value = member
            case (.index(let index), .list(let list)):
                guard list.indices.contains(index) else { return nil }
                value = list[index]
            default: return nil
            }
        }
        return value
    }

    /// How two paths collide, if they do.
    enum Collision: Sendable {
        /// One leads to or through the other.
        case overlap
        /// They hold the same place for a map and for a list.
        case conflict
    }

    func collision(with other: DocumentPath) -> Collision? {
        for (mine, theirs) in zip(elements, other.elements) where mine != theirs {
            switch (mine, theirs) {
            case (.index, .index), (.name, .name): return nil
            default: return .conflict
            }
        }
        return .overlap
    }
}
