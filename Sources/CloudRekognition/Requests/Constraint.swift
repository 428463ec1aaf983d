/// What the service's model demands of a value. Each reads as AWS's validation says it.
enum Constraint: Sendable, Hashable, CustomStringConvertible {
    case notNull
    case least(Double)
    case most(Double)
    case shortest(Int)
    case longest(Int)
    case pattern(String)
    case oneOf([String])
    /// What each element of a list must satisfy.
    indirect case each(Constraint)

    var description: String {
        switch self {
        case .notNull: "Member must not be null"
        case .least(let bound): "Member must have value greater than or equal to \(Self.text(bound))"
        case .most(let bound): "Member must have value less than or equal to \(Self.text(bound))"
        case .shortest(let count): "Member must have length greater than or equal to \(count)"
        case .longest(let count): "Member must have length less than or equal to \(count)"
        case .pattern(let pattern): "Member must satisfy regular expression pattern: \(pattern)"
        case .oneOf(let values): "Member must satisfy enum value set: [\(values.joined(separator: ", "))]"
        case .each(let constraint): "Member must satisfy constraint: [\(constraint)]"
        }
    }

    private static func text(_ bound: Double) -> String {
        Int(exactly: bound).map { String($0) } ?? String(bound)
    }
}

/// A value that is not what the service's model demands.
struct Violation: Sendable, Hashable, CustomStringConvertible {
    /// The value, where it is short enough to be told; nil for none.
    var value: String?
    /// Where it is, from the request's root: `image.s3Object.bucket`.
    var path: String
    /// What it should be.
    var constraint: Constraint

    var description: String {
        let value = constraint == .notNull ? "Value null" : value.map { "Value '\($0)'" } ?? "Value"
        return "\(value) at '\(path)' failed to satisfy constraint: \(constraint)"
    }
}
