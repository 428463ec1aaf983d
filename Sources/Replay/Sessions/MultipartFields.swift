/// The named parts of a `multipart/form-data` body (RFC 7578), as far as they can be told apart.
struct MultipartFields: Sendable {
    /// A part.
    struct Part: Sendable, Equatable {
        /// The field's name.
        var name: String
        /// Where its contents are.
        var range: Range<Int>
    }

    private(set) var parts: [Part] = []

    init(_ bytes: [UInt8], boundary: String) {
        let mark = Array("--\(boundary)".utf8)
        guard mark.count > 2 else { return }
        var start: Int?
        var at = 0
        while let found = Self.find(mark, in: bytes, from: at) {
            // The line's end in front of a mark belongs to it.
            if let start, found >= start + 2 { add(bytes, start..<(found - 2)) }
            at = found + mark.count
            start = at + 2
        }
    }

    private mutating func add(_ bytes: [UInt8], _ range: Range<Int>) {
        guard let head = Self.find(Array("\r\n\r\n".utf8), in: bytes, from: range.lowerBound),
            head + 4 <= range.upperBound
        else { return }
        let fields = String(decoding: bytes[range.lowerBound..<head], as: UTF8.self)
        for line in fields.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            guard let open = line.firstRange(of: " name=\"") ?? line.firstRange(of: ";name=\"") else { continue }
            parts.append(
                Part(name: String(line[open.upperBound...].prefix { $0 != "\"" }), range: (head + 4)..<range.upperBound)
            )
        }
    }

    private static func find(_ mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = mark.first, bytes.count >= mark.count else { return nil }
        var at = start
        while at + mark.count <= bytes.count {
            guard let next = bytes[at...(bytes.count - mark.count)].firstIndex(of: first) else { return nil }
            if bytes[next..<(next + mark.count)].elementsEqual(mark) { return next }
            at = next + 1
        }
        return nil
    }
}
