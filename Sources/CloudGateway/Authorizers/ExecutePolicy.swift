import JSONValue

/// The policy that a function authorizer answers with: who may call which methods.
enum ExecutePolicy {
    /// Whether a policy document allows a call. A denial goes before any allowance; silence is a denial.
    static func allows(_ document: JSONValue, methodARN: String) -> Bool? {
        guard let statements = list(document["Statement"]) else { return nil }
        var isAllowed = false
        for statement in statements {
            guard let effect = statement["Effect"]?.string, ["Allow", "Deny"].contains(effect),
                let actions = list(statement["Action"]), let resources = list(statement["Resource"])
            else { return nil }
            let isMeant =
                actions.contains { $0.string.map { matches($0.lowercased(), "execute-api:invoke") } ?? false }
                && resources.contains { $0.string.map { matches($0, methodARN) } ?? false }
            guard isMeant else { continue }
            if effect == "Deny" { return false }
            isAllowed = true
        }
        return isAllowed
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
