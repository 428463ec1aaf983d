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

    /// The firings from one moment until before another, at most `limit`.
    ///
    /// - Parameters:
    ///   - times: when it fires, in seconds since 1970: in order, perhaps without an end.
    ///   - firing: what fires at such a moment.
    public static func list(
        of times: some Sequence<Int64>, from: Timestamp, to: Timestamp, limit: Int,
        _ firing: (Timestamp) -> PlannedFiring
    ) -> [PlannedFiring] {
        var firings: [PlannedFiring] = []
        for time in times {
            let moment = Timestamp(seconds: time)
            guard moment < to, firings.count < limit else { break }
            if moment >= from { firings.append(firing(moment)) }
        }
        return firings
    }

    /// Several lists as one, in the order of time; what falls on one moment in the order of names. At most `limit`.
    public static func merged(_ lists: [[PlannedFiring]], limit: Int) -> [PlannedFiring] {
        Array(lists.joined().sorted { ($0.time, $0.arn) < ($1.time, $1.arn) }.prefix(limit))
    }
}
