import JSONValue
import Pictures

/// What a sweep looked at, found and did.
struct SweepReport: Sendable {
    /// One kind of things.
    struct Part: Sendable {
        var seen = 0
        /// By what was found or done: `fresh`, `withoutRow`, `deleted`, …
        var counts: [String: Int] = [:]
        /// Whether the sweep came to the end; otherwise the next one goes on where it stopped.
        var isComplete = false

        mutating func count(_ name: String, _ number: Int = 1) { counts[name, default: 0] += number }

        mutating func add(_ other: Part) {
            seen += other.seen
            counts.merge(other.counts, uniquingKeysWith: +)
        }

        fileprivate func document(_ names: [String]) -> JSONValue {
            var object: JSONObject = ["seen": JSONValue(seen)]
            for name in names { object[name] = JSONValue(counts[name] ?? 0) }
            object["complete"] = .bool(isComplete)
            return .object(object)
        }
    }

    /// Failures that are told; of more, only the number.
    private static let failureLimit = 20

    var time: SweepTime
    var objects = Part()
    var rows = Part()
    var uploads = Part()
    var multipart = Part()
    /// What all rows together are, where the sweep came to their end.
    var statistics: StatisticsPoint?
    private var failures: [String] = []
    private(set) var failureCount = 0

    init(_ time: SweepTime) { self.time = time }

    mutating func fail(_ what: String, _ error: any Error) {
        failureCount += 1
        if failures.count < Self.failureLimit { failures.append("\(what): \(error)") }
    }

    /// The report as the function answers it.
    var document: JSONValue {
        [
            "time": .string(time.now.description), "clock": .string(time.source.rawValue),
            "objects": objects.document(["fresh", "foreign", "withoutRow", "deleted"]),
            "rows": rows.document([
                "unreadable", "withoutObject", "deleted", "waiting", "hung", "failed", "changed",
            ]),
            "uploads": uploads.document(["fresh", "abandoned", "deleted"]),
            "multipartUploads": multipart.document(["fresh", "abandoned", "aborted"]),
            "statistics": statistics?.document ?? .null,
            "failureCount": JSONValue(failureCount), "failures": .array(failures.map { .string($0) }),
        ]
    }
}
