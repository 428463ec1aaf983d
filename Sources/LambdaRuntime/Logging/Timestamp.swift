/// Times as ISO 8601 in UTC with milliseconds: `2026-11-21T11:12:13.014Z`.
enum Timestamp {
    static func write(milliseconds: Int64, into output: inout [UInt8]) {
        let (days, inDay) = milliseconds.quotientAndRemainder(floor: 86_400_000)
        let (year, month, day) = civil(days: days)
        write(year, digits: 4, into: &output)
        output.append(UInt8(ascii: "-"))
        write(month, digits: 2, into: &output)
        output.append(UInt8(ascii: "-"))
        write(day, digits: 2, into: &output)
        output.append(UInt8(ascii: "T"))
        write(inDay / 3_600_000, digits: 2, into: &output)
        output.append(UInt8(ascii: ":"))
        write(inDay / 60_000 % 60, digits: 2, into: &output)
        output.append(UInt8(ascii: ":"))
        write(inDay / 1000 % 60, digits: 2, into: &output)
        output.append(UInt8(ascii: "."))
        write(inDay % 1000, digits: 3, into: &output)
        output.append(UInt8(ascii: "Z"))
    }

    /// The date of a day counted from 1970. Counts in eras of 400 years that start on 1 March, so that the leap day is the
    /// last day of its year.
    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(floor: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func write(_ value: Int64, digits: Int, into output: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }
}

extension Int64 {
    /// Division that rounds down, so that moments before 1970 have a time of day too.
    fileprivate func quotientAndRemainder(floor divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
