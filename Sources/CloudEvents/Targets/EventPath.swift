import JSONValue

/// A path into an event, in the part of JSONPath that EventBridge reads: `$.detail.items[0].name`, `$.detail.items[*]`.
struct EventPath: Sendable {
    private enum Step: Sendable {
        case member(String)
        case element(Int)
        case every
    }

    private let steps: [Step]

    /// Nil for a text that is no such path.
    init?(_ text: String) {
        guard text.first == "$" else { return nil }
        var rest = text.dropFirst()
        var steps: [Step] = []
        while let mark = rest.first {
            rest = rest.dropFirst()
            switch mark {
            case ".":
                let name = rest.prefix { $0 != "." && $0 != "[" }
                rest = rest.dropFirst(name.count)
                let allowed = name.unicodeScalars.allSatisfy {
                    $0.properties.isAlphabetic || "0123456789_-/:*@ ".unicodeScalars.contains($0)
                }
                guard !name.isEmpty, allowed else { return nil }
                steps.append(name == "*" ? .every : .member(String(name)))
            case "[":
                guard let end = rest.firstIndex(of: "]") else { return nil }
                let inside = rest[..<end]
                rest = rest[rest.index(after: end)...]
                if inside == "*" {
                    steps.append(.every)
                } else if let index = Int(inside), index >= 0 {
                    steps.append(.element(index))
                } else if inside.count > 2, let quote = inside.first, quote == "'" || quote == "\"",
                    inside.last == quote
                {
                    steps.append(.member(String(inside.dropFirst().dropLast())))
                } else {
                    return nil
                }
            default: return nil
            }
        }
        self.steps = steps
    }

    /// What stands there; nil for nothing. Behind a wildcard, the list of all that does.
    func value(in event: JSONValue) -> JSONValue? { Self.value(in: event, steps[...]) }

    private static func value(in value: JSONValue, _ steps: ArraySlice<Step>) -> JSONValue? {
        guard let step = steps.first else { return value }
        let rest = steps.dropFirst()
        switch step {
        case .member(let name): return value[name].flatMap { Self.value(in: $0, rest) }
        case .element(let index): return value[index].flatMap { Self.value(in: $0, rest) }
        case .every:
            let inside: [JSONValue]
            switch value {
            case .array(let elements): inside = elements
            case .object(let members): inside = members.values
            default: return nil
            }
            return .array(inside.compactMap { Self.value(in: $0, rest) })
        }
    }
}
