import CivilCalendar

/// A day of the Gregorian calendar, such as a birthday.
public struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The year, 1 to 9999.
    public let year: Int
    /// The month, 1 to 12.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// A day; nil where the calendar has none such.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), CivilDate(year: year, month: month, day: day).isValid else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// A day written as `YYYY-MM-DD` (ISO 8601); nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard let date = CivilDate(iso8601: Array(text.utf8)[...]) else { return nil }
        self.init(year: date.year, month: date.month, day: date.day)
    }

    /// The day that lies so many days after 1 January 1970. Days outside the years 1 to 9999 become the nearest inside.
    public init(daysSince1970 days: Int) {
        let date = CivilDate(daysSinceEpoch: min(max(days, -719_162), 2_932_896))
        (year, month, day) = (date.year, date.month, date.day)
    }

    /// Days from 1 January 1970 to this day.
    public var daysSince1970: Int { CivilDate(year: year, month: month, day: day).daysSinceEpoch }

    /// How many days a month has.
    public static func days(inMonth month: Int, of year: Int) -> Int { CivilDate.daysIn(month: month, of: year) }

    /// The day as `YYYY-MM-DD`.
    public var description: String { CivilDate(year: year, month: month, day: day).description }

    /// Whether one day comes before another.
    public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

/// A number of decimal digits only; nil where there is anything else, or nothing.
func decimal(_ digits: some Collection<UInt8>) -> Int? { CalendarDigits.read(Array(digits)[...]) }
