/// Why a schedule expression is refused.
public struct ScheduleError: Error, Sendable, Hashable {
    /// The expression, as it was given.
    public var expression: String
    /// What is wrong with it, as a clause: `the hour '24' lies outside 0 to 23`.
    public var reason: String
    /// Which service was asked, and so which words it uses.
    public var dialect: ScheduleExpression.Dialect

    init(_ expression: String, _ reason: String, _ dialect: ScheduleExpression.Dialect) {
        self.expression = expression
        self.reason = reason
        self.dialect = dialect
    }

    /// The message of the `ValidationException` with which AWS answers.
    public var serviceMessage: String {
        switch dialect {
        case .eventBridge: "Parameter ScheduleExpression is not valid."
        case .scheduler: "Invalid Schedule Expression \(expression)."
        }
    }
}

extension ScheduleError: CustomStringConvertible {
    /// The expression and what is wrong with it, for people.
    public var description: String { "'\(expression)' is not a schedule: \(reason)" }
}
