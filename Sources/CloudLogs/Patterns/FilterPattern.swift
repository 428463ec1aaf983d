import JSONValue

/// A filter pattern of CloudWatch Logs: which log events somebody wants to see.
///
/// Source: "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail" in the
/// CloudWatch Logs user guide.
enum FilterPattern: Sendable {
    /// `""` and `" "`.
    case everything
    /// `ERROR -Exiting "bad request" %4\d\d%`, `?WARN ?ERROR`.
    case terms(TermPattern)
    /// `{ $.user.id = 1 && $.error IS NULL }`
    case json(JSONCondition)
    /// `[ip, user, ..., status = 4*, bytes > 1000]`
    case fields(FieldPattern)

    /// Reads a pattern.
    ///
    /// - Throws: ``FilterPatternError``.
    init(parsing text: String) throws(FilterPatternError) {
        var scanner = PatternScanner(text)
        scanner.skipSpace()
        switch scanner.peek() {
        case nil:
            self = .everything
        case UInt8(ascii: "{"):
            self = .json(try JSONCondition(parsing: &scanner))
        case UInt8(ascii: "["):
            self = .fields(try FieldPattern(parsing: &scanner))
        default:
            let terms = try TermPattern(parsing: &scanner)
            self = terms.matchesEverything ? .everything : .terms(terms)
        }
    }

    /// Whether a log event's message is as the pattern says. The line's end is no part of it.
    func matches(_ message: UnsafeRawBufferPointer) -> Bool {
        let line = Self.withoutLineEnd(message)
        return switch self {
        case .everything: true
        case .terms(let terms): terms.matches(line)
        case .json(let condition): Self.document(line).map(condition.holds) ?? false
        case .fields(let fields): fields.extract(line) != nil
        }
    }

    /// Whether a message is as the pattern says.
    func matches(_ message: String) -> Bool {
        var message = message
        return message.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
    }

    /// The values that the pattern names, by their names; nil where the message is not as the pattern says.
    func extract(from message: String) -> [(name: String, value: String)]? {
        var message = message
        return message.withUTF8 { bytes in
            let line = Self.withoutLineEnd(UnsafeRawBufferPointer(bytes))
            switch self {
            case .everything, .terms:
                return matches(line) ? [] : nil
            case .json(let condition):
                guard let document = Self.document(line), condition.holds(in: document) else { return nil }
                return condition.selectors.compactMap { selector in
                    selector.values(in: document).first?.comparableText.map { (selector.text, $0) }
                }
            case .fields(let fields):
                return fields.extract(line)
            }
        }
    }

    private static func withoutLineEnd(_ message: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var count = message.count
        while count > 0, message[count - 1] == 0x0A || message[count - 1] == 0x0D { count -= 1 }
        return UnsafeRawBufferPointer(rebasing: message[..<count])
    }

    /// The message as JSON; nil for what is no object or array, which most lines show by their first character.
    private static func document(_ message: UnsafeRawBufferPointer) -> JSONValue? {
        guard let first = message.first(where: { $0 > 0x20 }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else { return nil }
        return try? JSONValue(parsing: message)
    }
}

/// Why a text is no filter pattern.
struct FilterPatternError: Error, Sendable, Equatable {
    /// The sentence.
    var message: String

    static let invalid = FilterPatternError(message: "Invalid filter pattern")

    static func invalidTerm(_ term: String) -> FilterPatternError {
        FilterPatternError(message: "Invalid character(s) in term '\(term)'")
    }

    static func invalidExpression(_ expression: String) -> FilterPatternError {
        FilterPatternError(message: "Invalid regex in filter pattern: '\(expression)'")
    }

    static let tooManyExpressions = FilterPatternError(
        message: "Invalid filter pattern: at most \(PatternScanner.expressionLimit) regular expressions are allowed.")
}
