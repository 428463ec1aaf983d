import CivilCalendar

extension CronExpression {
    // The search goes year by year and month by month, and works out the days of a month as one set of bits. An
    // expression that never fires (30 February) is therefore known to be one after at most 2,760 months.

    /// The first fire time after an instant; both in seconds since 1970, in UTC. Nil when there is none any more.
    func next(after instant: Int64) -> Int64? {
        guard instant < Self.end else { return nil }
        let start = CivilTime(epochSeconds: (max(instant, -1).flooredDivision(by: 60).quotient + 1) * 60)
        for year in years where year >= start.year {
            for month in 1...12 where months & (1 << UInt64(month)) != 0 {
                if year == start.year && month < start.month { continue }
                let isFirst = year == start.year && month == start.month
                var days = days.days(of: month, in: year)
                if isFirst { days &= ~0 << UInt64(start.day) }
                while days != 0 {
                    let day = days.trailingZeroBitCount
                    days &= days - 1
                    let isToday = isFirst && day == start.day
                    guard let time = firstTime(from: isToday ? (start.hour, start.minute) : (0, 0)) else { continue }
                    return CivilTime(year, month, day, time.hour, time.minute).epochSeconds
                }
            }
        }
        return nil
    }

    /// The last fire time before an instant. Nil when there was none.
    func previous(before instant: Int64) -> Int64? {
        guard instant > 0 else { return nil }
        let start = CivilTime(epochSeconds: min(instant - 1, Self.end))
        for year in years.reversed() where year <= start.year {
            for month in (1...12).reversed() where months & (1 << UInt64(month)) != 0 {
                if year == start.year && month > start.month { continue }
                let isFirst = year == start.year && month == start.month
                var days = days.days(of: month, in: year)
                if isFirst { days &= (1 << UInt64(start.day + 1)) - 1 }
                while days != 0 {
                    let day = 63 - days.leadingZeroBitCount
                    days &= ~(1 << UInt64(day))
                    let isToday = isFirst && day == start.day
                    guard let time = lastTime(until: isToday ? (start.hour, start.minute) : (23, 59)) else { continue }
                    return CivilTime(year, month, day, time.hour, time.minute).epochSeconds
                }
            }
        }
        return nil
    }

    /// The first second in which no expression can fire any more.
    private static let end = CivilTime(supportedYears.upperBound + 1, 1, 1).epochSeconds

    private func firstTime(from start: (hour: Int, minute: Int)) -> (hour: Int, minute: Int)? {
        if hours & (1 << UInt64(start.hour)) != 0 {
            let left = minutes & (~0 << UInt64(start.minute))
            if left != 0 { return (start.hour, left.trailingZeroBitCount) }
        }
        let later = hours & (~0 << UInt64(start.hour + 1))
        return later == 0 ? nil : (later.trailingZeroBitCount, minutes.trailingZeroBitCount)
    }

    private func lastTime(until end: (hour: Int, minute: Int)) -> (hour: Int, minute: Int)? {
        if hours & (1 << UInt64(end.hour)) != 0 {
            let left = minutes & ((1 << UInt64(end.minute + 1)) - 1)
            if left != 0 { return (end.hour, 63 - left.leadingZeroBitCount) }
        }
        let earlier = hours & ((1 << UInt64(end.hour)) - 1)
        return earlier == 0 ? nil : (63 - earlier.leadingZeroBitCount, 63 - minutes.leadingZeroBitCount)
    }
}
