import CivilCalendar

/// A moment, to the millisecond. Written so that the order of the texts is the order of the moments.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Milliseconds since 1970 began in UTC.
    public let milliseconds: Int64

    /// The first moment that has a text of four year digits: the year 1.
    public static let earliest = Timestamp(milliseconds: .min)
    /// The last such moment: the end of the year 9999.
    public static let latest = Timestamp(milliseconds: .max)
    private static let range: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// A moment; outside the years 1 to 9999, the nearest moment inside.
    public init(milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, Self.range.lowerBound), Self.range.upperBound)
    }

    /// A moment at a whole second.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        self.init(milliseconds: overflow ? (seconds < 0 ? .min : .max) : product)
    }

    /// A moment written as ``description`` writes it; nil for anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 24, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), bytes[19] == UInt8(ascii: "."), bytes[23] == UInt8(ascii: "Z"),
            let day = CalendarDate(text.prefix(10)),
            let hour = decimal(bytes[11..<13]), hour < 24,
            let minute = decimal(bytes[14..<16]), minute < 60,
            let second = decimal(bytes[17..<19]), second < 60,
            let fraction = decimal(bytes[20..<23])
        else { return nil }
        let seconds = day.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second
        milliseconds = Int64(seconds) * 1_000 + Int64(fraction)
    }

    /// Whole seconds since 1970, rounded down.
    public var seconds: Int64 {
        (milliseconds - (milliseconds % 1_000 + 1_000) % 1_000) / 1_000
    }

    /// The day in UTC.
    public var date: CalendarDate {
        let seconds = Int(seconds)
        return CalendarDate(daysSince1970: (seconds - secondOfDay) / 86_400)
    }

    /// Seconds since midnight in UTC.
    public var secondOfDay: Int { (Int(seconds) % 86_400 + 86_400) % 86_400 }

    /// A moment so many seconds later (earlier, where negative).
    public func adding(seconds: Int64) -> Timestamp {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        let (sum, overflow2) = milliseconds.addingReportingOverflow(product)
        return Timestamp(milliseconds: overflow || overflow2 ? (seconds < 0 ? .min : .max) : sum)
    }

    /// The moment as `YYYY-MM-DDTHH:MM:SS.mmmZ` (ISO 8601, UTC).
    public var description: String {
        let fraction = CalendarDigits.text(Int(milliseconds - seconds * 1_000), width: 3)
        return "\(date)T\(CalendarDigits.clock(secondOfDay: secondOfDay)).\(fraction)Z"
    }

    /// Whether one moment comes before another.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
}
