import CloudCore
import JSONValue

/// The parameters from before there were expressions, translated to what expressions become.
enum LegacyCondition {
    /// `Expected`.
    static func expected(_ members: JSONObject, joinedBy joint: String?) throws -> Condition? {
        let conditions = try members.map { name, value in
            guard case .object(let fields) = value else { throw SerializationFault.unexpectedToken(value) }
            let input = RequestInput(fields)
            if input.has("ComparisonOperator") { return try condition(on: name, input) }
            let path = DocumentPath(elements: [.name(name)])
            if let value = input.value("Value") {
                guard try input.bool("Exists") != false else {
                    throw DynamoDBErrors.invalidParameter(
                        "Value cannot be used when Exists is false for Attribute: \(name)")
                }
                return Condition.comparison(.path(path), .equal, .value(try AttributeValue(wire: value)))
            }
            switch try input.bool("Exists") {
            case false?: return .attributeNotExists(path)
            case true?:
                throw DynamoDBErrors.invalidParameter(
                    "Value must be provided when Exists is true for Attribute: \(name)")
            case nil:
                throw DynamoDBErrors.invalidParameter(
                    "Value must be provided when Exists is null for Attribute: \(name)")
            }
        }
        return try joined(conditions, by: joint)
    }

    /// `QueryFilter` and `ScanFilter`.
    static func filter(_ members: JSONObject, joinedBy joint: String?) throws -> Condition? {
        try joined(
            try members.map { name, value in
                guard case .object(let fields) = value else { throw SerializationFault.unexpectedToken(value) }
                return try condition(on: name, RequestInput(fields))
            }, by: joint)
    }

    static func joined(_ conditions: [Condition], by joint: String?) throws -> Condition? {
        guard let first = conditions.first else { return nil }
        switch joint {
        case nil, "AND": return conditions.dropFirst().reduce(first) { .and($0, $1) }
        case "OR": return conditions.dropFirst().reduce(first) { .or($0, $1) }
        case let other?:
            var constraints = Constraints()
            constraints.violate("ConditionalOperator", other, "Member must satisfy enum value set: [OR, AND]")
            try constraints.finish()
            return nil
        }
    }

    /// One attribute's `ComparisonOperator` and `AttributeValueList`.
    static func condition(on name: String, _ input: RequestInput) throws -> Condition {
        guard let text = try input.string("ComparisonOperator") else { throw ItemWrite.missing("comparisonOperator") }
        guard let comparison = LegacyOperator(rawValue: text) else {
            let all = LegacyOperator.allCases.map(\.rawValue).joined(separator: ", ")
            var constraints = Constraints()
            constraints.violate("ComparisonOperator", text, "Member must satisfy enum value set: [\(all)]")
            try constraints.finish()
            throw DynamoDBErrors.internalFailure
        }
        let values = try (input.list("AttributeValueList") ?? []).map { try AttributeValue(wire: $0) }
        guard comparison.valueCounts.contains(values.count) else {
            throw DynamoDBErrors.invalidParameter(
                "Invalid number of argument(s) for the \(text) ComparisonOperator")
        }
        for value in values where !comparison.takes(value.type) {
            throw DynamoDBErrors.invalidParameter(
                "ComparisonOperator \(text) is not valid for \(value.type.rawValue) AttributeValue type")
        }
        return comparison.condition(on: .init(elements: [.name(name)]), values.map { .value($0) })
    }
}

/// `ComparisonOperator`.
enum LegacyOperator: String, CaseIterable {
    case isIn = "IN"
    case null = "NULL"
    case between = "BETWEEN"
    case less = "LT"
    case notContains = "NOT_CONTAINS"
    case equal = "EQ"
    case greater = "GT"
    case notNull = "NOT_NULL"
    case notEqual = "NE"
    case lessOrEqual = "LE"
    case beginsWith = "BEGINS_WITH"
    case greaterOrEqual = "GE"
    case contains = "CONTAINS"

    var valueCounts: ClosedRange<Int> {
        switch self {
        case .null, .notNull: 0...0
        case .between: 2...2
        case .isIn: 1...100
        default: 1...1
        }
    }

    func takes(_ type: AttributeType) -> Bool {
        switch self {
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .between, .isIn, .contains, .notContains:
            [.string, .number, .binary].contains(type)
                || (self == .contains || self == .notContains) && [.bool, .null].contains(type)
        case .beginsWith: type == .string || type == .binary
        case .equal, .notEqual, .null, .notNull: true
        }
    }

    func condition(on path: DocumentPath, _ values: [Operand]) -> Condition {
        let attribute = Operand.path(path)
        switch self {
        case .null: return .attributeNotExists(path)
        case .notNull: return .attributeExists(path)
        case .isIn: return .isIn(attribute, values)
        case .between: return .between(attribute, values[0], values[1])
        case .beginsWith: return .beginsWith(attribute, values[0])
        case .contains: return .contains(attribute, values[0])
        case .notContains: return .not(.contains(attribute, values[0]))
        case .equal: return .comparison(attribute, .equal, values[0])
        case .notEqual: return .comparison(attribute, .notEqual, values[0])
        case .less: return .comparison(attribute, .less, values[0])
        case .lessOrEqual: return .comparison(attribute, .lessOrEqual, values[0])
        case .greater: return .comparison(attribute, .greater, values[0])
        case .greaterOrEqual: return .comparison(attribute, .greaterOrEqual, values[0])
        }
    }
}

/// `AttributeUpdates`.
enum LegacyUpdate {
    /// The update, and whether it makes an item where there is none: taking something away does not.
    static func update(_ members: JSONObject) throws -> (Update, createsItem: Bool) {
        var update = Update()
        for (name, value) in members {
            guard case .object(let fields) = value else { throw SerializationFault.unexpectedToken(value) }
            let input = RequestInput(fields)
            let path = DocumentPath(elements: [.name(name)])
            let operand = try input.value("Value").map { UpdateOperand.value(try AttributeValue(wire: $0)) }
            switch (try input.string("Action") ?? "PUT", operand) {
            case ("PUT", let operand?): update.sets.append((path, .operand(operand)))
            case ("ADD", let operand?):
                if case .value(.list) = operand {
                    // Only here can a list be added to: it is appended.
                    update.sets.append((path, .operand(.listAppend(.ifNotExists(path, .value(.list([]))), operand))))
                } else {
                    try check(operand, "ADD", [.number, .stringSet, .numberSet, .binarySet])
                    update.additions.append((path, operand))
                }
            case ("DELETE", nil): update.removals.append(path)
            case ("DELETE", let operand?):
                try check(operand, "DELETE", [.stringSet, .numberSet, .binarySet])
                update.deletions.append((path, operand))
            case ("PUT", nil), ("ADD", nil):
                throw DynamoDBErrors.invalidParameter(
                    "Only DELETE action is allowed when no attribute value is specified")
            case (let action, _):
                var constraints = Constraints()
                constraints.violate("Action", action, "Member must satisfy enum value set: [ADD, DELETE, PUT]")
                try constraints.finish()
            }
        }
        return (update, members.isEmpty || !update.sets.isEmpty || !update.additions.isEmpty)
    }

    private static func check(_ operand: UpdateOperand, _ action: String, _ allowed: Set<AttributeType>) throws {
        guard case .value(let value) = operand, !allowed.contains(value.type) else { return }
        throw DynamoDBErrors.invalidParameter(
            "\(action) action is not supported for the type \(value.type.rawValue)")
    }
}

/// `AttributesToGet`.
enum LegacyProjection {
    static func attributesToGet(_ input: RequestInput) throws -> Projection? {
        guard let names = try input.strings("AttributesToGet") else { return nil }
        guard !names.isEmpty else {
            var constraints = Constraints()
            constraints.violate(
                "AttributesToGet", "[]", "Member must have length greater than or equal to 1")
            try constraints.finish()
            return nil
        }
        for (index, name) in names.enumerated() where names[..<index].contains(where: name.hasSameBytes) {
            throw DynamoDBErrors.invalidParameter("Duplicate value in attribute name: \(name)")
        }
        return Projection(attributes: names)
    }
}
