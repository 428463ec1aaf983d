import Synchronization

/// The value of the `Date` field, written once a second.
///
/// It tells the time of the machine, not that of the cloud's clock: callers correct their own clocks by it, and
/// signatures are checked against the same time.
enum HTTPDateHeader {
    private static let cache = Mutex<(second: Int64, text: String)>((.min, ""))

    static func now() -> String {
        let now = Timestamp.machineTime
        return cache.withLock { cache in
            if cache.second != now.seconds { cache = (now.seconds, now.httpDate) }
            return cache.text
        }
    }
}
