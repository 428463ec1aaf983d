extension CronExpression {
    /// Reads the six fields that stand between the parentheses.
    init(parsing body: Substring) throws(CronFault) {
        let fields = body.split(separator: " ")
        guard fields.count == 6 else {
            throw CronFault(
                "it has \(fields.count) fields instead of 6: minutes, hours, day of the month, month, day of the week, year"
            )
        }
        minutes = try CronField.minutes.bits(fields[0])
        hours = try CronField.hours.bits(fields[1])
        months = try CronField.months.bits(fields[3])
        switch (fields[2] == "?", fields[4] == "?") {
        case (true, false): days = try Self.weekdays(fields[4])
        case (false, true): days = try Self.dates(fields[2])
        default: throw CronFault("exactly one of the day of the month and the day of the week must be '?'")
        }
        let first = Self.supportedYears.lowerBound
        var named = [Bool](repeating: false, count: Self.supportedYears.count)
        for year in try CronField.years.values(fields[5]) { named[year - first] = true }
        years = named.indices.filter { named[$0] }.map { $0 + first }
    }

    private static func dates(_ text: Substring) throws(CronFault) -> CronDays {
        switch text.uppercased() {
        case "L": return .last
        case "LW": return .lastWeekday
        case let upper where upper.hasSuffix("W"): return .nearestWeekday(try CronField.dates.value(text.dropLast()))
        default: return .dates(try CronField.dates.bits(text))
        }
    }

    private static func weekdays(_ text: Substring) throws(CronFault) -> CronDays {
        if text.uppercased() == "L" { return .weekdays(1 << 7) }
        if text.uppercased().hasSuffix("L") { return .lastOf(weekday: try CronField.weekdays.value(text.dropLast())) }
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return .weekdays(try CronField.weekdays.bits(text)) }
        guard parts.count == 2, let n = Int(parts[1]), (1...5).contains(n), parts[1].utf8.count == 1 else {
            throw CronFault("'\(text)' must be one weekday and its number in the month from 1 to 5, as in TUE#2")
        }
        return .nth(n, weekday: try CronField.weekdays.value(parts[0]))
    }
}
