import CivilCalendar

/// A date and a time of day in the Gregorian calendar, without a time zone.
///
/// The arithmetic is exact for every year that an `Int64` of seconds reaches, needs no tables and no locale.
public struct CivilTime: Sendable, Hashable {
    /// The year, as 2026.
    public var year: Int
    /// The month, 1 to 12.
    public var month: Int
    /// The day of the month, 1 to 31.
    public var day: Int
    /// The hour, 0 to 23.
    public var hour: Int
    /// The minute, 0 to 59.
    public var minute: Int
    /// The second, 0 to 59.
    public var second: Int

    /// A date with a time of day. The parts are taken as they are; ``isValid`` tells whether they name a real time.
    public init(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// The time in UTC that lies this many seconds after 1970-01-01T00:00:00Z.
    public init(epochSeconds: Int64) {
        let (days, second) = epochSeconds.flooredDivision(by: 86_400)
        let rest = Int(second)
        let date = CivilDate(daysSinceEpoch: Int(days))
        self.init(date.year, date.month, date.day, rest / 3600, rest / 60 % 60, rest % 60)
    }

    /// Seconds since 1970-01-01T00:00:00Z, with this time taken as UTC.
    public var epochSeconds: Int64 {
        Int64(CivilDate(year: year, month: month, day: day).daysSinceEpoch) * 86_400
            + Int64(hour * 3600 + minute * 60 + second)
    }

    /// Whether the parts name a real time: no 30 February, no 24:00.
    public var isValid: Bool {
        CivilDate(year: year, month: month, day: day).isValid && (0...23).contains(hour) && (0...59).contains(minute)
            && (0...59).contains(second)
    }
}

extension CivilTime {
    /// Reads `yyyy-MM-ddTHH:mm:ss`, exactly; nil for any other text and for a time that does not exist.
    public init?(parsing text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 19 else { return nil }
        let separators: [(Int, Unicode.Scalar)] = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")]
        guard separators.allSatisfy({ bytes[$0.0] == UInt8(ascii: $0.1) }) else { return nil }
        let parts = [0..<4, 5..<7, 8..<10, 11..<13, 14..<16, 17..<19].compactMap { CalendarDigits.read(bytes[$0]) }
        guard parts.count == 6 else { return nil }
        self.init(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
        guard isValid else { return nil }
    }
}

extension CivilTime: CustomStringConvertible {
    /// `yyyy-MM-ddTHH:mm:ss`.
    public var description: String {
        let date = CivilDate(year: year, month: month, day: day)
        return "\(date)T\(CalendarDigits.clock(secondOfDay: hour * 3600 + minute * 60 + second))"
    }
}
