import CloudCore

/// Parses update expressions: the sections SET, REMOVE, ADD and DELETE, each at most once.
struct UpdateParser {
    private var parser: ExpressionParser
    private var update = Update()

    static func parse(_ text: String) throws -> ParsedUpdate {
        var update = UpdateParser(parser: try ExpressionParser(text, kind: .update))
        try update.sections()
        return ParsedUpdate(update: update.update, usage: update.parser.usage)
    }

    private init(parser: ExpressionParser) { self.parser = parser }

    private mutating func sections() throws {
        var seen: Set<String> = []
        repeat {
            let keyword = parser.current.kind == .word ? parser.current.text.uppercased() : ""
            guard ["SET", "REMOVE", "ADD", "DELETE"].contains(keyword) else { throw parser.syntaxError() }
            parser.advance()
            repeat { try action(keyword) } while parser.take(mark: ",")
            guard seen.insert(keyword).inserted else {
                throw ExpressionKind.update.invalid(
                    "The \"\(keyword)\" section can only be used once in an update expression;")
            }
        } while parser.current.kind != .end
        try parser.finish()
    }

    private mutating func action(_ keyword: String) throws {
        let path = try parser.path()
        try parser.countOperator()
        switch keyword {
        case "SET":
            try parser.expect(mark: "=")
            update.sets.append((path, try setValue()))
        case "REMOVE": update.removals.append(path)
        case "ADD": update.additions.append((path, try valueOnly()))
        default: update.deletions.append((path, try valueOnly()))
        }
    }

    private mutating func valueOnly() throws -> UpdateOperand {
        guard let placeholder = parser.valuePlaceholder() else { throw parser.syntaxError() }
        return .placeholder(placeholder)
    }

    private mutating func setValue() throws -> Update.SetValue {
        // The whole right side may stand in parentheses: `SET a = (b + :c)`.
        let isParenthesised = parser.current.isMark("(")
        if isParenthesised { parser.advance() }
        let left = try operand()
        var value = Update.SetValue.operand(left)
        if parser.take(mark: "+") {
            try parser.countOperator()
            value = .sum(left, try operand())
        } else if parser.take(mark: "-") {
            try parser.countOperator()
            value = .difference(left, try operand())
        }
        if isParenthesised { try parser.expect(mark: ")") }
        return value
    }

    private mutating func operand() throws -> UpdateOperand {
        try parser.nested { parser in
            var rest = UpdateParser(parser: parser)
            let operand = try rest.innerOperand()
            parser = rest.parser
            return operand
        }
    }

    private mutating func innerOperand() throws -> UpdateOperand {
        if parser.take(mark: "(") {
            let inner = try operand()
            try parser.expect(mark: ")")
            return inner
        }
        if let placeholder = parser.valuePlaceholder() { return .placeholder(placeholder) }
        if parser.current.kind == .word, parser.next.isMark("(") { return try function() }
        return .path(try parser.path())
    }

    private mutating func function() throws -> UpdateOperand {
        let name = parser.current.text
        guard name == "if_not_exists" || name == "list_append" else {
            throw ExpressionKind.update.invalid(
                ConditionFunction(rawValue: name) == nil
                    ? "Invalid function name; function: \(name)"
                    : "The function is not allowed in an update expression; function: \(name)")
        }
        try parser.countOperator()
        parser.advance()
        try parser.expect(mark: "(")
        var operands: [UpdateOperand] = []
        repeat { operands.append(try operand()) } while parser.take(mark: ",")
        try parser.expect(mark: ")")
        guard operands.count == 2 else {
            throw ExpressionKind.update.invalid(
                "Incorrect number of operands for operator or function; operator or function: \(name), "
                    + "number of operands: \(operands.count)")
        }
        if name == "list_append" { return .listAppend(operands[0], operands[1]) }
        guard case .path(let path) = operands[0] else {
            throw ExpressionKind.update.invalid(
                "Operator or function requires a document path; operator or function: \(name)")
        }
        return .ifNotExists(path, operands[1])
    }
}
