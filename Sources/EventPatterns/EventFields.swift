import JSONValue

/// The leaves of an event by their names, each with the array elements that it lies in.
struct EventFields {
    /// Where in an array: which array of the event, and which of its elements.
    struct Place: Hashable {
        var array: Int
        var element: Int
    }

    /// A leaf, with the places that lead to it, outermost first.
    struct Leaf {
        var value: JSONValue
        var places: [Place]
    }

    private(set) var leaves: [ExactText: [Leaf]] = [:]
    private var arrays = 0

    /// Takes an event apart, as far as a pattern asks about it.
    init(_ event: JSONValue, paths: Set<ExactText>) {
        guard case .object(let members) = event else { return }
        add(members, under: ExactText(""), [], paths)
    }

    private mutating func add(_ members: JSONObject, under path: ExactText, _ places: [Place], _ paths: Set<ExactText>)
    {
        for (name, value) in members {
            let path = ExactText(path.text.isEmpty ? name : "\(path.text).\(name)")
            if paths.contains(path) { add(value, at: path, places, paths) }
        }
    }

    private mutating func add(_ value: JSONValue, at path: ExactText, _ places: [Place], _ paths: Set<ExactText>) {
        switch value {
        case .object(let members): add(members, under: path, places, paths)
        case .array(let elements):
            let array = arrays
            arrays += 1
            for (index, element) in elements.enumerated() {
                switch element {
                case .object, .array: add(element, at: path, places + [Place(array: array, element: index)], paths)
                // Among plain values no other field can lie, so that their places bind nothing.
                default: leaves[path, default: []].append(Leaf(value: element, places: places))
                }
            }
        default: leaves[path, default: []].append(Leaf(value: value, places: places))
        }
    }

    /// Whether every field has a value that will do, all of them in the same elements of the arrays that they share.
    func satisfy(_ alternative: EventPattern.Alternative) -> Bool {
        var candidates: [Set<[Place]>] = []
        for field in alternative.fields {
            guard let leaves = leaves[ExactText(field.name)] else {
                guard field.mayBeAbsent else { return false }
                continue
            }
            let places = Set(leaves.filter { leaf in field.values.contains { $0.matches(leaf.value) } }.map(\.places))
            guard !places.isEmpty else { return false }
            // What matches outside every array goes with everything.
            if !places.contains([]) { candidates.append(places) }
        }
        return ArrayChoices.agree(candidates)
    }
}
