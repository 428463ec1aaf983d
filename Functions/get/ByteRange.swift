/// What a `Range` field asks for (RFC 9110, 14).
enum ByteRange: Sendable, Hashable {
    /// All of it: the field is not understood, or asks for several ranges, and is passed over.
    case whole
    /// These bytes, all of them there.
    case part(ClosedRange<Int>)
    /// Bytes of which none is there.
    case unsatisfiable

    /// Reads a field for something of so many bytes.
    init(_ field: String, of size: Int) {
        self = .whole
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return }
        let ends = parts[1].filter { $0 != " " }.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]) else { return }
        switch (first, last) {
        case (let first?, let last?):
            guard first <= last else { return }
            self = first < size ? .part(first...min(last, size - 1)) : .unsatisfiable
        case (let first?, nil):
            self = first < size ? .part(first...(size - 1)) : .unsatisfiable
        case (nil, let count?):
            self = count > 0 && size > 0 ? .part(max(0, size - count)...(size - 1)) : .unsatisfiable
        case (nil, nil): return
        }
    }

    /// Digits as a number, nothing as nil inside; nil outside for what is neither.
    private static func number(_ text: Substring) -> Int?? {
        guard !text.isEmpty else { return .some(nil) }
        guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else { return nil }
        // More digits than fit mean a place far behind the end.
        return .some(Int(text) ?? .max)
    }
}
