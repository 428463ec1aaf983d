import CloudCore
import JSONValue
import Schedule

extension Schedule {
    /// The members that a schedule is made of, and that come back when it is asked for.
    private static let memberNames = [
        "ActionAfterCompletion", "Description", "EndDate", "FlexibleTimeWindow", "KmsKeyArn", "ScheduleExpression",
        "ScheduleExpressionTimezone", "StartDate", "State", "Target",
    ]

    /// Reads the input of `CreateSchedule` and `UpdateSchedule`.
    ///
    /// - Throws: `ValidationException`.
    init(_ input: InputMembers, key: ScheduleKey, now: Timestamp) throws(ServiceError) {
        _ = try input.text("ClientToken", length: 1...64, of: InputMembers.Alphabet("^[a-zA-Z0-9-_]+$", others: "-_"))
        _ = try input.text("Description", length: 0...512)
        _ = try input.text("KmsKeyArn", length: 1...2048)
        self.key = key
        let text = try input.requiredText("ScheduleExpression", length: 1...256)
        do throws(ScheduleError) {
            expression = try ScheduleExpression(parsing: text, dialect: .scheduler)
        } catch {
            throw .invalid(error.serviceMessage)
        }
        timeZone = try input.text("ScheduleExpressionTimezone", length: 1...50) ?? "UTC"
        start = try input.moment("StartDate")
        end = try input.moment("EndDate")
        if let start, let end, start >= end { throw .invalid("The StartDate must be before the EndDate.") }
        guard ZonedSchedule(expression, timeZone: timeZone, created: 0) != nil else {
            throw .invalid("Invalid ScheduleExpressionTimezone \(timeZone).")
        }
        isEnabled = try input.word("State", of: ["ENABLED", "DISABLED"]) != "DISABLED"
        deletesItself = try input.word("ActionAfterCompletion", of: ["NONE", "DELETE"]) == "DELETE"
        let window = try input.requiredStructure("FlexibleTimeWindow")
        guard let mode = try window.word("Mode", of: ["OFF", "FLEXIBLE"]) else { throw window.missing("Mode") }
        windowMinutes = try window.integer("MaximumWindowInMinutes", in: 1...1440)
        guard (mode == "FLEXIBLE") == (windowMinutes != nil) else {
            throw .invalid(
                mode == "FLEXIBLE"
                    ? "MaximumWindowInMinutes is required for a flexible time window."
                    : "MaximumWindowInMinutes is only for a flexible time window.")
        }
        target = try ScheduleTarget(try input.requiredStructure("Target"))
        members = JSONObject()
        for name in Self.memberNames where input.contains(name) { members[name] = input.members[name] }
        members["State"] = isEnabled ? "ENABLED" : "DISABLED"
        members["ActionAfterCompletion"] = deletesItself ? "DELETE" : "NONE"
        members["ScheduleExpressionTimezone"] = .string(timeZone)
        members["StartDate"] = start.map { JSONValue($0.epochSeconds) }
        members["EndDate"] = end.map { JSONValue($0.epochSeconds) }
        if case .object(var shown)? = members["Target"], shown["RetryPolicy"] == nil {
            shown["RetryPolicy"] = ["MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185]
            members["Target"] = .object(shown)
        }
        created = now
        modified = now
        anchor = now.seconds
    }

    /// Whether it would fire at the same times.
    func hasRhythm(of other: Schedule) -> Bool {
        expression == other.expression && timeZone == other.timeZone && start == other.start && end == other.end
            && isEnabled == other.isEnabled && windowMinutes == other.windowMinutes
    }

    /// Takes over when another schedule fires.
    mutating func keepRhythm(of other: Schedule) {
        anchor = other.anchor
        next = other.next
        due = other.due
    }
}
