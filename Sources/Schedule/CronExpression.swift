import CivilCalendar

/// `cron(minutes hours day-of-month month day-of-week year)` as EventBridge understands it.
///
/// Everything is reckoned in whole minutes. Source: "Cron expressions" in the EventBridge user guide.
public struct CronExpression: Sendable, Hashable {
    /// Minutes 0 to 59, a bit each.
    var minutes: UInt64
    /// Hours 0 to 23, a bit each.
    var hours: UInt64
    /// Months 1 to 12, a bit each.
    var months: UInt64
    /// Which days of a month.
    var days: CronDays
    /// The years, ascending.
    var years: [Int]

    /// The years that an expression can name.
    public static let supportedYears = 1970...2199
}

/// Which days of a month an expression names: by their date or by their weekday, never by both.
enum CronDays: Sendable, Hashable {
    /// Days 1 to 31, a bit each.
    case dates(UInt64)
    /// `L`: the last day.
    case last
    /// `LW`: the last day from Monday to Friday.
    case lastWeekday
    /// `15W`: the day from Monday to Friday that is nearest to this date, within the month.
    case nearestWeekday(Int)
    /// Weekdays 1 (Sunday) to 7 (Saturday), a bit each.
    case weekdays(UInt64)
    /// `6L`: the last of this weekday.
    case lastOf(weekday: Int)
    /// `3#2`: the n-th of this weekday.
    case nth(Int, weekday: Int)

    /// The days of one month, a bit each.
    func days(of month: Int, in year: Int) -> UInt64 {
        let length = CivilDate.daysIn(month: month, of: year)
        let all = (UInt64(1) << UInt64(length + 1)) - 2
        let firstWeekday = CivilDate(year: year, month: month, day: 1).weekday + 1
        func weekday(of day: Int) -> Int { (firstWeekday - 1 + day - 1) % 7 + 1 }
        func bit(_ day: Int) -> UInt64 { (1...length).contains(day) ? 1 << UInt64(day) : 0 }
        /// The first date on which this weekday falls.
        func first(_ weekday: Int) -> Int { (weekday - firstWeekday + 7) % 7 + 1 }

        switch self {
        case .dates(let dates):
            return dates & all
        case .last:
            return bit(length)
        case .lastWeekday:
            return bit(nearestWeekday(to: length, length: length, weekday: weekday))
        case .nearestWeekday(let day):
            return day > length ? 0 : bit(nearestWeekday(to: day, length: length, weekday: weekday))
        case .weekdays(let weekdays):
            var mask: UInt64 = 0
            for day in 1...length where weekdays & (1 << UInt64(weekday(of: day))) != 0 { mask |= bit(day) }
            return mask
        case .lastOf(let weekday):
            let fifth = first(weekday) + 28
            return bit(fifth <= length ? fifth : fifth - 7)
        case .nth(let n, let weekday):
            return bit(first(weekday) + 7 * (n - 1))
        }
    }

    private func nearestWeekday(to day: Int, length: Int, weekday: (Int) -> Int) -> Int {
        switch weekday(day) {
        case 7: day == 1 ? 3 : day - 1
        case 1: day == length ? day - 2 : day + 1
        default: day
        }
    }
}
