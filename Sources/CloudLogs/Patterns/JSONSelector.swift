import JSONValue

/// Which part of a JSON document a pattern speaks of: `$.users[0].email`, `$.items[*].id`, `$.['dotted.name']`.
struct JSONSelector: Sendable, Equatable {
    private enum Step: Sendable, Equatable {
        case member(String)
        case element(Int)
        case anyElement
    }

    /// As it is written.
    let text: String
    private let steps: [Step]

    /// Reads a selector.
    ///
    /// - Throws: ``FilterPatternError``.
    init(parsing scanner: inout PatternScanner) throws(FilterPatternError) {
        guard scanner.take("$") else { throw .invalid }
        var steps: [Step] = []
        var text = "$"
        while true {
            if scanner.take(".") {
                text += "."
                if scanner.peek() == UInt8(ascii: "[") { continue }
                let name = scanner.take { PatternScanner.isWord($0) || $0 == UInt8(ascii: "-") }
                guard !name.isEmpty else { throw .invalid }
                text += name
                steps.append(.member(name))
            } else if scanner.take("[") {
                let (step, written) = try Self.bracketed(&scanner)
                text += "[\(written)]"
                steps.append(step)
            } else {
                break
            }
        }
        guard !steps.isEmpty, !text.hasSuffix(".") else { throw .invalid }
        (self.text, self.steps) = (text, steps)
    }

    private static func bracketed(_ scanner: inout PatternScanner) throws(FilterPatternError) -> (Step, String) {
        let result: (Step, String)
        if scanner.take("*") {
            result = (.anyElement, "*")
        } else if let quote = scanner.peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
            scanner.advance()
            let name = try scanner.quoted(quote)
            result = (.member(name), "'\(name)'")
        } else {
            let digits = scanner.take { (0x30...0x39).contains($0) }
            guard let index = Int(digits) else { throw .invalid }
            result = (.element(index), digits)
        }
        guard scanner.take("]") else { throw .invalid }
        return result
    }

    /// The values that it selects: none where the document has no such part.
    func values(in document: JSONValue) -> [JSONValue] {
        var values = [document]
        for step in steps {
            values = values.flatMap { value -> [JSONValue] in
                switch step {
                case .member(let name): value[name].map { [$0] } ?? []
                case .element(let index): value[index].map { [$0] } ?? []
                case .anyElement: value.array ?? []
                }
            }
        }
        return values
    }
}
