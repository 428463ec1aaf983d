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
        var text = day.utf8Array
        text.append(UInt8(ascii: "T"))
        text.appendDigits(seconds / 3600, 2)
        text.appendDigits(seconds / 60 % 60, 2)
        text.appendDigits(seconds % 60, 2)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// The day in UTC: `20150830`.
    public var day: String {
        let date = CivilDate(daysSinceEpoch: (secondsSinceEpoch - secondsInDay) / 86400)
        var text: [UInt8] = []
        text.appendDigits(date.year, 4)
        text.appendDigits(date.month, 2)
        text.appendDigits(date.day, 2)
        return String(decoding: text, as: UTF8.self)
    }

    private var secondsInDay: Int { ((secondsSinceEpoch % 86400) + 86400) % 86400 }
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
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61,
            CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date
        else { return nil }
        self.init(secondsSinceEpoch: date.daysSinceEpoch * 86400 + hour * 3600 + minute * 60 + second)
    }
}

/// A day of the proleptic Gregorian calendar.
///
/// Years are counted from March, so that the leap day is the last of its year and months have a regular length.
struct CivilDate: Equatable {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSinceEpoch: Int) {
        // 719,468 days lie between 0000-03-01 and 1970-01-01; an era is 400 years, 146,097 days.
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSinceEpoch: Int {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let era = (yearFromMarch >= 0 ? yearFromMarch : yearFromMarch - 399) / 400
        let yearOfEra = yearFromMarch - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

private func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.count <= 4 else { return nil }
    var value = 0
    for digit in digits {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
        value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
}

extension String {
    fileprivate var utf8Array: [UInt8] { Array(utf8) }
}

extension [UInt8] {
    /// A number in decimal digits, filled up with zeros in front; of longer numbers, the last digits.
    fileprivate mutating func appendDigits(_ number: Int, _ width: Int) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(Swift.abs(number / divisor % 10)))
            divisor /= 10
        }
    }
}
