import JSONValue
import LambdaEvents
import Pictures

extension Timestamp {
    /// A moment as AWS's services write it: `2026-01-31T08:00:00Z`, with or without a fraction.
    init?(service text: String) {
        guard text.utf8.last == UInt8(ascii: "Z") else { return nil }
        let parts = text.dropLast().split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first else { return nil }
        let fraction = parts.count > 1 ? String(parts[1].prefix(3)) : "000"
        let padding = String(repeating: "0", count: max(0, 3 - fraction.utf8.count))
        self.init("\(whole).\(fraction)\(padding)Z")
    }

    /// Milliseconds since an earlier moment; negative where that lies ahead.
    func milliseconds(since earlier: Timestamp) -> Int64 { milliseconds - earlier.milliseconds }

    /// Whether so many seconds have passed since an earlier moment.
    func isPast(_ seconds: Int, since earlier: Timestamp) -> Bool {
        milliseconds(since: earlier) >= Int64(seconds) * 1_000
    }
}

extension JSONValue {
    /// The time that an event of a schedule, or one made by hand, says; nil where it says none.
    ///
    /// - Throws: `UnreadableEvent` for a `time` that is none.
    func eventTime() throws -> Timestamp? {
        guard let time = self["time"], !time.isNull, time != "" else { return nil }
        guard let moment = time.string.flatMap({ Timestamp(service: $0) }) else {
            throw InvalidEventTime(text: time.text())
        }
        return moment
    }
}

/// An event whose `time` is no moment.
struct InvalidEventTime: Error, CustomStringConvertible {
    var text: String
    var description: String { "The event's time must be written as 2026-01-31T08:00:00Z; it is \(text)." }
}
