import Foundation

/// A pattern for text of any form: terms that must be there, terms that must not, and terms of which one is enough.
///
/// Terms are parts of the text, not whole words, and their case counts.
struct TermPattern: Sendable {
    /// What is looked for.
    enum Term: Sendable {
        case text([UInt8])
        case expression(PatternExpression)

        func isIn(_ message: UnsafeRawBufferPointer) -> Bool {
            switch self {
            case .text(let bytes):
                return bytes.withUnsafeBytes { Self.contains(message, $0) }
            case .expression(let expression):
                return expression.matches(message)
            }
        }

        /// From one place where the first byte stands to the next, which `memchr` finds fast.
        private static func contains(_ text: UnsafeRawBufferPointer, _ part: UnsafeRawBufferPointer) -> Bool {
            guard let first = part.first, let partStart = part.baseAddress else { return true }
            guard var place = text.baseAddress, text.count >= part.count else { return false }
            let end = place + (text.count - part.count + 1)
            while place < end, let found = memchr(place, CInt(first), end - place) {
                if memcmp(found, partStart, part.count) == 0 { return true }
                place = UnsafeRawPointer(found) + 1
            }
            return false
        }
    }

    private var required: [Term] = []
    private var excluded: [Term] = []
    /// Terms behind a question mark; where there are others, these say nothing.
    private var optional: [Term] = []

    /// Reads terms to the end of the pattern.
    ///
    /// - Throws: ``FilterPatternError``.
    init(parsing scanner: inout PatternScanner) throws(FilterPatternError) {
        while !scanner.isAtEnd {
            var kind = \Self.required
            if scanner.take("?") { kind = \.optional } else if scanner.take("-") { kind = \.excluded }
            let term = try Self.term(&scanner)
            self[keyPath: kind].append(term)
            scanner.skipSpace()
        }
    }

    private static func term(_ scanner: inout PatternScanner) throws(FilterPatternError) -> Term {
        if scanner.take("\"") { return .text(Array(try scanner.quoted().utf8)) }
        if scanner.take("%") { return .expression(try scanner.expression()) }
        let word = scanner.take { !PatternScanner.isSpace($0) }
        // Beyond ASCII only letters and digits need no quotes.
        let isPlain = word.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                ? PatternScanner.isWord(UInt8(scalar.value))
                : scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
        guard isPlain, !word.isEmpty else { throw .invalidTerm(word) }
        return .text(Array(word.utf8))
    }

    /// Whether this is a pair of quotes with nothing, or only space, between them.
    var matchesEverything: Bool {
        guard excluded.isEmpty, optional.isEmpty, required.count == 1, case .text(let bytes) = required[0] else {
            return false
        }
        return bytes.allSatisfy(PatternScanner.isSpace)
    }

    func matches(_ message: UnsafeRawBufferPointer) -> Bool {
        if required.isEmpty, excluded.isEmpty { return optional.contains { $0.isIn(message) } }
        return required.allSatisfy { $0.isIn(message) } && !excluded.contains { $0.isIn(message) }
    }
}
