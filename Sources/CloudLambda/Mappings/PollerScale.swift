/// How many batches of a mapping may be in flight at once, and how long it rests after failures.
///
/// From standard queues, five at first and up to 300 more in each minute in which that is not enough; from FIFO queues as
/// many as there are message groups. Failures halve it, and rests between attempts double with each failure on end.
/// Source: "Configuring scaling behavior for SQS event source mappings"; how long the rests are, Lambda does not say.
struct PollerScale: Sendable, Equatable {
    /// Batches at once at first.
    static let start = 5
    /// Batches that are added each second: 300 a minute.
    static let step = 5
    /// Batches at once at most.
    static let limit = 1000
    /// The first rest, which comes after the second failure on end.
    static let firstRest = Duration.milliseconds(100)
    /// The longest rest.
    static let longestRest = Duration.seconds(10)

    private let first: Int
    private let ceiling: Int
    /// Batches that may be in flight.
    private(set) var allowed: Int
    /// Failures on end.
    private(set) var failures = 0
    /// Which attempts belong together: what began before a failure was counted does not count as another.
    private(set) var round = 0

    init(isFIFO: Bool, maximumConcurrency: Int?) {
        ceiling = min(maximumConcurrency ?? Self.limit, Self.limit)
        first = isFIFO ? ceiling : min(Self.start, ceiling)
        allowed = first
    }

    /// Whether more could be added.
    var canGrow: Bool { failures == 0 && allowed < ceiling }

    /// A second has passed in which all that may be were in flight.
    mutating func grow() {
        if canGrow { allowed = min(allowed + Self.step, ceiling) }
    }

    /// Nothing is left to do.
    mutating func rest() { allowed = min(allowed, first) }

    /// A batch has come through.
    mutating func succeeded() {
        failures = 0
        if allowed < first { allowed += 1 }
    }

    /// A batch has failed. Answers how long to rest; nil for not at all.
    ///
    /// - Parameter attempt: the ``round`` in which the batch began.
    mutating func failed(in attempt: Int) -> Duration? {
        guard attempt == round else { return nil }
        round += 1
        failures += 1
        allowed = max(1, allowed / 2)
        guard failures > 1 else { return nil }
        return Self.rest(after: failures - 2)
    }

    /// How long to wait before something is tried once more.
    ///
    /// - Parameter tries: how often it was tried again already.
    static func rest(after tries: Int) -> Duration { min(firstRest * (1 << min(tries, 10)), longestRest) }
}
