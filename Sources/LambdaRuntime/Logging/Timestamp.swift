import CivilCalendar

/// Times as ISO 8601 in UTC with milliseconds: `2026-11-21T11:12:13.014Z`.
enum Timestamp {
    static func write(milliseconds: Int64, into output: inout [UInt8]) {
        let (days, inDay) = Int(milliseconds).flooredDivision(by: 86_400_000)
        CivilDate(daysSinceEpoch: days).append(to: &output)
        output.append(UInt8(ascii: "T"))
        CalendarDigits.append(inDay / 3_600_000, width: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        CalendarDigits.append(inDay / 60_000 % 60, width: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        CalendarDigits.append(inDay / 1000 % 60, width: 2, to: &output)
        output.append(UInt8(ascii: "."))
        CalendarDigits.append(inDay % 1000, width: 3, to: &output)
        output.append(UInt8(ascii: "Z"))
    }
}
