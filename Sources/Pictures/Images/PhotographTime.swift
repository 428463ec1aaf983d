import CivilCalendar

/// When a picture was taken, as the camera wrote it: its own clock, and how far that was from UTC where it said so.
public struct PhotographTime: Sendable, Hashable, CustomStringConvertible {
    /// The day.
    public let date: CalendarDate
    /// Seconds since midnight.
    public let secondOfDay: Int
    /// Minutes that the clock is before UTC; nil where the camera did not say.
    public let offsetMinutes: Int?

    /// A time; nil where the clock has none such.
    public init?(date: CalendarDate, secondOfDay: Int, offsetMinutes: Int?) {
        guard (0..<86_400).contains(secondOfDay), abs(offsetMinutes ?? 0) <= 18 * 60 else { return nil }
        self.date = date
        self.secondOfDay = secondOfDay
        self.offsetMinutes = offsetMinutes
    }

    /// Reads EXIF's `YYYY:MM:DD HH:MM:SS` and `+HH:MM`.
    init?(exif time: String, offset: String?) {
        let bytes = Array(time.utf8)
        guard bytes.count >= 19, bytes[4] == UInt8(ascii: ":"), bytes[7] == UInt8(ascii: ":"),
            let year = decimal(bytes[0..<4]), let month = decimal(bytes[5..<7]), let day = decimal(bytes[8..<10]),
            let date = CalendarDate(year: year, month: month, day: day),
            let second = Self.secondOfDay(bytes[11..<19])
        else { return nil }
        self.init(date: date, secondOfDay: second, offsetMinutes: offset.flatMap { Self.offset(Array($0.utf8)) })
    }

    /// Reads what ``description`` writes; nil for anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 19 || bytes.count == 25, bytes[10] == UInt8(ascii: "T"),
            let date = CalendarDate(text.prefix(10)), let second = Self.secondOfDay(bytes[11..<19])
        else { return nil }
        var offset: Int?
        if bytes.count == 25 {
            offset = Self.offset(Array(bytes[19...]))
            guard offset != nil else { return nil }
        }
        self.init(date: date, secondOfDay: second, offsetMinutes: offset)
    }

    private static func secondOfDay(_ bytes: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(bytes)
        guard bytes[2] == UInt8(ascii: ":"), bytes[5] == UInt8(ascii: ":"),
            let hour = decimal(bytes[0..<2]), hour < 24, let minute = decimal(bytes[3..<5]), minute < 60,
            let second = decimal(bytes[6..<8]), second < 60
        else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    private static func offset(_ bytes: [UInt8]) -> Int? {
        guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
            bytes[3] == UInt8(ascii: ":"), let hours = decimal(bytes[1..<3]), let minutes = decimal(bytes[4..<6]),
            minutes < 60, hours * 60 + minutes <= 18 * 60
        else { return nil }
        return (bytes[0] == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
    }

    /// The time as `YYYY-MM-DDTHH:MM:SS`, with `+HH:MM` behind it where the camera said so.
    public var description: String {
        let clock = CalendarDigits.clock(secondOfDay: secondOfDay)
        guard let offsetMinutes else { return "\(date)T\(clock)" }
        let size = abs(offsetMinutes)
        let (hours, minutes) = (CalendarDigits.text(size / 60, width: 2), CalendarDigits.text(size % 60, width: 2))
        return "\(date)T\(clock)\(offsetMinutes < 0 ? "-" : "+")\(hours):\(minutes)"
    }
}
