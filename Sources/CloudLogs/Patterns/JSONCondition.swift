import JSONValue

/// A condition on log events that are JSON: `{ ($.user.id = 1 || $.user IS NULL) && $.latency > 5e2 }`.
indirect enum JSONCondition: Sendable {
    /// What is said of a selected value.
    enum Test: Sendable {
        case comparison(PatternComparison)
        case isNull
        case isTrue
        case isFalse
        case notExists
    }

    case test(JSONSelector, Test)
    case and(JSONCondition, JSONCondition)
    case or(JSONCondition, JSONCondition)

    /// Reads a condition in its braces, to the end of the pattern.
    ///
    /// - Throws: ``FilterPatternError``.
    init(parsing scanner: inout PatternScanner) throws(FilterPatternError) {
        guard scanner.take("{") else { throw .invalid }
        self = try Self.alternatives(&scanner)
        guard scanner.take("}") else { throw .invalid }
        scanner.skipSpace()
        guard scanner.isAtEnd else { throw .invalid }
    }

    private static func alternatives(_ scanner: inout PatternScanner) throws(FilterPatternError) -> JSONCondition {
        var condition = try conjunction(&scanner)
        while scanner.take("||") { condition = .or(condition, try conjunction(&scanner)) }
        return condition
    }

    private static func conjunction(_ scanner: inout PatternScanner) throws(FilterPatternError) -> JSONCondition {
        var condition = try single(&scanner)
        while scanner.take("&&") { condition = .and(condition, try single(&scanner)) }
        return condition
    }

    private static func single(_ scanner: inout PatternScanner) throws(FilterPatternError) -> JSONCondition {
        scanner.skipSpace()
        let condition: JSONCondition
        if scanner.take("(") {
            condition = try alternatives(&scanner)
            guard scanner.take(")") else { throw .invalid }
        } else {
            let selector = try JSONSelector(parsing: &scanner)
            scanner.skipSpace()
            condition = .test(selector, try test(&scanner))
        }
        scanner.skipSpace()
        return condition
    }

    private static func test(_ scanner: inout PatternScanner) throws(FilterPatternError) -> Test {
        if scanner.takeWord("IS") {
            scanner.skipSpace()
            if scanner.takeWord("NULL") { return .isNull }
            if scanner.takeWord("TRUE") { return .isTrue }
            if scanner.takeWord("FALSE") { return .isFalse }
            throw .invalid
        }
        if scanner.takeWord("NOT") {
            scanner.skipSpace()
            guard scanner.takeWord("EXISTS") else { throw .invalid }
            return .notExists
        }
        return .comparison(try PatternComparison(parsing: &scanner) { ")}&|".utf8.contains($0) })
    }

    /// Whether the condition holds in a document. Of several values that a selector finds, one is enough.
    func holds(in document: JSONValue) -> Bool {
        switch self {
        case .and(let left, let right): return left.holds(in: document) && right.holds(in: document)
        case .or(let left, let right): return left.holds(in: document) || right.holds(in: document)
        case .test(let selector, let test):
            let values = selector.values(in: document)
            return switch test {
            case .comparison(let comparison): values.contains { comparison.holds(for: $0) }
            case .isNull: values.contains(.null)
            case .isTrue: values.contains(.bool(true))
            case .isFalse: values.contains(.bool(false))
            case .notExists: values.isEmpty
            }
        }
    }

    /// The selectors in it, each once.
    var selectors: [JSONSelector] {
        switch self {
        case .test(let selector, _): [selector]
        case .and(let left, let right), .or(let left, let right):
            left.selectors + right.selectors.filter { !left.selectors.contains($0) }
        }
    }
}
