import CloudCore
import Foundation

/// The time of a cloud, which tests can turn forward.
///
/// It is the services' time: timers, retries, the age of messages, times to live. Functions read the machine's clock, as
/// they do on Lambda.
public struct TestClock: Sendable {
    /// How time passes from the start on.
    public enum Start: Sendable, Equatable {
        /// As everywhere.
        case realTime
        /// Not at all but when the test says so; from a moment on, or from now.
        case stopped(at: Date? = nil)

        /// From now on, time passes only when the test says so.
        public static let stopped = Start.stopped(at: nil)

        func makeClock() -> CloudClock {
            switch self {
            case .realTime: CloudClock()
            case .stopped(let date):
                CloudClock(startingAt: date.map(Timestamp.init(date:)), pace: .frozen)
            }
        }
    }

    let clock: CloudClock

    /// What the clock shows.
    public var now: Date { Date(timeIntervalSince1970: clock.now.epochSeconds) }

    /// Turns the clock forward. Everything that falls due on the way happens in order, each at its own moment, and is done
    /// when this returns; asynchronous calls that were set off may still be under way.
    public func advance(by duration: Duration) async { await clock.advance(by: duration) }

    /// Turns the clock to a moment.
    public func set(to date: Date) async { await clock.set(to: Timestamp(date: date)) }
}

extension Timestamp {
    fileprivate init(date: Date) { self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded())) }
}
