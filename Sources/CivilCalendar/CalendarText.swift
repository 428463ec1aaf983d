extension CalendarDigits {
    /// A number with zeros in front up to a width; a longer one stays whole.
    public static func text(_ number: Int, width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// A time of day as `12:00:00`.
    public static func clock(secondOfDay second: Int) -> String {
        "\(text(second / 3600, width: 2)):\(text(second / 60 % 60, width: 2)):\(text(second % 60, width: 2))"
    }
}

extension CivilDate: CustomStringConvertible {
    /// `2026-03-01`, as ISO 8601 writes it.
    public var description: String {
        "\(CalendarDigits.text(year, width: 4))-\(CalendarDigits.text(month, width: 2))-"
            + CalendarDigits.text(day, width: 2)
    }
}

extension CivilDate {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The day of the week, in three letters: `Sun`.
    public var weekdayName: String { Self.weekdays[weekday] }

    /// The month, in three letters: `Mar`. Of a month that no year has it is the nearest.
    public var monthName: String { Self.months[min(max(month, 1), 12) - 1] }

    /// The number of a month by its name in three letters.
    public static func month(named name: some StringProtocol) -> Int? {
        months.firstIndex { $0 == name }.map { $0 + 1 }
    }

    /// A moment of this day in UTC, as HTTP writes moments (RFC 9110, 5.6.7): `Sun, 01 Mar 2026 12:00:00 GMT`.
    public func httpDate(secondOfDay: Int) -> String {
        let (day, year) = (CalendarDigits.text(day, width: 2), CalendarDigits.text(year, width: 4))
        return "\(weekdayName), \(day) \(monthName) \(year) \(CalendarDigits.clock(secondOfDay: secondOfDay)) GMT"
    }
}
