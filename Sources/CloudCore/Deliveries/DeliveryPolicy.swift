/// How often and how long a delivery is tried before it is given up.
public struct DeliveryPolicy: Sendable, Equatable {
    /// Attempts after the first.
    public var maximumRetryAttempts: Int
    /// Seconds since the event.
    public var maximumEventAge: Int

    /// A policy; the defaults are those of EventBridge and EventBridge Scheduler.
    public init(maximumRetryAttempts: Int = 185, maximumEventAge: Int = 86_400) {
        self.maximumRetryAttempts = maximumRetryAttempts
        self.maximumEventAge = maximumEventAge
    }

    /// No limit: tried until the target takes it, or refuses it for good.
    public static let untilTaken = DeliveryPolicy(maximumRetryAttempts: .max, maximumEventAge: .max)

    /// The longest pause between two attempts: with it, 185 attempts take as long as the age allows.
    public static let longestPause = Duration.seconds(480)

    /// The pause before an attempt; doubled each time, up to ``longestPause``.
    ///
    /// - Parameter retry: which attempt after the first, from 1.
    public static func pause(beforeRetry retry: Int) -> Duration {
        min(.seconds(1 << min(max(retry - 1, 0), 20)), longestPause)
    }
}

/// Which limit ended the attempts, in the words that dead letters carry.
public enum ExhaustedRetryCondition: String, Sendable {
    case attempts = "MaximumRetryAttempts"
    case age = "MaximumEventAgeInSeconds"
}
