import Foundation

/// A moment, as milliseconds since 1970-01-01T00:00:00Z: the resolution that AWS services tell time in.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    /// Milliseconds since the epoch.
    public var milliseconds: Int64

    /// A moment by milliseconds since the epoch.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// A moment by whole seconds since the epoch.
    public init(seconds: Int64) { milliseconds = seconds * 1000 }

    /// What the machine's clock shows. Services ask their ``CloudClock`` instead.
    public static var machineTime: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Whole seconds since the epoch, rounded down.
    public var seconds: Int64 { milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000 }

    /// Seconds since the epoch with their fraction, as JSON protocols write moments.
    public var epochSeconds: Double { Double(milliseconds) / 1000 }

    /// Which of two moments is earlier.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// A later moment.
    public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds + duration.wholeMilliseconds)
    }

    /// An earlier moment.
    public static func - (moment: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds - duration.wholeMilliseconds)
    }

    /// The time between two moments.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        .milliseconds(left.milliseconds - right.milliseconds)
    }
}

extension Duration {
    /// Milliseconds, the rest cut off.
    public var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
