import JSONValue

/// How a value in a log event is compared with one in a pattern.
enum PatternOperator: String, Sendable, CaseIterable {
    // Longer ones first: they are looked for in this order.
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case equal = "="

    /// Reads an operator. `=!` is an older way to write `!=`.
    static func parse(_ scanner: inout PatternScanner) throws(FilterPatternError) -> PatternOperator {
        if scanner.take("!=") || scanner.take("=!") { return .notEqual }
        if scanner.take("<=") { return .lessOrEqual }
        if scanner.take(">=") { return .greaterOrEqual }
        if scanner.take("<") { return .less }
        if scanner.take(">") { return .greater }
        if scanner.take("=") { return .equal }
        throw .invalid
    }
}

/// A comparison with a value that a pattern gives.
struct PatternComparison: Sendable {
    /// The pattern's value.
    enum Operand: Sendable {
        /// A number, as it is written without quotes.
        case number(Double, text: String)
        /// A text; `*` in front or at the end stands for anything.
        case text(String)
        case expression(PatternExpression)
    }

    private let comparison: PatternOperator
    private let operand: Operand

    /// Reads an operator and its operand.
    ///
    /// - Parameter isEnd: which characters end an operand without quotes.
    /// - Throws: ``FilterPatternError``.
    init(parsing scanner: inout PatternScanner, until isEnd: (UInt8) -> Bool) throws(FilterPatternError) {
        comparison = try PatternOperator.parse(&scanner)
        scanner.skipSpace()
        if scanner.take("\"") {
            operand = .text(try scanner.quoted())
        } else if scanner.take("%") {
            operand = .expression(try scanner.expression())
            guard scanner.expressions <= PatternScanner.expressionLimit else { throw .tooManyExpressions }
        } else {
            let word = scanner.take { !isEnd($0) && !PatternScanner.isSpace($0) }
            guard !word.isEmpty else { throw .invalid }
            operand = Self.number(word).map { .number($0, text: word) } ?? .text(word)
        }
        switch (comparison, operand) {
        case (.equal, _), (.notEqual, _), (_, .number): break
        default: throw .invalid
        }
    }

    /// Whether the comparison holds for a text; what reads as a number is one.
    func holds(for text: String) -> Bool {
        switch operand {
        case .number(let number, let written):
            guard let value = Self.number(text) else {
                return comparison == .equal ? text == written : comparison == .notEqual && text != written
            }
            return holds(value, number)
        case .text(let pattern): return Self.matches(text, pattern) == (comparison == .equal)
        case .expression(let expression): return expression.matches(text) == (comparison == .equal)
        }
    }

    /// Whether the comparison holds for a value of a JSON document. It never does for objects, arrays and null.
    func holds(for value: JSONValue) -> Bool {
        guard let text = value.comparableText else { return false }
        if case .number(_, let written) = operand, value.numberText == nil {
            // A text is no number, whatever it looks like, but may be the same text.
            return comparison == .equal ? text == written : comparison == .notEqual && text != written
        }
        return holds(for: text)
    }

    private func holds(_ value: Double, _ number: Double) -> Bool {
        switch comparison {
        case .equal: value == number
        case .notEqual: value != number
        case .less: value < number
        case .greater: value > number
        case .lessOrEqual: value <= number
        case .greaterOrEqual: value >= number
        }
    }

    /// A whole or decimal number, with or without a sign and an exponent.
    private static func number(_ text: String) -> Double? {
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
        return isNumber ? Double(text) : nil
    }

    /// `*` is anything in front of or behind a text; between its characters it is itself.
    private static func matches(_ text: String, _ pattern: String) -> Bool {
        var pattern = Substring(pattern)
        let (opens, closes) = (pattern.hasPrefix("*"), pattern.hasSuffix("*"))
        if opens { pattern = pattern.dropFirst() }
        if closes { pattern = pattern.dropLast() }
        return switch (opens, closes) {
        case (false, false): text == pattern
        case (false, true): text.hasPrefix(pattern)
        case (true, false): text.hasSuffix(pattern)
        case (true, true): pattern.isEmpty || text.contains(pattern)
        }
    }
}

extension JSONValue {
    /// The value as patterns compare and extract it; nil for objects, arrays and null.
    var comparableText: String? {
        switch self {
        case .string(let text): text
        case .number(let digits): digits
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}
