import JSONValue

/// Which parts of an item an answer shows.
struct Projection: Sendable {
    /// The paths, as a tree: what is below a place, or all of it.
    private indirect enum Node: Sendable {
        case all
        case some(names: [(name: String, node: Node)], indices: [(index: Int, node: Node)])

        static let nothing = Node.some(names: [], indices: [])

        mutating func add(_ path: ArraySlice<DocumentPath.Element>) {
            guard let first = path.first else {
                self = .all
                return
            }
            guard case .some(var names, var indices) = self else { return }
            let rest = path.dropFirst()
            switch first {
            case .name(let name), .placeholder(let name):
                let position = names.firstIndex { $0.name.hasSameBytes(as: name) } ?? names.count
                if position == names.count { names.append((name, .nothing)) }
                names[position].node.add(rest)
            case .index(let index):
                let position = indices.firstIndex { $0.index >= index } ?? indices.count
                if position == indices.count || indices[position].index != index {
                    indices.insert((index, .nothing), at: position)
                }
                indices[position].node.add(rest)
            }
            self = .some(names: names, indices: indices)
        }

        func applied(to value: AttributeValue) -> AttributeValue? {
            guard case .some(let names, let indices) = self else { return value }
            switch value {
            case .map(let members):
                let shown = Node.members(names, of: members)
                return shown.isEmpty ? nil : .map(shown)
            case .list(let elements):
                let shown = indices.compactMap { entry in
                    elements.indices.contains(entry.index) ? entry.node.applied(to: elements[entry.index]) : nil
                }
                return shown.isEmpty ? nil : .list(shown)
            default: return nil
            }
        }

        static func members(_ names: [(name: String, node: Node)], of members: AttributeMap) -> AttributeMap {
            var shown = AttributeMap()
            for (name, node) in names {
                if let value = members[name], let part = node.applied(to: value) { shown.append(name, part) }
            }
            return shown
        }
    }

    private var root = Node.nothing
    /// The attributes that the paths start from.
    let attributes: [String]

    init(paths: [DocumentPath]) {
        attributes = paths.map(\.attribute)
        for path in paths { root.add(path.elements[...]) }
    }

    /// Whole attributes, by name.
    init(attributes: [String]) { self.init(paths: attributes.map { DocumentPath(elements: [.name($0)]) }) }

    /// The shown part of an item.
    func applied(to item: AttributeMap) -> AttributeMap {
        guard case .some(let names, _) = root else { return item }
        return Node.members(names, of: item)
    }
}
