import CivilCalendar

/// `rate(value unit)`: a fire time every so often.
public struct RateExpression: Sendable, Hashable {
    /// What the value counts.
    public enum Unit: String, Sendable, Hashable, CaseIterable {
        case minute, hour, day

        /// The length of one, in seconds.
        public var seconds: Int64 {
            switch self {
            case .minute: 60
            case .hour: 3600
            case .day: 86_400
            }
        }
    }

    /// How many units lie between two fire times; at least 1.
    public var value: Int
    /// What the value counts.
    public var unit: Unit

    /// Seconds between two fire times.
    public var interval: Int64 { Int64(value) * unit.seconds }

    /// Reads what stands between the parentheses. A reason instead of a value says what is wrong.
    init(parsing body: Substring) throws(CronFault) {
        let parts = body.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw CronFault("a rate is a number and a unit with one space between, as in rate(5 minutes)")
        }
        guard parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let first = parts[0].utf8.first, first != 0x30,
            let value = Int(parts[0]), value <= 1_000_000_000
        else { throw CronFault("'\(parts[0])' is not a positive whole number") }
        let named = Unit.allCases.first { parts[1] == $0.rawValue || parts[1] == $0.rawValue + "s" }
        guard let unit = named else {
            throw CronFault("'\(parts[1])' is not a unit: minute, minutes, hour, hours, day or days")
        }
        let expected = value == 1 ? unit.rawValue : unit.rawValue + "s"
        guard parts[1] == expected else { throw CronFault("with \(value) the unit reads '\(expected)'") }
        self.value = value
        self.unit = unit
    }

    /// The first fire time after an instant, on the grid that starts one interval after `anchor`.
    func next(after instant: Int64, anchor: Int64) -> Int64? {
        let (distance, overflow) = instant.subtractingReportingOverflow(anchor)
        guard !overflow else { return nil }
        let steps = max(distance.flooredDivision(by: interval).quotient + 1, 1)
        let (offset, tooFar) = steps.multipliedReportingOverflow(by: interval)
        let (time, tooLate) = anchor.addingReportingOverflow(offset)
        return tooFar || tooLate ? nil : time
    }

    /// The last fire time before an instant, on the same grid.
    func previous(before instant: Int64, anchor: Int64) -> Int64? {
        let (distance, overflow) = instant.subtractingReportingOverflow(anchor)
        guard !overflow, distance > 0 else { return nil }
        let steps = (distance - 1).flooredDivision(by: interval).quotient
        return steps >= 1 ? anchor + steps * interval : nil
    }
}
