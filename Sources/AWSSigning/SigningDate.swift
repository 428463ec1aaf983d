import CivilCalendar

/// A moment in whole seconds, in the forms that signatures write it in.
public struct SigningDate: Sendable, Hashable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
    public var secondsSinceEpoch: Int

    /// A moment by its Unix time.
    public init(secondsSinceEpoch: Int) { self.secondsSinceEpoch = secondsSinceEpoch }

    /// Earlier is less.
    public static func < (left: SigningDate, right: SigningDate) -> Bool {
        left.secondsSinceEpoch < right.secondsSinceEpoch
    }

    /// ISO 8601, basic format, in UTC: `20150830T123600Z`.
    public var timestamp: String {
        let seconds = secondsInDay
        var text: [UInt8] = []
        civilDate.append(to: &text, hyphens: false)
        text.append(UInt8(ascii: "T"))
        CalendarDigits.append(seconds / 3600, width: 2, to: &text)
        CalendarDigits.append(seconds / 60 % 60, width: 2, to: &text)
        CalendarDigits.append(seconds % 60, width: 2, to: &text)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// The day in UTC: `20150830`.
    public var day: String {
        var text: [UInt8] = []
        civilDate.append(to: &text, hyphens: false)
        return String(decoding: text, as: UTF8.self)
    }

    private var civilDate: CivilDate {
        CivilDate(daysSinceEpoch: secondsSinceEpoch.flooredDivision(by: 86400).quotient)
    }

    private var secondsInDay: Int { secondsSinceEpoch.flooredDivision(by: 86400).remainder }
}

extension SigningDate {
    /// Reads `20150830T123600Z`; nil for anything else, dates that no calendar has included.
    public init?(timestamp: String) {
        let text = Array(timestamp.utf8)
        guard text.count == 16, text[8] == UInt8(ascii: "T"), text[15] == UInt8(ascii: "Z"),
            let year = number(text[0..<4]), let month = number(text[4..<6]), let day = number(text[6..<8]),
            let hour = number(text[9..<11]), let minute = number(text[11..<13]), let second = number(text[13..<15])
        else { return nil }
        self.init(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    /// Reads the date of an HTTP header: `Fri, 24 May 2013 00:00:00 GMT` (RFC 9110), also with `+0000` as its zone.
    public init?(httpDate: String) {
        let parts = httpDate.split(whereSeparator: { $0 == " " || $0 == "," || $0 == ":" || $0 == "-" })
        guard parts.count == 8, parts[7] == "GMT" || parts[7] == "+0000" || parts[7] == "UTC",
            let month = Self.months.firstIndex(where: { $0 == parts[2] }),
            let day = number(Array(parts[1].utf8)[...]), let year = number(Array(parts[3].utf8)[...]),
            let hour = number(Array(parts[4].utf8)[...]), let minute = number(Array(parts[5].utf8)[...]),
            let second = number(Array(parts[6].utf8)[...]), parts[3].utf8.count == 4
        else { return nil }
        self.init(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        let date = CivilDate(year: year, month: month, day: day)
        guard date.isValid, hour < 24, minute < 60, second < 61 else { return nil }
        self.init(secondsSinceEpoch: date.daysSinceEpoch * 86400 + hour * 3600 + minute * 60 + second)
    }
}

/// A field of a date: at most four digits.
private func number(_ digits: ArraySlice<UInt8>) -> Int? {
    digits.count <= 4 ? CalendarDigits.read(digits) : nil
}
