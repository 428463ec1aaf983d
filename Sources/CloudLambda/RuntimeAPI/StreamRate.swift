/// How fast streamed responses pass on to their callers.
public struct StreamRate: Sendable, Equatable {
    /// Bytes a second, behind the burst.
    public var bytesPerSecond: Int
    /// Bytes that pass at any speed, at the beginning and after a rest.
    public var burst: Int

    /// A rate; neither may be less than a byte.
    public init(bytesPerSecond: Int, burst: Int) {
        self.bytesPerSecond = max(1, bytesPerSecond)
        self.burst = max(1, burst)
    }

    /// AWS's: 2 MiB a second behind the first 6 MiB ("Bandwidth limits for response streaming").
    public static let lambda = StreamRate(bytesPerSecond: 2 * 1_048_576, burst: 6 * 1_048_576)
}

/// When each piece of one stream may pass: a bucket that holds the burst and fills at the rate.
struct StreamPace: Sendable {
    private let rate: StreamRate
    /// When the bucket is full again; it stands for what is in it.
    private var full: ContinuousClock.Instant

    init(_ rate: StreamRate, from start: ContinuousClock.Instant) {
        self.rate = rate
        full = start
    }

    /// Takes a piece's bytes out of the bucket.
    ///
    /// - Returns: when the piece may pass; nil where it may at once.
    mutating func take(_ bytes: Int, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        full = max(full, now) + time(for: bytes)
        let moment = full - time(for: rate.burst)
        return moment > now ? moment : nil
    }

    private func time(for bytes: Int) -> Duration {
        let (seconds, rest) = bytes.quotientAndRemainder(dividingBy: rate.bytesPerSecond)
        return .seconds(seconds) + .seconds(Double(rest) / Double(rate.bytesPerSecond))
    }
}

/// How a stream waits. Functions run in real time, whatever the cloud's clock says, and so do their streams.
struct StreamPause: Sendable {
    /// Returns once a moment has come, or earlier where the task is cancelled.
    var until: @Sendable (ContinuousClock.Instant) async -> Void

    static let inRealTime = StreamPause { try? await ContinuousClock().sleep(until: $0) }
}
