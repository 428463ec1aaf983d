/// A moment at which a rule or a schedule fires.
public struct PlannedFiring: Sendable, Equatable {
    /// When.
    public var time: Timestamp
    /// The ARN of the rule or of the schedule.
    public var arn: String
    /// Its name.
    public var name: String
    /// The ARNs of what it calls.
    public var targets: [String]
    /// Minutes by which it may come later.
    public var flexibleMinutes: Int?

    /// A moment.
    public init(time: Timestamp, arn: String, name: String, targets: [String], flexibleMinutes: Int? = nil) {
        self.time = time
        self.arn = arn
        self.name = name
        self.targets = targets
        self.flexibleMinutes = flexibleMinutes
    }

    /// Several lists as one, in the order of time; what falls on one moment in the order of names. At most `limit`.
    public static func merged(_ lists: [[PlannedFiring]], limit: Int) -> [PlannedFiring] {
        Array(lists.joined().sorted { ($0.time, $0.arn) < ($1.time, $1.arn) }.prefix(limit))
    }
}
