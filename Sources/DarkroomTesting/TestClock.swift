import CloudCore
import Emulator
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

    let cloud: LocalCloud
    var clock: CloudClock { cloud.clock }

    /// What the clock shows.
    public var now: Date { Date(timeIntervalSince1970: clock.now.epochSeconds) }

    /// Turns the clock forward. Everything that falls due on the way happens in order, each at its own moment, and is done
    /// when this returns; asynchronous calls that were set off may still be under way.
    public func advance(by duration: Duration) async { await clock.advance(by: duration) }

    /// Waits until nothing that belongs to the present moment is under way: events and messages have reached their
    /// functions, and these have answered. What waits for the clock itself, such as a retry, is not waited for; nor is work that
    /// takes longer than a minute.
    public func settled() async { await clock.settled() }

    /// Turns the clock forward to the next moments at which rules and schedules fire, one after the other, and lets what
    /// each sets off settle.
    ///
    /// - Parameter count: how many moments.
    /// - Returns: the moments. Fewer than asked for where no more come within two years.
    @discardableResult
    public func advance(toNextFirings count: Int = 1) async -> [Date] {
        var moments: [Date] = []
        while moments.count < count {
            let from = Timestamp(milliseconds: clock.now.milliseconds + 1)
            guard let firing = cloud.fireTimes(from: from, to: from + .seconds(Self.horizon), limit: 1).first else {
                break
            }
            await clock.set(to: firing.time)
            await clock.settled()
            moments.append(now)
        }
        return moments
    }

    private static let horizon = 2 * 366 * 86_400

    /// Turns the clock to a moment.
    public func set(to date: Date) async { await clock.set(to: Timestamp(date: date)) }
}

extension Timestamp {
    fileprivate init(date: Date) { self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded())) }
}
