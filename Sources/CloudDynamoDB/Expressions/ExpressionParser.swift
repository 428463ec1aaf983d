import CloudCore

/// What the parsers of all kinds of expressions share: tokens, document paths, and the wording of syntax errors.
struct ExpressionParser {
    let kind: ExpressionKind
    private let text: [UInt8]
    private let tokens: [ExpressionToken]
    private var at = 0
    private var depth = 0
    private var operators = 0
    /// What the expression uses of the request's names and values, in order of use.
    private(set) var usage = PlaceholderUsage()

    init(_ text: String, kind: ExpressionKind) throws {
        self.kind = kind
        self.text = Array(text.utf8)
        guard self.text.count <= ExpressionKind.lengthLimit else {
            throw kind.invalid(
                "Expression size has exceeded the maximum allowed size; expression size: \(self.text.count)")
        }
        tokens = ExpressionLexer.tokens(of: text)
        guard tokens.count > 1 else { throw kind.invalid("The expression can not be empty;") }
    }

    var current: ExpressionToken { tokens[at] }
    var next: ExpressionToken { tokens[min(at + 1, tokens.count - 1)] }

    mutating func advance() { if at < tokens.count - 1 { at += 1 } }

    mutating func take(mark: String) -> Bool {
        guard current.isMark(mark) else { return false }
        advance()
        return true
    }

    mutating func take(keyword: String) -> Bool {
        guard current.isKeyword(keyword) else { return false }
        advance()
        return true
    }

    mutating func expect(mark: String) throws {
        guard take(mark: mark) else { throw syntaxError() }
    }

    /// The error for the current token: it is shown with its neighbours.
    func syntaxError() -> ServiceError {
        let before = at > 0 ? tokens[at - 1].start : current.start
        let after = current.kind == .end ? text.count : tokens[at + 1].end
        let near = String(decoding: text[before..<after], as: UTF8.self)
        return kind.invalid("Syntax error; token: \"\(current.text)\", near: \"\(near)\"")
    }

    /// Counts an operator or a function.
    mutating func countOperator() throws {
        operators += 1
        guard operators <= ExpressionKind.operatorLimit else {
            throw kind.invalid(
                "The expression contains too many operators; operator count: \(operators)")
        }
    }

    /// Goes a level deeper: recursion is bounded, so that no expression can exhaust the stack.
    mutating func nested<Outcome>(_ body: (inout ExpressionParser) throws -> Outcome) throws -> Outcome {
        depth += 1
        defer { depth -= 1 }
        guard depth <= ExpressionKind.operatorLimit else { throw syntaxError() }
        return try body(&self)
    }

    /// `:value`, where one stands.
    mutating func valuePlaceholder() -> String? {
        guard current.kind == .valuePlaceholder else { return nil }
        let name = current.text
        usage.values.append(name)
        advance()
        return name
    }

    /// A document path: `a`, `#a.b[0]`.
    mutating func path() throws -> DocumentPath {
        var elements = [try pathName()]
        while true {
            if take(mark: ".") {
                elements.append(try pathName())
            } else if take(mark: "[") {
                guard current.kind == .digits else { throw syntaxError() }
                guard let index = Int(current.text), index < 1_000_000_000 else {
                    throw kind.invalid("List index is not within the allowable range; index: [\(current.text)]")
                }
                advance()
                try expect(mark: "]")
                elements.append(.index(index))
            } else {
                return DocumentPath(elements: elements)
            }
        }
    }

    private mutating func pathName() throws -> DocumentPath.Element {
        let token = current
        switch token.kind {
        case .namePlaceholder:
            usage.names.append(token.text)
            advance()
            return .placeholder(token.text)
        case .word:
            guard !isOperatorWord(token) else { throw syntaxError() }
            if ReservedWords.contains(token.text) { usage.reservedWord = usage.reservedWord ?? token.text }
            advance()
            return .name(token.text)
        default: throw syntaxError()
        }
    }

    /// Words of the grammar itself: where one stands instead of a name, the syntax is wrong.
    private func isOperatorWord(_ token: ExpressionToken) -> Bool {
        switch token.text.uppercased() {
        case "AND", "OR", "NOT", "BETWEEN", "IN": kind != .update && kind != .projection
        case "SET", "REMOVE", "ADD", "DELETE": kind == .update
        default: false
        }
    }

    /// Ends the parse: nothing may be left, and no bare name may be a reserved word.
    func finish() throws {
        guard current.kind == .end else { throw syntaxError() }
        if let word = usage.reservedWord {
            throw kind.invalid("Attribute name is a reserved keyword; reserved keyword: \(word)")
        }
    }
}

/// Which placeholders an expression uses.
struct PlaceholderUsage: Sendable {
    var names: [String] = []
    var values: [String] = []
    var reservedWord: String?
}
