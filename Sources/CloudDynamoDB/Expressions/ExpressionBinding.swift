import CloudCore

/// Puts a request's names and values into a parsed expression, and makes the checks that need them.
struct ExpressionBinding {
    let attributes: ExpressionAttributes
    let kind: ExpressionKind

    func bind(_ path: DocumentPath) -> DocumentPath {
        DocumentPath(
            elements: path.elements.map { element in
                if case .placeholder(let name) = element { .name(attributes.names[name] ?? name) } else { element }
            })
    }

    func checkCollisions(_ paths: [DocumentPath]) throws {
        guard paths.count > 1 else { return }
        for (index, first) in paths.enumerated() {
            for second in paths[(index + 1)...] {
                guard let collision = first.collision(with: second) else { continue }
                let verb = collision == .overlap ? "overlap" : "conflict"
                throw kind.invalid(
                    "Two document paths \(verb) with each other; must remove or rewrite one of these paths; "
                        + "path one: \(first), path two: \(second)")
            }
        }
    }

    // MARK: Conditions

    func bind(_ condition: Condition) throws -> Condition {
        switch condition {
        case .and(let left, let right): return .and(try bind(left), try bind(right))
        case .or(let left, let right): return .or(try bind(left), try bind(right))
        case .not(let inner): return .not(try bind(inner))
        case .comparison(let left, let comparator, let right):
            return try comparison(try bind(left), comparator, try bind(right))
        case .between(let operand, let low, let high):
            return try between(try bind(operand), try bind(low), try bind(high))
        case .isIn(let operand, let candidates): return .isIn(try bind(operand), try candidates.map(bind))
        case .attributeExists(let path): return .attributeExists(bind(path))
        case .attributeNotExists(let path): return .attributeNotExists(bind(path))
        case .attributeType(let path, let type): return try attributeType(bind(path), try bind(type))
        case .beginsWith(let operand, let prefix):
            let (operand, prefix) = (try bind(operand), try bind(prefix))
            for side in [operand, prefix] { try check(side, is: [.string, .binary], for: "begins_with") }
            return .beginsWith(operand, prefix)
        case .contains(let operand, let searched):
            let (operand, searched) = (try bind(operand), try bind(searched))
            try checkDistinct([operand, searched], "contains")
            return .contains(operand, searched)
        }
    }

    private func bind(_ operand: Operand) throws -> Operand {
        switch operand {
        case .path(let path): return .path(bind(path))
        case .value: return operand
        case .placeholder(let name): return attributes.values[name].map { .value($0) } ?? operand
        case .size(let inner):
            let inner = try bind(inner)
            try check(
                inner, is: [.string, .binary, .list, .map, .stringSet, .numberSet, .binarySet], for: "size")
            return .size(inner)
        }
    }

    private func comparison(
        _ left: Operand, _ comparator: Condition.Comparator, _ right: Operand
    ) throws -> Condition {
        try checkDistinct([left, right], comparator.rawValue)
        if comparator != .equal, comparator != .notEqual {
            for side in [left, right] { try check(side, is: [.string, .number, .binary], for: comparator.rawValue) }
        }
        return .comparison(left, comparator, right)
    }

    private func between(_ operand: Operand, _ low: Operand, _ high: Operand) throws -> Condition {
        for side in [operand, low, high] { try check(side, is: [.string, .number, .binary], for: "BETWEEN") }
        if case .value(let lower) = low, case .value(let upper) = high {
            let bounds = "lower bound operand: \(low.shown), upper bound operand: \(high.shown)"
            guard let order = AttributeValue.order(lower, upper) else {
                throw kind.invalid(
                    "The BETWEEN operator requires same data type for lower and upper bounds; \(bounds)")
            }
            guard order <= 0 else {
                throw kind.invalid(
                    "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; \(bounds)")
            }
        }
        return .between(operand, low, high)
    }

    private func attributeType(_ path: DocumentPath, _ type: Operand) throws -> Condition {
        try check(type, is: [.string], for: "attribute_type")
        if case .value(.string(let name)) = type, AttributeType(rawValue: name) == nil {
            throw kind.invalid(
                "Invalid attribute type name found; type: \(name), valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}")
        }
        return .attributeType(path, type)
    }

    private func checkDistinct(_ operands: [Operand], _ name: String) throws {
        guard case .path(let path)? = operands.first, operands.dropFirst().contains(.path(path)) else { return }
        throw kind.invalid(
            "The first operand must be distinct from the remaining operands for this operator or function; "
                + "operator: \(name), first operand: \(path)")
    }

    private func check(_ operand: Operand, is allowed: Set<AttributeType>, for name: String) throws {
        guard let type = operand.knownType, !allowed.contains(type) else { return }
        throw wrongType(type, for: name)
    }

    private func wrongType(_ type: AttributeType, for name: String) -> ServiceError {
        kind.invalid(
            "Incorrect operand type for operator or function; operator or function: \(name), "
                + "operand type: \(type.rawValue)")
    }

    // MARK: Updates

    func bind(_ update: Update) throws -> Update {
        var bound = Update()
        bound.sets = try update.sets.map { (bind($0.path), try bind($0.value)) }
        bound.removals = update.removals.map(bind)
        bound.additions = try update.additions.map { (bind($0.path), try bind($0.operand)) }
        bound.deletions = try update.deletions.map { (bind($0.path), try bind($0.operand)) }
        for addition in bound.additions {
            try check(addition.operand, is: [.number, .stringSet, .numberSet, .binarySet], forSection: "ADD")
        }
        for deletion in bound.deletions {
            try check(deletion.operand, is: [.stringSet, .numberSet, .binarySet], forSection: "DELETE")
        }
        try checkCollisions(bound.paths)
        return bound
    }

    private func bind(_ value: Update.SetValue) throws -> Update.SetValue {
        switch value {
        case .operand(let operand): return .operand(try bind(operand))
        case .sum(let left, let right): return .sum(try number(left, "+"), try number(right, "+"))
        case .difference(let left, let right): return .difference(try number(left, "-"), try number(right, "-"))
        }
    }

    private func bind(_ operand: UpdateOperand) throws -> UpdateOperand {
        switch operand {
        case .path(let path): return .path(bind(path))
        case .value: return operand
        case .placeholder(let name): return attributes.values[name].map { .value($0) } ?? operand
        case .ifNotExists(let path, let fallback): return .ifNotExists(bind(path), try bind(fallback))
        case .listAppend(let left, let right):
            let sides = [try bind(left), try bind(right)]
            for case .value(let value) in sides where value.type != .list {
                throw wrongType(value.type, for: "list_append")
            }
            return .listAppend(sides[0], sides[1])
        }
    }

    private func number(_ operand: UpdateOperand, _ name: String) throws -> UpdateOperand {
        let bound = try bind(operand)
        if case .value(let value) = bound, value.type != .number { throw wrongType(value.type, for: name) }
        return bound
    }

    private func check(_ operand: UpdateOperand, is allowed: Set<AttributeType>, forSection section: String) throws {
        guard case .value(let value) = operand, !allowed.contains(value.type) else { return }
        throw kind.invalid(
            "Incorrect operand type for operator or function; operator: \(section), "
                + "operand type: \(value.type.longName), typeSet: ALLOWED_FOR_\(section)_OPERAND")
    }
}
