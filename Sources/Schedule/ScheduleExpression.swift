/// When something runs: a rate, a cron expression, or one point in time.
///
///     let nightly = try ScheduleExpression(parsing: "cron(0 3 * * ? *)")
///     nightly.next(after: now, anchor: created)
public enum ScheduleExpression: Sendable, Hashable {
    /// Every so often, counted from when the schedule was made.
    case rate(RateExpression)
    /// By the calendar.
    case cron(CronExpression)
    /// Once, at this time of the schedule's time zone.
    case at(CivilTime)

    /// Which service reads the expression.
    public enum Dialect: Sendable, Hashable {
        /// EventBridge rules: `rate` and `cron`, in UTC.
        case eventBridge
        /// EventBridge Scheduler: `at` as well, in any time zone.
        case scheduler
    }

    /// Reads an expression, exactly as the service does: no space around it, words in lower case.
    ///
    /// - Throws: ``ScheduleError``, with the reason and with the message that AWS would give.
    public init(parsing text: String, dialect: Dialect = .eventBridge) throws(ScheduleError) {
        do throws(CronFault) {
            // The service takes at most 256 characters, so nothing longer need be looked at.
            guard text.utf8.count <= 256 else { throw CronFault("it is longer than 256 characters") }
            if let body = Self.body(of: text, after: "rate(") {
                self = .rate(try RateExpression(parsing: body))
            } else if let body = Self.body(of: text, after: "cron(") {
                self = .cron(try CronExpression(parsing: body))
            } else if dialect == .scheduler, let body = Self.body(of: text, after: "at(") {
                guard let time = CivilTime(parsing: body) else {
                    throw CronFault("'\(body)' is not a time of the form yyyy-MM-ddTHH:mm:ss")
                }
                self = .at(time)
            } else {
                throw CronFault(
                    dialect == .scheduler
                        ? "it must be rate(…), cron(…) or at(…)" : "it must be rate(…) or cron(…)")
            }
        } catch {
            throw ScheduleError(text, error.reason, dialect)
        }
    }

    private static func body(of text: String, after prefix: String) -> Substring? {
        guard text.hasPrefix(prefix), text.hasSuffix(")") else { return nil }
        return text.dropFirst(prefix.count).dropLast()
    }
}

extension ScheduleExpression {
    /// The first fire time after an instant, in UTC; nil when there is none any more.
    ///
    /// - Parameters:
    ///   - instant: Seconds since 1970. The fire time is later than it, never equal.
    ///   - anchor: When the schedule was made or last enabled; a rate first fires one interval after it.
    public func next(after instant: Int64, anchor: Int64) -> Int64? {
        switch self {
        case .rate(let rate): rate.next(after: instant, anchor: anchor)
        case .cron(let cron): cron.next(after: instant)
        case .at(let time): time.epochSeconds > instant ? time.epochSeconds : nil
        }
    }

    /// The last fire time before an instant, in UTC; nil when there was none.
    public func previous(before instant: Int64, anchor: Int64) -> Int64? {
        switch self {
        case .rate(let rate): rate.previous(before: instant, anchor: anchor)
        case .cron(let cron): cron.previous(before: instant)
        case .at(let time): time.epochSeconds < instant ? time.epochSeconds : nil
        }
    }

    /// All fire times after an instant, in order.
    public func fireTimes(after instant: Int64, anchor: Int64) -> FireTimes {
        FireTimes(last: instant) { next(after: $0, anchor: anchor) }
    }
}
