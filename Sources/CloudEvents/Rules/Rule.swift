import CloudCore
import EventPatterns
import JSONValue
import Schedule

/// Which rule: names are unique on each bus.
struct RuleKey: Hashable, Sendable, Comparable {
    var bus: String
    var name: String

    static func < (left: RuleKey, right: RuleKey) -> Bool { (left.bus, left.name) < (right.bus, right.name) }
}

/// A rule: what makes it fire, and whom it tells.
struct Rule: Sendable {
    static let alphabet = InputMembers.Alphabet(#"[\.\-_A-Za-z0-9]+"#, others: ".-_")

    /// Whether it is switched on.
    enum State: String, Sendable, CaseIterable {
        case enabled = "ENABLED"
        case disabled = "DISABLED"
        case enabledWithManagementEvents = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    }

    var key: RuleKey
    var state = State.enabled
    var description: String?
    var roleARN: String?
    var patternText: String?
    var pattern: EventPattern?
    var scheduleText: String?
    var schedule: ScheduleExpression?
    /// In the order in which they were put.
    var targets: [RuleTarget] = []
    var tags: [String: String] = [:]
    /// From when the intervals of a rate count, in seconds since 1970.
    var anchor: Int64
    /// When it fires next, in seconds since 1970; nil for never.
    var next: Int64?

    var isEnabled: Bool { state != .disabled }

    /// Works out when the rule fires next, seen from a moment. A rate that was set on a clock that showed a later time
    /// begins anew.
    mutating func plan(after moment: Int64) {
        anchor = min(anchor, moment)
        next = isEnabled ? schedule?.next(after: moment, anchor: anchor) : nil
    }
}

extension Rule {
    /// The rule as it is stored.
    var document: JSONObject {
        var document: JSONObject = ["state": .string(state.rawValue), "anchor": JSONValue(anchor)]
        document["description"] = description.map { .string($0) }
        document["role"] = roleARN.map { .string($0) }
        document["pattern"] = patternText.map { .string($0) }
        document["schedule"] = scheduleText.map { .string($0) }
        document["targets"] = .array(targets.map { .object($0.members) })
        document["tags"] = .object(JSONObject(texts: tags))
        return document
    }

    /// A stored rule.
    init(key: RuleKey, document: JSONValue, next: Int64?) throws {
        self.key = key
        state = document["state"]?.string.flatMap(State.init(rawValue:)) ?? .enabled
        description = document["description"]?.string
        roleARN = document["role"]?.string
        patternText = document["pattern"]?.string
        pattern = try patternText.map { try EventPattern(parsing: $0) }
        scheduleText = document["schedule"]?.string
        schedule = try scheduleText.map { try ScheduleExpression(parsing: $0) }
        targets = try (document["targets"]?.array ?? []).compactMap(\.object).map { try RuleTarget($0) }
        tags = document["tags"]?.object?.texts ?? [:]
        anchor = Int64(document["anchor"]?.int ?? 0)
        self.next = next
    }
}
