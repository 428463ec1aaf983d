/// A condition, parsed: of condition, filter and key condition expressions, and of the legacy parameters.
indirect enum Condition: Sendable {
    case and(Condition, Condition)
    case or(Condition, Condition)
    case not(Condition)
    case comparison(Operand, Comparator, Operand)
    case between(Operand, Operand, Operand)
    case isIn(Operand, [Operand])
    case attributeExists(DocumentPath)
    case attributeNotExists(DocumentPath)
    case attributeType(DocumentPath, Operand)
    case beginsWith(Operand, Operand)
    case contains(Operand, Operand)

    enum Comparator: String, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "<>"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }
}

/// What a condition compares.
indirect enum Operand: Sendable, Equatable {
    case path(DocumentPath)
    case value(AttributeValue)
    /// `:value`, until the request's `ExpressionAttributeValues` are put in.
    case placeholder(String)
    case size(Operand)

    /// How messages show it.
    var shown: String {
        switch self {
        case .path(let path): path.description
        case .value(let value): "AttributeValue: {\(value.type.rawValue):\(value.shown)}"
        case .placeholder(let name): name
        case .size(let inner): "size(\(inner.shown))"
        }
    }

    /// The type, where it is known before an item is.
    var knownType: AttributeType? {
        switch self {
        case .value(let value): value.type
        case .size: .number
        case .path, .placeholder: nil
        }
    }
}

extension AttributeValue {
    /// The content as messages show it.
    var shown: String {
        switch self {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let flag): String(flag)
        case .null: "true"
        default:
            String(
                decoding: {
                    var bytes: [UInt8] = []; write(into: &bytes); return bytes
                }(), as: UTF8.self)
        }
    }
}
