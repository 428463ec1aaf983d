/// The fire times of a schedule, worked out one by one as they are asked for.
public struct FireTimes: Sequence, IteratorProtocol, Sendable {
    private var last: Int64
    private let following: @Sendable (Int64) -> Int64?

    init(last: Int64, following: @escaping @Sendable (Int64) -> Int64?) {
        self.last = last
        self.following = following
    }

    /// The next fire time, in seconds since 1970.
    public mutating func next() -> Int64? {
        guard let time = following(last) else { return nil }
        last = time
        return time
    }

    /// How many lie before an instant or on it, as a part of a sentence: `once`, `12 times`. A schedule of every minute
    /// has more in a year than anybody wants counted: from a hundred thousand on it is `more than 100000 times`.
    public func count(until end: Int64) -> String {
        let limit = 100_000
        var count = 0
        for time in self {
            guard time <= end else { break }
            count += 1
            if count == limit { return "more than \(limit) times" }
        }
        return count == 1 ? "once" : "\(count) times"
    }
}
