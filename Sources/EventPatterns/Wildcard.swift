/// A text in which `*` stands for any characters, also for none; `\*` and `\\` stand for themselves.
struct Wildcard: Sendable {
    /// How many `*` there may be.
    static let limit = 5

    /// What stands between the `*`: one more than there are of them.
    private let segments: [Segment]

    private struct Segment: Sendable {
        let bytes: [UInt8]
        /// For each place, how long a start of the segment ends there: a search never goes back in the text (Knuth,
        /// Morris, Pratt).
        let borders: [Int]

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            var borders = [Int](repeating: 0, count: bytes.count)
            var length = 0
            for index in bytes.indices.dropFirst() {
                while length > 0, bytes[index] != bytes[length] { length = borders[length - 1] }
                if bytes[index] == bytes[length] { length += 1 }
                borders[index] = length
            }
            self.borders = borders
        }

        /// Where the first occurrence ends; nil for none.
        func firstEnd(in text: ArraySlice<UInt8>) -> Int? {
            guard !bytes.isEmpty else { return text.startIndex }
            var length = 0
            for index in text.indices {
                while length > 0, text[index] != bytes[length] { length = borders[length - 1] }
                if text[index] == bytes[length] { length += 1 }
                if length == bytes.count { return index + 1 }
            }
            return nil
        }
    }

    init(_ text: String) throws(EventPatternError) {
        let bytes = Array(text.utf8)
        var segments: [[UInt8]] = [[]]
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "*"):
                // Positions are counted as the service does: with the quote in front.
                if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "*") {
                    throw EventPatternError("Consecutive wildcard characters at pos \(index + 1)")
                }
                segments.append([])
            case UInt8(ascii: "\\"):
                guard index + 1 < bytes.count,
                    bytes[index + 1] == UInt8(ascii: "*") || bytes[index + 1] == UInt8(ascii: "\\")
                else { throw EventPatternError("Invalid escape character at pos \(index + 1)") }
                index += 1
                segments[segments.count - 1].append(bytes[index])
            default: segments[segments.count - 1].append(bytes[index])
            }
            index += 1
        }
        guard segments.count - 1 <= Self.limit else {
            throw EventPatternError(
                "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences "
                    + "after a wildcard character")
        }
        self.segments = segments.map { Segment($0) }
    }

    /// Takes the first and the last part at the ends, and each other one at its first place: if that does not do, no
    /// other place does.
    func matches(_ text: String) -> Bool {
        let text = Array(text.utf8)
        guard let first = segments.first, let last = segments.last else { return text.isEmpty }
        if segments.count == 1 { return text == first.bytes }
        guard text.count >= first.bytes.count + last.bytes.count, text.starts(with: first.bytes),
            text.suffix(last.bytes.count).elementsEqual(last.bytes)
        else { return false }
        var rest = text[first.bytes.count..<(text.count - last.bytes.count)]
        for segment in segments.dropFirst().dropLast() {
            guard let end = segment.firstEnd(in: rest) else { return false }
            rest = rest[end...]
        }
        return true
    }
}
