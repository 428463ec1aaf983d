import CivilCalendar

extension Timestamp {
    /// A moment's parts in UTC.
    public struct Civil: Sendable, Equatable {
        /// The year of the Gregorian calendar.
        public var year: Int
        /// 1 to 12.
        public var month: Int
        /// 1 to 31.
        public var day: Int
        /// 0 to 23.
        public var hour: Int
        /// 0 to 59.
        public var minute: Int
        /// 0 to 59.
        public var second: Int
        /// 0 to 999.
        public var millisecond: Int
        /// 0 for Sunday to 6 for Saturday.
        public var weekday: Int
    }

    /// The moment's parts in UTC.
    public var civil: Civil {
        let (date, second) = inDay
        return Civil(
            year: date.year, month: date.month, day: date.day, hour: second / 3600, minute: second / 60 % 60,
            second: second % 60, millisecond: Int(milliseconds - seconds * 1000), weekday: date.weekday)
    }

    /// A moment by its parts in UTC; they are not checked against the calendar.
    public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0)
    {
        let days = Int64(CivilDate(year: year, month: month, day: day).daysSinceEpoch)
        let seconds = days * 86400 + Int64(hour * 3600 + minute * 60 + second)
        self.init(milliseconds: seconds * 1000 + Int64(millisecond))
    }

    private var inDay: (date: CivilDate, second: Int) {
        let (days, second) = seconds.flooredDivision(by: 86400)
        return (CivilDate(daysSinceEpoch: Int(days)), Int(second))
    }

    /// `2026-03-01T12:00:00Z`.
    public var iso8601: String {
        let (date, second) = inDay
        return "\(date)T\(CalendarDigits.clock(secondOfDay: second))Z"
    }

    /// `2026-03-01T12:00:00.123Z`.
    public var iso8601WithMilliseconds: String {
        let (date, second) = inDay
        let fraction = CalendarDigits.text(Int(milliseconds - seconds * 1000), width: 3)
        return "\(date)T\(CalendarDigits.clock(secondOfDay: second)).\(fraction)Z"
    }

    /// `Sun, 01 Mar 2026 12:00:00 GMT`, as HTTP writes moments (RFC 9110).
    public var httpDate: String {
        let (date, second) = inDay
        return date.httpDate(secondOfDay: second)
    }

    /// `Sun Mar 01 12:00:00 UTC 2026`, as `date` writes moments and API Gateway those of a user pool's tokens.
    public var unixDate: String {
        let (date, second) = inDay
        let (day, year) = (CalendarDigits.text(date.day, width: 2), CalendarDigits.text(date.year, width: 4))
        return "\(date.weekdayName) \(date.monthName) \(day) \(CalendarDigits.clock(secondOfDay: second)) UTC \(year)"
    }

    /// `01/Mar/2026:12:00:00 +0000`, the common log format that API Gateway tells request times in.
    public var commonLogDate: String {
        let (date, second) = inDay
        let (day, year) = (CalendarDigits.text(date.day, width: 2), CalendarDigits.text(date.year, width: 4))
        return "\(day)/\(date.monthName)/\(year):\(CalendarDigits.clock(secondOfDay: second)) +0000"
    }

    /// Reads `2026-03-01T12:00:00Z`, with or without a fraction or an offset such as `+01:00`; nil for anything else.
    public init?(iso8601 text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        func number(_ digits: Int) -> Int? {
            guard rest.count >= digits, let value = CalendarDigits.read(rest.prefix(digits)) else { return nil }
            rest = rest.dropFirst(digits)
            return value
        }
        func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest = rest.dropFirst()
            return true
        }
        guard let year = number(4), take("-"), let month = number(2), (1...12).contains(month), take("-"),
            let day = number(2), (1...31).contains(day), take("T") || take(" "), let hour = number(2), hour < 24,
            take(":"), let minute = number(2), minute < 60, take(":"), let second = number(2), second < 61
        else { return nil }
        var millisecond = 0
        if take(".") {
            let digits = rest.prefix { $0 &- UInt8(ascii: "0") < 10 }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
            for place in 0..<3 {
                let index = digits.startIndex + place
                millisecond = millisecond * 10 + (index < digits.endIndex ? Int(digits[index] - UInt8(ascii: "0")) : 0)
            }
        }
        var offset = 0
        if !take("Z") {
            let isWest = take("-")
            guard isWest || take("+"), let hours = number(2), take(":") || true, let minutes = number(2) else {
                return nil
            }
            offset = (isWest ? -1 : 1) * (hours * 60 + minutes)
        }
        guard rest.isEmpty else { return nil }
        self.init(
            year: year, month: month, day: day, hour: hour, minute: minute - offset, second: second,
            millisecond: millisecond)
        guard civilDayMatches(day, offset: offset) else { return nil }
    }

    /// Refuses days that a month does not have: they would have become days of the next month.
    private func civilDayMatches(_ day: Int, offset: Int) -> Bool {
        Timestamp(milliseconds: milliseconds + Int64(offset) * 60000).civil.day == day
    }

    /// Reads an HTTP date (`Sun, 01 Mar 2026 12:00:00 GMT`); nil for anything else.
    public init?(httpDate text: some StringProtocol) {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
            let month = CivilDate.month(named: parts[2])
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (1...31).contains(day), (0..<24).contains(clock[0]), (0..<60).contains(clock[1]),
            (0..<61).contains(clock[2]), (1...9999).contains(year)
        else { return nil }
        self.init(year: year, month: month, day: day, hour: clock[0], minute: clock[1], second: clock[2])
    }
}
