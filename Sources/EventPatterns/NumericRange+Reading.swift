import JSONValue

extension NumericRange {
    /// Reads the operand of `numeric`: an operator and a number, or two of each for a range.
    init(_ operand: JSONValue) throws(EventPatternError) {
        guard case .array(let terms) = operand else { throw EventPatternError("Value of numeric must be an array.") }
        guard case .string(let comparison)? = terms.first else {
            throw EventPatternError("Invalid member in numeric match: \(terms.first?.text() ?? "]")")
        }
        guard ["=", "<", "<=", ">", ">="].contains(comparison) else {
            throw EventPatternError("Unrecognized numeric range operator: \(comparison)")
        }
        let first = try Self.bound(terms.count > 1 ? terms[1] : .null, comparison == "=" ? "equals" : comparison)
        switch comparison {
        case "=":
            lowest = first
            highest = first
        case "<", "<=":
            highest = first
            includesHighest = comparison == "<="
        default:
            lowest = first
            includesLowest = comparison == ">="
        }
        guard terms.count > 2 else { return }
        guard comparison.hasPrefix(">") else { throw EventPatternError("Too many elements in numeric expression") }
        guard case .string(let second) = terms[2] else {
            throw EventPatternError("Bad value in numeric range: \(terms[2].text())")
        }
        guard second == "<" || second == "<=" else { throw EventPatternError("Bad numeric range operator: \(second)") }
        highest = try Self.bound(terms.count > 3 ? terms[3] : .null, second)
        includesHighest = second == "<="
        guard terms.count <= 4 else { throw EventPatternError("Too many terms in numeric range expression") }
        guard lowest < highest else { throw EventPatternError("Bottom must be less than top") }
    }

    /// A number that the service compares by value.
    static func bound(_ value: JSONValue, _ comparison: String) throws(EventPatternError) -> Double {
        guard let number = value.double else { throw EventPatternError("Value of \(comparison) must be numeric") }
        guard abs(number) <= 5e9 else {
            throw EventPatternError("Value must be between -5.0E9 and 5.0E9, inclusive")
        }
        return number
    }
}
