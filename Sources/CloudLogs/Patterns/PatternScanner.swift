/// Reads a filter pattern from its front.
struct PatternScanner {
    /// How many regular expressions a JSON or space-delimited pattern may have.
    static let expressionLimit = 2

    private let bytes: [UInt8]
    private var position = 0
    /// How many regular expressions there have been.
    private(set) var expressions = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position >= bytes.count }

    func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    mutating func advance() { position += 1 }

    mutating func skipSpace() {
        while let byte = peek(), Self.isSpace(byte) { position += 1 }
    }

    /// Goes past a text, if it comes next.
    mutating func take(_ text: StaticString) -> Bool {
        let isNext = text.withUTF8Buffer { expected in
            position + expected.count <= bytes.count
                && bytes[position..<position + expected.count].elementsEqual(expected)
        }
        if isNext { position += text.utf8CodeUnitCount }
        return isNext
    }

    /// Goes past a word of letters, if it comes next and ends there.
    mutating func takeWord(_ word: StaticString) -> Bool {
        let before = position
        if take(word), peek().map({ !Self.isWord($0) }) ?? true { return true }
        position = before
        return false
    }

    /// What comes next, as long as it is as wanted.
    mutating func take(while isWanted: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = peek(), isWanted(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// The text up to the closing quote, which `quote` is; the opening one has been read.
    mutating func quoted(_ quote: UInt8 = UInt8(ascii: "\"")) throws(FilterPatternError) -> String {
        var text: [UInt8] = []
        while let byte = peek() {
            position += 1
            if byte == quote { return String(decoding: text, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), let next = peek(), next == quote || next == byte {
                position += 1
                text.append(next)
            } else {
                text.append(byte)
            }
        }
        throw .invalid
    }

    /// The expression up to the closing `%`; the opening one has been read.
    mutating func expression() throws(FilterPatternError) -> PatternExpression {
        let text = take { $0 != UInt8(ascii: "%") }
        guard peek() != nil else { throw .invalid }
        position += 1
        expressions += 1
        return try PatternExpression(parsing: text)
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// ASCII letters, digits and the underscore.
    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
