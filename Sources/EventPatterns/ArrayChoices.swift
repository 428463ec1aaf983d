/// Finds out whether one place can be chosen for each field so that no array is meant at two of its elements.
///
/// Choices are carried from field to field, cut down to the arrays that later fields lie in too. Since fields of one
/// array follow one another, what is carried is never more than the elements of one array, however many fields there are.
enum ArrayChoices {
    typealias Place = EventFields.Place

    /// Pairs of choices that are compared before an event counts as not matching: events made to take long end here.
    static let comparisonLimit = 2_000_000

    static func agree(_ candidates: [Set<[Place]>]) -> Bool {
        var carried: Set<[Place]> = [[]]
        var comparisons = 0
        var later: [Set<Int>] = [[]]
        for places in candidates.reversed().dropLast() {
            later.append((later.last ?? []).union(places.joined().map(\.array)))
        }
        for (places, needed) in zip(candidates, later.reversed()) {
            var tree = ChoiceTree()
            for choice in carried { tree.insert(choice) }
            var next: Set<[Place]> = []
            for place in places {
                let goesOn = tree.visit(compatibleWith: place, budget: &comparisons) { choice in
                    next.insert(merge(choice, place).filter { needed.contains($0.array) })
                }
                guard goesOn else { return false }
            }
            if next.isEmpty { return false }
            carried = next
        }
        return true
    }

    /// Both choices together, in the order of their arrays.
    private static func merge(_ left: [Place], _ right: [Place]) -> [Place] {
        if left.isEmpty { return right }
        var merged = left
        for place in right where !left.contains(place) { merged.append(place) }
        return merged.sorted { $0.array < $1.array }
    }
}

/// Choices by their places, outermost first, so that those that disagree are passed over together.
private struct ChoiceTree {
    private struct Node {
        var choices: [[EventFields.Place]] = []
        var children: [Int: [Int: Int]] = [:]
    }

    private var nodes = [Node()]

    mutating func insert(_ choice: [EventFields.Place]) {
        var at = 0
        for place in choice {
            if let child = nodes[at].children[place.array]?[place.element] {
                at = child
            } else {
                nodes.append(Node())
                nodes[at].children[place.array, default: [:]][place.element] = nodes.count - 1
                at = nodes.count - 1
            }
        }
        nodes[at].choices.append(choice)
    }

    /// Calls `body` with each choice that agrees with a place; false when the budget is used up.
    func visit(
        compatibleWith place: [EventFields.Place], budget: inout Int, _ body: ([EventFields.Place]) -> Void
    ) -> Bool {
        let elements = Dictionary(place.map { ($0.array, $0.element) }) { first, _ in first }
        var open = [0]
        while let at = open.popLast() {
            budget += 1
            guard budget <= ArrayChoices.comparisonLimit else { return false }
            for choice in nodes[at].choices { body(choice) }
            for (array, children) in nodes[at].children {
                if let element = elements[array] {
                    if let child = children[element] { open.append(child) }
                } else {
                    open.append(contentsOf: children.values)
                }
            }
        }
        return true
    }
}
