import CloudCore
import Foundation
import JSONValue
import Schedule

/// Which schedule: names are unique in each group.
struct ScheduleKey: Hashable, Sendable, Comparable {
    var group: String
    var name: String

    static func < (left: ScheduleKey, right: ScheduleKey) -> Bool {
        (left.group, left.name) < (right.group, right.name)
    }
}

/// A schedule: when it fires, and what it sends to whom.
struct Schedule: Sendable {
    static let alphabet = InputMembers.Alphabet("^[0-9a-zA-Z-_.]+$", others: "-_.")

    var key: ScheduleKey
    /// Everything that was given, as it comes back.
    var members: JSONObject
    var created: Timestamp
    var modified: Timestamp
    var expression: ScheduleExpression
    var timeZone: String
    var start: Timestamp?
    var end: Timestamp?
    var isEnabled: Bool
    var windowMinutes: Int?
    var deletesItself: Bool
    var target: ScheduleTarget
    /// From when the intervals of a rate count, where it has no start; in seconds since 1970.
    var anchor: Int64
    /// The time that it fires for next, in seconds since 1970; nil for never again.
    var next: Int64?
    /// When it does so: within the flexible window behind ``next``.
    var due: Int64?

    var isOnce: Bool { if case .at = expression { true } else { false } }

    /// The schedule in its time zone; nil only where the time zone is not known here.
    var zoned: ZonedSchedule? {
        // A start with a fraction of a second begins with the next whole one.
        let start = start.map { ($0 + .milliseconds(999)).seconds }
        return ZonedSchedule(expression, timeZone: timeZone, start: start, end: end?.seconds, created: anchor)
    }

    /// Works out when the schedule fires next, seen from a moment.
    mutating func plan(after moment: Int64, _ identifiers: IdentifierSource) {
        anchor = min(anchor, moment)
        next = isEnabled ? zoned?.next(after: moment) : nil
        due = next
        if let next, let windowMinutes {
            // Some second of the window, the same one in every run that draws the same identifiers.
            let drawn = identifiers.bytes(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            due = next + Int64(drawn % UInt64(windowMinutes * 60))
        }
    }
}
