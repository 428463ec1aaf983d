import Foundation

/// A schedule of EventBridge Scheduler: an expression in a time zone, between a start and an end.
///
/// Daylight saving as AWS documents it ("Schedule types" in the EventBridge Scheduler user guide): a time of day that
/// the change to summer time leaves out is skipped; one that the change back brings twice fires the first time only;
/// rates count hours, whatever the clocks say.
public struct ZonedSchedule: Sendable {
    /// When it fires, within the window.
    public let expression: ScheduleExpression
    /// The time zone in which `cron` and `at` are read.
    public let timeZone: TimeZone
    /// Nothing fires before this instant (seconds since 1970).
    public let start: Int64?
    /// Nothing fires after this instant (seconds since 1970).
    public let end: Int64?
    /// Where a rate's intervals begin when there is no start: the instant at which the schedule was made.
    public let created: Int64

    /// A schedule. Nil when the time zone is not an IANA name that is known here.
    public init?(
        _ expression: ScheduleExpression, timeZone: String = "UTC", start: Int64? = nil, end: Int64? = nil,
        created: Int64
    ) {
        guard let zone = TimeZone(identifier: timeZone) else { return nil }
        self.expression = expression
        self.timeZone = zone
        self.start = start
        self.end = end
        self.created = created
    }

    /// The first fire time after an instant, in seconds since 1970; nil when there is none any more.
    ///
    /// A rate fires at the start of its window too, as Scheduler does; rules of EventBridge do not.
    public func next(after instant: Int64) -> Int64? {
        let earliest = max(instant, start.map { $0 - 1 } ?? Int64.min)
        let time: Int64? =
            switch expression {
            case .rate(let rate): next(rate, after: earliest)
            case .cron(let cron): next(cron, after: earliest)
            case .at(let civil): next(civil, after: earliest)
            }
        guard let time, time <= end ?? Int64.max else { return nil }
        return time
    }

    /// All fire times after an instant, in order.
    public func fireTimes(after instant: Int64) -> FireTimes { FireTimes(last: instant) { next(after: $0) } }

    private func next(_ rate: RateExpression, after instant: Int64) -> Int64? {
        let anchor = start ?? created
        return instant < anchor ? anchor : rate.next(after: instant, anchor: anchor)
    }

    private func next(_ civil: CivilTime, after instant: Int64) -> Int64? {
        let local = civil.epochSeconds
        // Something that is to happen once is not dropped because its time of day is: it moves by the change.
        let time = instants(ofLocal: local).min() ?? local - offset(at: local - 86_400)
        return time > instant ? time : nil
    }

    private func next(_ cron: CronExpression, after instant: Int64) -> Int64? {
        // Beyond these the offset of a zone is not worth asking for, and the sum could overflow.
        guard instant < 8_000_000_000 else { return nil }
        var local = max(instant, 0) + offset(at: max(instant, 0))
        if instant < 0 { local -= 86_400 }
        while let candidate = cron.next(after: local) {
            if let time = instants(ofLocal: candidate).min(), time > instant { return time }
            local = candidate
        }
        return nil
    }

    /// The instants at which clocks show this local time: none, one or two.
    private func instants(ofLocal local: Int64) -> [Int64] {
        Set([offset(at: local - 86_400), offset(at: local + 86_400)])
            .map { local - $0 }
            .filter { $0 + offset(at: $0) == local }
    }

    private func offset(at instant: Int64) -> Int64 {
        Int64(timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant))))
    }
}
