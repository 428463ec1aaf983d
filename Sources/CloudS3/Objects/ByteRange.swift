/// A stretch of an object that a caller asked for.
struct ByteRange: Equatable, Sendable {
    var offset: Int
    var length: Int

    /// The whole of an object.
    init(whole size: Int) { self.init(offset: 0, length: size) }

    init(offset: Int, length: Int) {
        self.offset = offset
        self.length = length
    }

    var end: Int { offset + length }

    /// `bytes 0-9/100`.
    func contentRange(of size: Int) -> String { "bytes \(offset)-\(end - 1)/\(size)" }

    /// What a `Range` field asks for.
    enum Request: Equatable {
        /// The field is missing, is not understood, or asks for several stretches: the whole object is the answer.
        case whole
        case range(ByteRange)
        /// None of the bytes exist.
        case unsatisfiable
    }

    /// Reads a `Range` field (RFC 9110, 14.1.2).
    static func parse(_ field: String?, size: Int) -> Request {
        guard let field, let equals = field.firstIndex(of: "="),
            field[..<equals].trimmingSpaces.lowercased() == "bytes"
        else { return .whole }
        let specification = field[field.index(after: equals)...].trimmingSpaces
        let ends = specification.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return .whole }
        let (first, last) = (ends[0].trimmingSpaces, ends[1].trimmingSpaces)
        if first.isEmpty {
            guard let count = number(last) else { return .whole }
            guard count > 0, size > 0 else { return .unsatisfiable }
            return .range(ByteRange(offset: size - min(count, size), length: min(count, size)))
        }
        guard let start = number(first) else { return .whole }
        guard !last.isEmpty else {
            return start < size ? .range(ByteRange(offset: start, length: size - start)) : .unsatisfiable
        }
        guard let end = number(last), end >= start else { return .whole }
        guard start < size else { return .unsatisfiable }
        return .range(ByteRange(offset: start, length: min(end, size - 1) - start + 1))
    }

    /// A number in digits alone; what is longer than any object reads as longer than any object.
    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text) ?? .max
    }
}

extension StringProtocol {
    /// Without spaces and tabs at its ends.
    var trimmingSpaces: SubSequence {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let start = firstIndex(where: { !isSpace($0) }), let end = lastIndex(where: { !isSpace($0) }) else {
            return self[endIndex...]
        }
        return self[start...end]
    }
}
