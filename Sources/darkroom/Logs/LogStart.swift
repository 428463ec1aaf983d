import ArgumentParser
import CloudCore

/// From when on a log is shown: a time back from now, or a moment.
enum LogStart {
    case back(Duration)
    case at(Timestamp)

    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    /// A century; sums beyond it would leave what moments can say.
    private static let longest = 3_155_760_000.0

    /// Reads `10m`, `2h`, `2026-03-01T00:00:00Z`.
    ///
    /// - Throws: `ValidationError`.
    init(_ text: String) throws {
        if let moment = Timestamp(iso8601: text) {
            self = .at(moment)
        } else if let unit = text.last.flatMap({ Self.units[$0] }), let count = Double(text.dropLast()), count >= 0,
            count * unit <= Self.longest
        {
            self = .back(.milliseconds(Int64(count * unit * 1000)))
        } else {
            throw ValidationError(
                "--since takes a number with s, m, h or d, such as 10m, or a moment such as 2026-03-01T00:00:00Z; not "
                    + "'\(text)'.")
        }
    }

    func moment(before now: Timestamp) -> Timestamp {
        switch self {
        case .back(let duration): now - duration
        case .at(let moment): moment
        }
    }
}
