import Pictures

/// Times as HTTP writes them (RFC 9110, 5.6.7).
enum HTTPDate {
    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// A moment as `Sat, 21 Nov 2026 11:04:40 GMT`.
    static func text(_ moment: Timestamp) -> String {
        let (date, second) = (moment.date, moment.secondOfDay)
        // 1 January 1970 was a Thursday.
        let day = days[((date.daysSince1970 + 3) % 7 + 7) % 7]
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        let year = String(repeating: "0", count: max(0, 4 - String(date.year).count)) + String(date.year)
        let time = "\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))"
        return "\(day), \(two(date.day)) \(months[date.month - 1]) \(year) \(time) GMT"
    }
}
