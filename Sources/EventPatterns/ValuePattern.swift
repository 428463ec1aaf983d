import JSONValue

/// One element of a field's array: a value, or a comparison such as `{"prefix": "a"}`.
indirect enum ValuePattern: Sendable {
    /// This value: a string, `true`, `false` or `null`.
    case value(JSONValue)
    /// A number of this value, however it is written.
    case number(NumberText)
    case prefix(String, ignoringCase: Bool)
    case suffix(String, ignoringCase: Bool)
    case equalsIgnoringCase(String)
    case wildcard(Wildcard)
    case range(NumericRange)
    case address(AddressRange)
    /// Any value but those.
    case anythingBut([ValuePattern])
    /// Any value.
    case present
    /// No value.
    case absent

    var isAbsence: Bool { if case .absent = self { true } else { false } }

    /// Whether a leaf of an event will do.
    func matches(_ leaf: JSONValue) -> Bool {
        switch self {
        case .value(let value): return leaf == value
        case .number(let number): return leaf.numberText.map { number == NumberText($0) } ?? false
        case .prefix(let text, let ignoringCase): return compare(leaf, text, ignoringCase) { $0.starts(with: $1) }
        case .suffix(let text, let ignoringCase):
            return compare(leaf, text, ignoringCase) { $0.reversed().starts(with: $1.reversed()) }
        case .equalsIgnoringCase(let text): return leaf.string.map { $0.lowercased().hasSameBytes(as: text) } ?? false
        case .wildcard(let wildcard): return leaf.string.map(wildcard.matches) ?? false
        case .range(let range): return leaf.double.map(range.contains) ?? false
        case .address(let range): return leaf.string.map(range.contains) ?? false
        case .anythingBut(let refused): return !refused.contains { $0.matches(leaf) }
        case .present: return true
        case .absent: return false
        }
    }

    /// Byte by byte, as the service does: what looks alike but is written differently is not alike.
    private func compare(
        _ leaf: JSONValue, _ text: String, _ ignoringCase: Bool, _ test: (String.UTF8View, String.UTF8View) -> Bool
    ) -> Bool {
        guard let value = leaf.string else { return false }
        return test(ignoringCase ? value.lowercased().utf8 : value.utf8, text.utf8)
    }
}

/// A number, equal to every other way to write the same value.
struct NumberText: Sendable, Equatable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: NumberText, right: NumberText) -> Bool {
        if left.text == right.text { return true }
        guard let first = Double(left.text), let second = Double(right.text) else { return false }
        // Beyond 53 bits different whole numbers become one; those are equal only as they are written.
        return first == second && abs(first) < 9_007_199_254_740_992
    }
}

/// `{"numeric": [">", 0, "<=", 5]}`.
struct NumericRange: Sendable {
    var lowest = -Double.infinity
    var includesLowest = true
    var highest = Double.infinity
    var includesHighest = true

    func contains(_ value: Double) -> Bool {
        (includesLowest ? value >= lowest : value > lowest)
            && (includesHighest ? value <= highest : value < highest)
    }
}
