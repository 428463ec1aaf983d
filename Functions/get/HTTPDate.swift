import CivilCalendar
import Pictures

/// Times as HTTP writes them (RFC 9110, 5.6.7).
enum HTTPDate {
    /// A moment as `Sat, 21 Nov 2026 11:04:40 GMT`.
    static func text(_ moment: Timestamp) -> String {
        CivilDate(daysSinceEpoch: moment.date.daysSince1970).httpDate(secondOfDay: moment.secondOfDay)
    }
}
