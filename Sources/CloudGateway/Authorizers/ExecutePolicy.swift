import JSONValue

/// The policy that a function authorizer answers with: who may call which methods.
struct ExecutePolicy: Sendable {
    enum Effect: String, Sendable {
        case allow = "Allow"
        case deny = "Deny"
    }

    private struct Statement: Sendable {
        var effect: Effect
        var resources: [String]
    }

    private var statements: [Statement] = []

    /// Reads a policy document; nil for what is none.
    ///
    /// Conditions are not evaluated: a statement with one never allows, and always denies.
    init?(_ document: JSONValue) {
        guard let list = Self.list(document["Statement"]) else { return nil }
        for statement in list {
            guard let effect = statement["Effect"]?.string.flatMap(Effect.init),
                let actions = Self.list(statement["Action"]), let resources = Self.list(statement["Resource"])
            else { return nil }
            let isMeant = actions.contains {
                $0.string.map { Self.matches($0.lowercased(), "execute-api:invoke") } ?? false
            }
            let isConditional = statement["Condition"]?.object?.isEmpty == false
            guard isMeant, !isConditional || effect == .deny else { continue }
            statements.append(Statement(effect: effect, resources: resources.compactMap(\.string)))
        }
    }

    /// What the policy says of a call; nil where it says nothing. A denial goes before any allowance.
    func effect(on methodARN: String) -> Effect? {
        var found: Effect?
        for statement in statements where statement.resources.contains(where: { Self.matches($0, methodARN) }) {
            if statement.effect == .deny { return .deny }
            found = .allow
        }
        return found
    }

    private static func list(_ value: JSONValue?) -> [JSONValue]? {
        guard let value else { return nil }
        return value.array ?? [value]
    }

    /// Matches `*` (any characters) and `?` (one), in time proportional to both lengths multiplied.
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let (pattern, text) = (Array(pattern.utf8), Array(text.utf8))
        var (p, t) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == text[t] || pattern[p] == UInt8(ascii: "?") {
                p += 1
                t += 1
            } else if let last = star {
                // The last star takes one character more.
                star = (last.pattern, last.text + 1)
                p = last.pattern + 1
                t = last.text + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
