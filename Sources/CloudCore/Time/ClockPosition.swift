/// Where a clock was put, and how it runs from there.
public struct ClockPosition: Sendable, Equatable {
    /// What it showed.
    public var moment: Timestamp
    /// What the machine's clock showed then.
    public var machine: Timestamp
    /// How time passes since.
    public var pace: CloudClock.Pace

    /// A position.
    public init(moment: Timestamp, machine: Timestamp, pace: CloudClock.Pace) {
        (self.moment, self.machine, self.pace) = (moment, machine, pace)
    }

    /// What the clock shows when the machine's shows `machine`.
    public func moment(at machine: Timestamp) -> Timestamp {
        guard case .running(let factor) = pace else { return moment }
        let passed = machine.milliseconds - self.machine.milliseconds
        // Whole numbers where they do: a double does not hold every moment exactly.
        guard factor != 1 else { return Timestamp(milliseconds: moment.milliseconds + passed) }
        return Timestamp(milliseconds: moment.milliseconds + Int64(Double(passed) * factor))
    }
}
