import CloudCore
import JSONValue

/// What a Query asks of the keys: one partition, and bounds on the sort key.
struct KeyCondition: Sendable {
    var partition: [UInt8]
    var sort: SortBounds

    /// Takes a condition on the keys of a table or an index.
    ///
    /// - Throws: ``ServiceError`` where it is anything else than an equality of the partition key and, at most, one
    ///   condition on the sort key.
    init(_ condition: Condition, key: KeySchema) throws {
        var parts: [ExactText: Condition] = [:]
        for part in try Self.conjuncts(of: condition) {
            let name = try Self.attribute(of: part)
            guard parts.updateValue(part, forKey: ExactText(name)) == nil else {
                throw ExpressionKind.keyCondition.invalid(
                    "KeyConditionExpressions must only contain one condition per key")
            }
        }
        guard let hash = parts.removeValue(forKey: ExactText(key.hash.name)) else {
            throw DynamoDBErrors.validation("Query condition missed key schema element: \(key.hash.name)")
        }
        guard case .comparison(_, .equal, let operand) = hash else {
            throw DynamoDBErrors.validation("Query key condition not supported")
        }
        partition = ItemPlace.partition(for: try Self.bytes(of: operand, key.hash))
        sort = SortBounds()
        guard let (name, part) = parts.first else { return }
        guard let range = key.range else {
            throw DynamoDBErrors.validation("Query key condition not supported")
        }
        guard parts.count == 1, range.isNamed(name.text) else {
            throw DynamoDBErrors.validation("Query condition missed key schema element: \(range.name)")
        }
        sort = try Self.bounds(of: part, range)
    }

    private static func conjuncts(of condition: Condition) throws -> [Condition] {
        switch condition {
        case .and(let left, let right): return try conjuncts(of: left) + conjuncts(of: right)
        case .or: throw invalidOperator("OR")
        case .not: throw invalidOperator("NOT")
        case .isIn: throw invalidOperator("IN")
        case .comparison(_, .notEqual, _): throw invalidOperator("<>")
        case .attributeExists: throw invalidOperator("attribute_exists")
        case .attributeNotExists: throw invalidOperator("attribute_not_exists")
        case .attributeType: throw invalidOperator("attribute_type")
        case .contains: throw invalidOperator("contains")
        case .comparison(let left, let comparator, let right):
            // `:v = key` says the same the other way round.
            if case .value = left, case .path = right {
                return [.comparison(right, comparator.mirrored, left)]
            }
            return [condition]
        case .between, .beginsWith: return [condition]
        }
    }

    private static func invalidOperator(_ name: String) -> ServiceError {
        ExpressionKind.keyCondition.invalid("Invalid operator used in KeyConditionExpression: \(name)")
    }

    private static func attribute(of condition: Condition) throws -> String {
        let operands: [Operand] =
            switch condition {
            case .comparison(let left, _, let right): [left, right]
            case .between(let operand, let low, let high): [operand, low, high]
            case .beginsWith(let operand, let prefix): [operand, prefix]
            default: []
            }
        for case .size in operands { throw invalidOperator("size") }
        guard case .path(let path)? = operands.first else {
            throw ExpressionKind.keyCondition.invalid(
                "No key attribute specified as the first operand in the condition")
        }
        guard let name = path.onlyName else {
            throw ExpressionKind.keyCondition.invalid(
                "KeyConditionExpressions cannot have conditions on nested attributes")
        }
        return name
    }

    private static func bytes(of operand: Operand, _ attribute: KeyAttribute) throws -> [UInt8] {
        guard case .value(let value) = operand else {
            throw DynamoDBErrors.validation("Query key condition not supported")
        }
        guard let bytes = attribute.bytes(of: value) else {
            throw DynamoDBErrors.invalidParameter("Condition parameter type does not match schema type")
        }
        if bytes.isEmpty {
            let kind = attribute.type == .binary ? "binary" : "string"
            throw DynamoDBErrors.validation(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
                    + "empty \(kind) value. Key: \(attribute.name)")
        }
        return bytes
    }

    private static func bounds(of condition: Condition, _ attribute: KeyAttribute) throws -> SortBounds {
        func bound(_ operand: Operand, inclusive: Bool) throws -> SortBounds.Bound {
            SortBounds.Bound(bytes: try bytes(of: operand, attribute), isInclusive: inclusive)
        }
        switch condition {
        case .comparison(_, .equal, let value):
            let exact = try bound(value, inclusive: true)
            return SortBounds(lower: exact, upper: exact)
        case .comparison(_, .less, let value): return SortBounds(upper: try bound(value, inclusive: false))
        case .comparison(_, .lessOrEqual, let value): return SortBounds(upper: try bound(value, inclusive: true))
        case .comparison(_, .greater, let value): return SortBounds(lower: try bound(value, inclusive: false))
        case .comparison(_, .greaterOrEqual, let value):
            return SortBounds(lower: try bound(value, inclusive: true))
        case .between(_, let low, let high):
            return SortBounds(lower: try bound(low, inclusive: true), upper: try bound(high, inclusive: true))
        case .beginsWith(_, let prefix):
            let lower = try bound(prefix, inclusive: true)
            guard attribute.type != .number else {
                throw ExpressionKind.keyCondition.invalid(
                    "Incorrect operand type for operator or function; operator or function: begins_with, "
                        + "operand type: N")
            }
            return SortBounds(
                lower: lower, upper: successor(ofPrefix: lower.bytes).map { .init(bytes: $0, isInclusive: false) })
        default: throw DynamoDBErrors.validation("Query key condition not supported")
        }
    }

    /// The least bytes behind all that begin with `prefix`; nil where there are none.
    static func successor(ofPrefix prefix: [UInt8]) -> [UInt8]? {
        var bytes = prefix
        while let last = bytes.popLast() {
            if last < 0xFF { return bytes + [last + 1] }
        }
        return nil
    }
}

extension Condition.Comparator {
    /// The comparator with its sides changed.
    fileprivate var mirrored: Condition.Comparator {
        switch self {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .equal, .notEqual: self
        }
    }
}

extension Condition {
    /// The attributes that the condition looks at, by the names that their paths start from.
    var attributeNames: [String] {
        switch self {
        case .and(let left, let right), .or(let left, let right): left.attributeNames + right.attributeNames
        case .not(let inner): inner.attributeNames
        case .comparison(let left, _, let right), .beginsWith(let left, let right), .contains(let left, let right):
            left.attributeNames + right.attributeNames
        case .between(let operand, let low, let high):
            operand.attributeNames + low.attributeNames + high.attributeNames
        case .isIn(let operand, let candidates): operand.attributeNames + candidates.flatMap(\.attributeNames)
        case .attributeExists(let path), .attributeNotExists(let path): [path.attribute]
        case .attributeType(let path, let type): [path.attribute] + type.attributeNames
        }
    }
}

extension Operand {
    fileprivate var attributeNames: [String] {
        switch self {
        case .path(let path): [path.attribute]
        case .size(let inner): inner.attributeNames
        case .value, .placeholder: []
        }
    }
}
