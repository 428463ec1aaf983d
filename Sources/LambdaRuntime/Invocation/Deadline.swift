#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The moment at which an invocation is cut off, by the wall clock.
///
/// The wall clock and no other: the environment may be frozen in between, and only the wall clock goes on then.
public struct Deadline: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970, as in the header `Lambda-Runtime-Deadline-Ms`.
    public let millisecondsSinceEpoch: Int64

    /// A deadline at a moment.
    public init(millisecondsSinceEpoch: Int64) { self.millisecondsSinceEpoch = millisecondsSinceEpoch }

    /// A deadline from now on.
    public static func after(_ duration: Duration) -> Deadline {
        Deadline(millisecondsSinceEpoch: saturatingSum(WallClock.milliseconds(), milliseconds(in: duration)))
    }

    /// The time that is left, never less than zero.
    public var remaining: Duration { remaining(at: WallClock.milliseconds()) }

    func remaining(at now: Int64) -> Duration {
        let (left, overflow) = millisecondsSinceEpoch.subtractingReportingOverflow(now)
        return .milliseconds(overflow ? Int64.max / 1000 : max(0, left))
    }

    /// Compares the moments.
    public static func < (left: Deadline, right: Deadline) -> Bool {
        left.millisecondsSinceEpoch < right.millisecondsSinceEpoch
    }

    /// The longest that Lambda lets any invocation run: what is assumed where nothing is said.
    static let longestInvocation: Int64 = 900_000

    /// Reads the header's value, leniently: local servers leave it out, or give a span where a moment is due.
    init(header: Int64?, now: Int64) {
        switch header {
        case nil: self.init(millisecondsSinceEpoch: saturatingSum(now, Self.longestInvocation))
        case .some(let span) where span < 100_000_000_000:
            self.init(millisecondsSinceEpoch: saturatingSum(now, max(0, span)))
        case .some(let moment): self.init(millisecondsSinceEpoch: moment)
        }
    }
}

private func saturatingSum(_ left: Int64, _ right: Int64) -> Int64 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? .max : sum
}

private func milliseconds(in duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    return overflow ? (seconds < 0 ? .min : .max) : saturatingSum(product, attoseconds / 1_000_000_000_000_000)
}

/// The time of day.
enum WallClock {
    /// Milliseconds since 1970.
    static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
