import Foundation

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
        let mark = Data("--\(boundary)".utf8)
        guard mark.count > 2 else { return }
        let data = Data(bytes)
        var start: Int?
        var at = 0
        while at < data.count, let found = data.range(of: mark, in: at..<data.count) {
            // The line's end in front of a mark belongs to it.
            if let start, found.lowerBound >= start + 2 { add(data, start..<(found.lowerBound - 2)) }
            at = found.upperBound
            start = at + 2
        }
    }

    private mutating func add(_ data: Data, _ range: Range<Int>) {
        guard let head = data.range(of: Data("\r\n\r\n".utf8), in: range) else { return }
        let fields = String(decoding: data[range.lowerBound..<head.lowerBound], as: UTF8.self)
        for line in fields.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            guard let open = line.firstRange(of: " name=\"") ?? line.firstRange(of: ";name=\"") else { continue }
            parts.append(
                Part(
                    name: String(line[open.upperBound...].prefix { $0 != "\"" }),
                    range: head.upperBound..<range.upperBound)
            )
        }
    }
}
