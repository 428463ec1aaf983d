import CloudCore

/// Which of a request's expressions one is: its parameter's name, and what it may contain.
enum ExpressionKind: String, Sendable {
    case condition = "ConditionExpression"
    case filter = "FilterExpression"
    case keyCondition = "KeyConditionExpression"
    case projection = "ProjectionExpression"
    case update = "UpdateExpression"

    /// Bytes that an expression may have.
    static let lengthLimit = 4096
    /// Operators and functions that an expression may have.
    static let operatorLimit = 300

    /// The error for a fault in an expression of this kind.
    func invalid(_ reason: String) -> ServiceError {
        DynamoDBErrors.validation("Invalid \(rawValue): \(reason)")
    }

    /// The words in which a function is refused.
    var nameInRefusals: String {
        switch self {
        case .condition: "a condition expression"
        case .filter: "a filter expression"
        case .keyCondition: "a key condition expression"
        case .projection: "a projection expression"
        case .update: "an update expression"
        }
    }
}
