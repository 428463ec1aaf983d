import Testing

@testable import Schedule

/// 100,000 random expressions against a reference that goes day by day and minute by minute and asks of each whether
/// the expression names it. The reference shares nothing with what it checks, not even the calendar.
@Suite("Random schedules against a slow reference")
struct ReferenceTests {
    @Test(arguments: 1...20)
    func next(seed: Int) throws {
        // Differences are gathered: an expectation for each of 100,000 cases would take longer than the cases.
        var differences: [String] = []
        var random = Random(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        for _ in 0..<5000 {
            let cron = RandomCron(&random)
            let expression = try ScheduleExpression(parsing: cron.text)
            var day = ReferenceDay.random(&random)
            let minute = random.number(0...1439)
            let start = Int64(day.number) * 86_400 + Int64(minute) * 60 + Int64(random.number(0...59))
            let limit = random.number(0...99) == 0 ? 800 : 45
            let last = day.number + limit

            var expected: Int64?
            var from = minute + 1
            while expected == nil, day.number <= last {
                if cron.names(day) {
                    expected = cron.firstMinute(from: from).map { Int64(day.number) * 86_400 + Int64($0) * 60 }
                }
                from = 0
                day.advance()
            }
            let found = expression.next(after: start, anchor: start)
            let isRight: Bool
            if let expected {
                // Going back from there leads to nothing later than where we came from.
                let back = expression.previous(before: expected, anchor: start)
                let again = back.flatMap { expression.next(after: $0, anchor: start) }
                isRight = found == expected && (back.map { $0 <= start && again == expected } ?? true)
            } else {
                isRight = found.map { $0 >= Int64(last + 1) * 86_400 } ?? true
            }
            if !isRight { differences.append("\(cron.text) after \(CivilTime(epochSeconds: start))") }
        }
        #expect(differences == [])
    }
}

/// A small generator whose numbers are the same in every run (SplitMix64).
struct Random {
    var state: UInt64

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return range.lowerBound + Int((z ^ (z >> 31)) % UInt64(range.count))
    }
}

/// A day that only knows how to become the next one.
struct ReferenceDay {
    var number: Int
    var year: Int
    var month: Int
    var day: Int
    /// 1 is Sunday.
    var weekday: Int

    /// The first days of years, found by counting from 1970.
    static let newYears: [ReferenceDay] = {
        var days: [ReferenceDay] = []
        var day = ReferenceDay(number: 0, year: 1970, month: 1, day: 1, weekday: 5)
        while day.year < 2199 {
            if day.month == 1, day.day == 1 { days.append(day) }
            day.advance()
        }
        return days
    }()

    static func random(_ random: inout Random) -> ReferenceDay {
        var day = newYears[random.number(0...newYears.count - 1)]
        for _ in 0..<random.number(0...40) { day.advance() }
        return day
    }

    var isLeap: Bool { year % 400 == 0 || year % 4 == 0 && year % 100 != 0 }

    var length: Int { [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] }

    mutating func advance() {
        number += 1
        weekday = weekday == 7 ? 1 : weekday + 1
        day += 1
        guard day > length else { return }
        day = 1
        month += 1
        guard month > 12 else { return }
        month = 1
        year += 1
    }

    /// The weekday of another date of the same month.
    func weekday(of date: Int) -> Int { ((weekday - 1 + (date - day)) % 7 + 7) % 7 + 1 }
}

/// A random cron expression, as text and as what it means.
struct RandomCron {
    var text = ""
    private var minutes: [Bool]
    private var hours: [Bool]
    private var months: [Bool]
    private var years: [Bool]
    private var rule: Rule

    private enum Rule {
        case dates([Bool])
        case weekdays([Bool])
        case last
        case lastWeekday
        case nearest(Int)
        case lastOf(Int)
        case nth(Int, Int)
    }

    init(_ random: inout Random) {
        let minuteField = Self.field(0, 59, [], steps: true, &random)
        let hourField = Self.field(0, 23, [], steps: true, &random)
        let monthField = Self.field(
            1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], steps: true,
            &random)
        let yearField =
            random.number(0...3) > 0
            ? ("*", [Bool](repeating: true, count: 2200)) : Self.field(1970, 2199, [], steps: true, &random)
        var dates = "?"
        var weekdays = "?"
        switch random.number(0...9) {
        case 0...3:
            let field = Self.field(1, 31, [], steps: true, &random)
            (dates, rule) = (field.0, .dates(field.1))
        case 4...5:
            let names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
            let field = Self.field(1, 7, names, steps: false, &random)
            (weekdays, rule) = (field.0, .weekdays(field.1))
        case 6: (dates, rule) = random.number(0...1) == 0 ? ("L", .last) : ("LW", .lastWeekday)
        case 7:
            let date = random.number(1...31)
            (dates, rule) = ("\(date)W", .nearest(date))
        case 8:
            let weekday = random.number(1...7)
            (weekdays, rule) = ("\(weekday)L", .lastOf(weekday))
        default:
            let weekday = random.number(1...7)
            let n = random.number(1...5)
            (weekdays, rule) = ("\(weekday)#\(n)", .nth(n, weekday))
        }
        (minutes, hours, months, years) = (minuteField.1, hourField.1, monthField.1, yearField.1)
        text = "cron(\(minuteField.0) \(hourField.0) \(dates) \(monthField.0) \(weekdays) \(yearField.0))"
    }

    /// One field: its text, and for each number whether it is named.
    private static func field(
        _ low: Int, _ high: Int, _ names: [String], steps: Bool, _ random: inout Random
    ) -> (String, [Bool]) {
        var named = [Bool](repeating: false, count: high + 1)
        func show(_ number: Int) -> String {
            names.isEmpty || number % 2 == 0 ? String(number) : names[number - low]
        }
        var items: [String] = []
        for _ in 0..<(random.number(0...3) == 0 ? random.number(2...4) : 1) {
            let first = random.number(low...high)
            let step = random.number(1...max(1, (high - low) / 2))
            switch random.number(0...(steps ? 5 : 3)) {
            case 0:
                items.append("*")
                for number in low...high { named[number] = true }
            case 1, 2:
                items.append(show(first))
                named[first] = true
            case 3:
                let last = random.number(first...high)
                items.append("\(show(first))-\(show(last))")
                for number in first...last { named[number] = true }
            case 4:
                items.append("\(first)/\(step)")
                var number = first
                while number <= high {
                    named[number] = true
                    number += step
                }
            default:
                items.append("*/\(step)")
                var number = low
                while number <= high {
                    named[number] = true
                    number += step
                }
            }
        }
        return (items.joined(separator: ","), named)
    }

    func names(_ day: ReferenceDay) -> Bool {
        guard years[day.year], months[day.month] else { return false }
        switch rule {
        case .dates(let named): return named[day.day]
        case .weekdays(let named): return named[day.weekday]
        case .last: return day.day == day.length
        case .lastWeekday:
            // No weekday comes after it in its month.
            guard (2...6).contains(day.weekday) else { return false }
            return day.day == day.length
                || !((day.day + 1)...day.length).contains { (2...6).contains(day.weekday(of: $0)) }
        case .nearest(let date):
            guard (2...6).contains(day.weekday), date <= day.length else { return false }
            // Nearer than every other weekday of the month; a weekend's two neighbours are never equally near.
            let candidates = (1...day.length).filter { (2...6).contains(day.weekday(of: $0)) }
            return candidates.min { abs($0 - date) < abs($1 - date) } == day.day
        case .lastOf(let weekday): return day.weekday == weekday && day.day + 7 > day.length
        case .nth(let n, let weekday): return day.weekday == weekday && (day.day - 1) / 7 + 1 == n
        }
    }

    func firstMinute(from start: Int) -> Int? {
        guard start < 1440 else { return nil }
        var minute = start
        while minute < 1440 {
            if hours[minute / 60], minutes[minute % 60] { return minute }
            minute += 1
        }
        return nil
    }
}
