/// A pattern for lines whose fields are separated by spaces: `[ip, user, ..., status = 4* && status != 404, bytes]`.
///
/// A line must have as many fields as the pattern, unless `...` stands for any number of them.
struct FieldPattern: Sendable {
    /// What is said of a field.
    indirect enum Condition: Sendable {
        case comparison(PatternComparison)
        case and(Condition, Condition)
        case or(Condition, Condition)

        func holds(for field: String) -> Bool {
            switch self {
            case .comparison(let comparison): comparison.holds(for: field)
            case .and(let left, let right): left.holds(for: field) && right.holds(for: field)
            case .or(let left, let right): left.holds(for: field) || right.holds(for: field)
            }
        }
    }

    private struct Field: Sendable {
        var name = ""
        var condition: Condition?
    }

    private var fields: [Field] = []
    /// Before which of the fields the ellipsis stands.
    private var ellipsis: Int?

    /// Reads fields in their brackets, to the end of the pattern.
    ///
    /// - Throws: ``FilterPatternError``.
    init(parsing scanner: inout PatternScanner) throws(FilterPatternError) {
        guard scanner.take("[") else { throw .invalid }
        repeat {
            scanner.skipSpace()
            if scanner.take("...") || scanner.take("…") {
                guard ellipsis == nil else { throw .invalid }
                ellipsis = fields.count
            } else {
                fields.append(try Self.field(&scanner))
            }
            scanner.skipSpace()
        } while scanner.take(",")
        guard scanner.take("]") else { throw .invalid }
        scanner.skipSpace()
        guard scanner.isAtEnd else { throw .invalid }
    }

    private static func field(_ scanner: inout PatternScanner) throws(FilterPatternError) -> Field {
        var field = Field(name: name(&scanner))
        scanner.skipSpace()
        guard let next = scanner.peek(), next != UInt8(ascii: ","), next != UInt8(ascii: "]") else { return field }
        guard !field.name.isEmpty else { throw .invalid }
        field.condition = try comparison(&scanner)
        scanner.skipSpace()
        field.condition = try alternatives(&scanner, field)
        return field
    }

    private static func name(_ scanner: inout PatternScanner) -> String {
        scanner.take { PatternScanner.isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "$") }
    }

    private static func comparison(_ scanner: inout PatternScanner) throws(FilterPatternError) -> Condition {
        .comparison(try PatternComparison(parsing: &scanner) { ",]&|".utf8.contains($0) })
    }

    /// What stands behind a field's first comparison; `&&` binds more closely than `||`.
    private static func alternatives(
        _ scanner: inout PatternScanner, _ field: Field
    ) throws(FilterPatternError) -> Condition? {
        var finished: Condition?
        var current = field.condition
        while true {
            let isAnd = scanner.take("&&")
            guard isAnd || scanner.take("||") else { break }
            scanner.skipSpace()
            // Only the field itself can be spoken of here.
            guard name(&scanner) == field.name else { throw .invalid }
            scanner.skipSpace()
            let next = try comparison(&scanner)
            scanner.skipSpace()
            if isAnd {
                current = current.map { .and($0, next) }
            } else {
                finished = join(finished, current)
                current = next
            }
        }
        return join(finished, current)
    }

    private static func join(_ left: Condition?, _ right: Condition?) -> Condition? {
        guard let left, let right else { return left ?? right }
        return .or(left, right)
    }

    /// The fields by their names (`$status`), or their numbers where they have none (`$2`); nil where the line is not as
    /// the pattern says.
    func extract(_ line: UnsafeRawBufferPointer) -> [(name: String, value: String)]? {
        let texts = Self.split(line)
        guard ellipsis == nil ? texts.count == fields.count : texts.count >= fields.count else { return nil }
        let skipped = texts.count - fields.count
        var values: [(name: String, value: String)] = []
        values.reserveCapacity(texts.count)
        for (index, text) in texts.enumerated() {
            let first = ellipsis ?? fields.count
            guard index < first || index >= first + skipped else {
                values.append(("$\(index + 1)", text))
                continue
            }
            let field = fields[index < first ? index : index - skipped]
            if let condition = field.condition, !condition.holds(for: text) { return nil }
            values.append(("$" + (field.name.isEmpty ? String(index + 1) : field.name), text))
        }
        return values
    }

    /// Takes a line apart at its spaces. What stands in brackets or double quotes is one field, without them.
    static func split(_ line: UnsafeRawBufferPointer) -> [String] {
        var fields: [String] = []
        var position = 0
        while position < line.count {
            let byte = line[position]
            if PatternScanner.isSpace(byte) {
                position += 1
                continue
            }
            let closing: UInt8? =
                byte == UInt8(ascii: "[") ? UInt8(ascii: "]") : byte == UInt8(ascii: "\"") ? byte : nil
            var start = position
            var end: Int
            if let closing, let close = line[(position + 1)...].firstIndex(of: closing) {
                start = position + 1
                end = close
                position = close + 1
            } else {
                end = position
                while end < line.count, !PatternScanner.isSpace(line[end]) { end += 1 }
                position = end
            }
            fields.append(String(decoding: UnsafeRawBufferPointer(rebasing: line[start..<end]), as: UTF8.self))
        }
        return fields
    }
}
