/// Why an event pattern is refused.
public struct EventPatternError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, in EventBridge's words: `Empty arrays are not allowed`.
    public var reason: String

    init(_ reason: String) { self.reason = reason }

    /// The message of the `InvalidEventPatternException` with which EventBridge answers.
    public var description: String { "Event pattern is not valid. Reason: \(reason)" }
}
