import JSONValue
import Schedule

/// An EventBridge rule, from `AWS::Events::Rule` or a function's `Schedule`, `EventBridgeRule` or `CloudWatchEvent`.
public struct RuleDefinition: Sendable, Hashable {
    /// What an event must look like, or when the rule fires by itself; or both.
    public struct Trigger: Sendable, Hashable {
        /// The pattern, as written.
        public var pattern: JSONValue?
        /// The schedule.
        public var schedule: ScheduleExpression?
        /// The schedule's text.
        public var scheduleText: String?
    }

    /// The name of the resource: for a function's event, the function's and the event's one after the other.
    public var logicalID: String
    /// The rule's name.
    public var name: String
    /// Its ARN.
    public var arn: String
    /// What it is for.
    public var description: String?
    /// The bus it listens on, by name.
    public var eventBus: String
    /// What makes it fire.
    public var trigger: Trigger
    /// Whether it is switched on.
    public var isEnabled: Bool
    /// Whom it tells.
    public var targets: [RuleTarget]
}

/// Whom a rule tells, and what.
public struct RuleTarget: Sendable, Hashable {
    /// What the target is given.
    public enum Input: Sendable, Hashable {
        /// The event as it is.
        case event
        /// This text, always.
        case constant(String)
        /// The part of the event at this path.
        case path(String)
        /// This template, filled with parts of the event.
        case transformer(paths: [String: String], template: String)
    }

    /// The target's id within the rule.
    public var id: String
    /// The ARN of a function or a queue.
    public var arn: String
    /// What it is given.
    public var input: Input
    /// How often and how long delivery is tried.
    public var retry: RetryPolicy
    /// The ARN of the queue for what could not be delivered.
    public var deadLetterARN: String?
    /// The message group, for a FIFO queue.
    public var messageGroupID: String?
}

/// How often and how long delivery is tried.
public struct RetryPolicy: Sendable, Hashable {
    /// 0 to 185.
    public var maximumRetryAttempts: Int
    /// Seconds, 60 to 86,400.
    public var maximumEventAge: Int

    /// A policy; the defaults are those of EventBridge.
    public init(maximumRetryAttempts: Int = 185, maximumEventAge: Int = 86_400) {
        self.maximumRetryAttempts = maximumRetryAttempts
        self.maximumEventAge = maximumEventAge
    }
}

/// A schedule of EventBridge Scheduler, from `AWS::Scheduler::Schedule` or a function's `ScheduleV2`.
public struct ScheduleDefinition: Sendable, Hashable {
    /// The name of the resource.
    public var logicalID: String
    /// The schedule's name.
    public var name: String
    /// Its group.
    public var group: String
    /// What it is for.
    public var description: String?
    /// When it fires.
    public var expression: ScheduleExpression
    /// The same, as written.
    public var expressionText: String
    /// The time zone's IANA name.
    public var timeZone: String
    /// Nothing fires before this instant (seconds since 1970).
    public var start: Int64?
    /// Nothing fires after this instant (seconds since 1970).
    public var end: Int64?
    /// Minutes within which it may fire late; nil for none.
    public var flexibleWindowMinutes: Int?
    /// Whether it is switched on.
    public var isEnabled: Bool
    /// Whom it tells, and what.
    public var target: RuleTarget
}
