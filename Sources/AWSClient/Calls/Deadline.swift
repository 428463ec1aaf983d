import Glibc

/// The moment by which a caller must have its answer, on the wall clock: that is how Lambda states it.
public struct Deadline: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var millisecondsSinceEpoch: Int64

    /// A moment by its Unix time in milliseconds, as in `Lambda-Runtime-Deadline-Ms`.
    public init(millisecondsSinceEpoch: Int64) { self.millisecondsSinceEpoch = millisecondsSinceEpoch }

    /// A moment so long from now.
    public static func after(_ duration: Duration) -> Deadline {
        Deadline(millisecondsSinceEpoch: wallClockMilliseconds() + Int64(duration.milliseconds))
    }

    /// Earlier is less.
    public static func < (left: Deadline, right: Deadline) -> Bool {
        left.millisecondsSinceEpoch < right.millisecondsSinceEpoch
    }
}

/// The system's time, in milliseconds since 1970.
func wallClockMilliseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
}
