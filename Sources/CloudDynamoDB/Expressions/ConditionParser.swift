import CloudCore

/// Parses condition, filter and key condition expressions. In order of precedence: comparisons, IN, BETWEEN and functions;
/// NOT; AND; OR.
struct ConditionParser {
    private var parser: ExpressionParser
    private var kind: ExpressionKind { parser.kind }

    static func parse(_ text: String, kind: ExpressionKind) throws -> ParsedCondition {
        var condition = ConditionParser(parser: try ExpressionParser(text, kind: kind))
        let root = try condition.wholeCondition()
        return ParsedCondition(root: root, usage: condition.parser.usage, kind: kind)
    }

    private init(parser: ExpressionParser) { self.parser = parser }

    /// Parentheses may hold either; only what follows tells which.
    private enum Node {
        case condition(Condition, isParenthesised: Bool)
        case operand(Operand)
    }

    private mutating func wholeCondition() throws -> Condition {
        let node = try disjunction()
        if case .operand(.size) = node, parser.current.kind == .end { throw misused("size") }
        let condition = try condition(node)
        try parser.finish()
        return condition
    }

    private mutating func disjunction() throws -> Node {
        var left = try conjunction()
        while parser.current.isKeyword("OR") {
            let condition = try self.condition(left)
            try parser.countOperator()
            parser.advance()
            left = .condition(.or(condition, try self.condition(try conjunction())), isParenthesised: false)
        }
        return left
    }

    private mutating func conjunction() throws -> Node {
        var left = try negation()
        while parser.current.isKeyword("AND") {
            let condition = try self.condition(left)
            try parser.countOperator()
            parser.advance()
            left = .condition(.and(condition, try self.condition(try negation())), isParenthesised: false)
        }
        return left
    }

    private func condition(_ node: Node) throws -> Condition {
        guard case .condition(let condition, _) = node else { throw parser.syntaxError() }
        return condition
    }

    private mutating func negation() throws -> Node {
        guard parser.take(keyword: "NOT") else { return try predicate() }
        try parser.countOperator()
        let inner = try parser.nested { parser in
            var rest = ConditionParser(parser: parser)
            let node = try rest.negation()
            parser = rest.parser
            return node
        }
        return .condition(.not(try condition(inner)), isParenthesised: false)
    }

    private mutating func predicate() throws -> Node {
        let left: Operand
        let first = parser.current
        switch try term() {
        case .condition(let condition, let isParenthesised):
            if first.kind == .word, Condition.Comparator(rawValue: parser.current.text) != nil {
                throw misused(first.text)
            }
            return .condition(condition, isParenthesised: isParenthesised)
        case .operand(let operand): left = operand
        }
        if parser.current.kind == .mark, let comparator = Condition.Comparator(rawValue: parser.current.text) {
            try parser.countOperator()
            parser.advance()
            return .condition(.comparison(left, comparator, try operand()), isParenthesised: false)
        }
        if parser.take(keyword: "BETWEEN") {
            try parser.countOperator()
            let low = try operand()
            guard parser.take(keyword: "AND") else { throw parser.syntaxError() }
            return .condition(.between(left, low, try operand()), isParenthesised: false)
        }
        if parser.take(keyword: "IN") {
            try parser.countOperator()
            try parser.expect(mark: "(")
            var candidates = [try operand()]
            while parser.take(mark: ",") { candidates.append(try operand()) }
            try parser.expect(mark: ")")
            guard candidates.count <= 100 else {
                throw kind.invalid(
                    "The IN operator is provided with too many operands; number of operands: \(candidates.count)")
            }
            return .condition(.isIn(left, candidates), isParenthesised: false)
        }
        return .operand(left)
    }

    private mutating func operand() throws -> Operand {
        guard case .operand(let operand) = try term() else { throw parser.syntaxError() }
        return operand
    }

    private mutating func term() throws -> Node {
        if parser.take(mark: "(") {
            let inner = try parser.nested { parser in
                var rest = ConditionParser(parser: parser)
                let node = try rest.disjunction()
                parser = rest.parser
                return node
            }
            try parser.expect(mark: ")")
            guard case .condition(let condition, let isParenthesised) = inner else { return inner }
            guard !isParenthesised else { throw kind.invalid("The expression has redundant parentheses;") }
            return .condition(condition, isParenthesised: true)
        }
        if let placeholder = parser.valuePlaceholder() { return .operand(.placeholder(placeholder)) }
        if parser.current.kind == .word, parser.next.isMark("("), !parser.current.isKeyword("IN") {
            return try function()
        }
        return .operand(.path(try parser.path()))
    }

    private func misused(_ function: String) -> ServiceError {
        kind.invalid("The function is not allowed to be used this way in an expression; function: \(function)")
    }

    private mutating func function() throws -> Node {
        let name = parser.current.text
        guard let signature = ConditionFunction(rawValue: name) else {
            if name == "if_not_exists" || name == "list_append" {
                throw kind.invalid("The function is not allowed in \(kind.nameInRefusals); function: \(name)")
            }
            throw kind.invalid("Invalid function name; function: \(name)")
        }
        try parser.countOperator()
        parser.advance()
        try parser.expect(mark: "(")
        var operands: [Operand] = []
        repeat {
            let first = parser.current
            let node = try parser.nested { parser in
                var rest = ConditionParser(parser: parser)
                let node = try rest.term()
                parser = rest.parser
                return node
            }
            guard case .operand(let operand) = node else { throw misused(first.text) }
            operands.append(operand)
        } while parser.take(mark: ",")
        try parser.expect(mark: ")")
        return try signature.apply(to: operands, kind: kind)
            .map { .condition($0, isParenthesised: false) }
            ?? .operand(.size(operands[0]))
    }
}

/// The functions of conditions.
enum ConditionFunction: String, CaseIterable {
    case attributeExists = "attribute_exists"
    case attributeNotExists = "attribute_not_exists"
    case attributeType = "attribute_type"
    case beginsWith = "begins_with"
    case contains
    case size

    var operandCount: Int {
        switch self {
        case .attributeExists, .attributeNotExists, .size: 1
        case .attributeType, .beginsWith, .contains: 2
        }
    }

    /// The condition that a call is; nil for `size`, which is an operand.
    func apply(to operands: [Operand], kind: ExpressionKind) throws -> Condition? {
        guard operands.count == operandCount else {
            throw kind.invalid(
                "Incorrect number of operands for operator or function; operator or function: \(rawValue), "
                    + "number of operands: \(operands.count)")
        }
        switch self {
        case .attributeExists: return .attributeExists(try path(operands[0], kind))
        case .attributeNotExists: return .attributeNotExists(try path(operands[0], kind))
        case .attributeType: return .attributeType(try path(operands[0], kind), operands[1])
        case .beginsWith: return .beginsWith(operands[0], operands[1])
        case .contains: return .contains(operands[0], operands[1])
        case .size: return nil
        }
    }

    private func path(_ operand: Operand, _ kind: ExpressionKind) throws -> DocumentPath {
        guard case .path(let path) = operand else {
            throw kind.invalid("Operator or function requires a document path; operator or function: \(rawValue)")
        }
        return path
    }
}
