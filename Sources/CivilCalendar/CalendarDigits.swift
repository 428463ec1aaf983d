/// Numbers of a fixed width in decimal digits, of which ISO 8601 makes its dates and times.
public enum CalendarDigits {
    /// Adds a number with zeros in front up to a width; of longer numbers, the last digits; of negative ones, no sign.
    public static func append(_ number: Int, width: Int, to text: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: (number / divisor % 10).magnitude))
            divisor /= 10
        }
    }

    /// A number of 1 to 18 decimal digits and nothing else; nil for anything else.
    public static func read(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.count <= 18 else { return nil }
        var value = 0
        for digit in digits {
            guard digit &- UInt8(ascii: "0") < 10 else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }
}

extension CivilDate {
    /// Adds the day as ISO 8601 writes it: `2026-03-01`, or `20260301` without hyphens.
    public func append(to text: inout [UInt8], hyphens: Bool = true) {
        CalendarDigits.append(year, width: 4, to: &text)
        if hyphens { text.append(UInt8(ascii: "-")) }
        CalendarDigits.append(month, width: 2, to: &text)
        if hyphens { text.append(UInt8(ascii: "-")) }
        CalendarDigits.append(day, width: 2, to: &text)
    }

    /// Reads `2026-03-01`; nil for anything else and for a day that the calendar does not have.
    public init?(iso8601 text: ArraySlice<UInt8>) {
        let start = text.startIndex
        guard text.count == 10, text[start + 4] == UInt8(ascii: "-"), text[start + 7] == UInt8(ascii: "-"),
            let year = CalendarDigits.read(text[start..<start + 4]),
            let month = CalendarDigits.read(text[start + 5..<start + 7]),
            let day = CalendarDigits.read(text[start + 8..<start + 10])
        else { return nil }
        self.init(year: year, month: month, day: day)
        guard isValid else { return nil }
    }
}
