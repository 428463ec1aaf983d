/// What a `Range` field asks of a body (RFC 9110, 14.2).
public enum ByteRange: Sendable, Equatable {
    /// All of it: no range was asked for, or one that is to be ignored, such as several at once.
    case whole
    /// These bytes: answered with 206.
    case part(Range<Int>)
    /// Bytes that there are not: answered with 416.
    case unsatisfiable

    /// Reads the field for a body of `size` bytes: `bytes=0-99`, `bytes=100-`, `bytes=-20`.
    public init(header: String?, size: Int) {
        guard let header, let equals = header.firstIndex(of: "="), Headers.same(String(header[..<equals]), "bytes"),
            let dash = header.firstIndex(of: "-"), dash > equals,
            let first = Self.number(header[header.index(after: equals)..<dash]),
            let last = Self.number(header[header.index(after: dash)...])
        else {
            self = .whole
            return
        }
        switch (first, last) {
        case (.absent, .absent): self = .whole
        case (.absent, .value(let count)):
            self = count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .unsatisfiable
        case (.value(let first), .absent):
            self = first < size ? .part(first..<size) : .unsatisfiable
        case (.value(let first), .value(let last)):
            guard first <= last else {
                self = .whole
                return
            }
            self = first < size ? .part(first..<min(last, size - 1) + 1) : .unsatisfiable
        }
    }

    private enum Position {
        case absent
        case value(Int)
    }

    /// Nil for what is no number; one past what an `Int` holds is as good as the largest.
    private static func number(_ text: Substring) -> Position? {
        let digits = text.trimmed()
        guard !digits.isEmpty else { return .absent }
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return .value(Int(digits) ?? .max)
    }
}
