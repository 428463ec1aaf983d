/// A token of an expression, with its place in the text.
struct ExpressionToken: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// A bare word: an attribute name, a function or a keyword.
        case word
        /// `#name`.
        case namePlaceholder
        /// `:value`.
        case valuePlaceholder
        /// Digits, as in `list[0]`.
        case digits
        /// An operator or a mark: `=`, `<>`, `(`, `,`, …
        case mark
        /// Something that no expression contains.
        case unknown
        case end
    }

    var kind: Kind
    var text: String
    /// Bytes before the token.
    var start: Int
    /// Bytes before what follows it.
    var end: Int

    /// Whether this is a keyword; their case does not matter.
    func isKeyword(_ keyword: String) -> Bool { kind == .word && text.uppercased() == keyword }

    func isMark(_ mark: String) -> Bool { kind == .mark && text == mark }
}

/// Takes an expression's text apart.
enum ExpressionLexer {
    static func tokens(of text: String) -> [ExpressionToken] {
        let bytes = Array(text.utf8)
        var tokens: [ExpressionToken] = []
        var at = 0
        while at < bytes.count {
            let start = at
            let kind: ExpressionToken.Kind
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D:
                at += 1
                continue
            case let byte where isLetter(byte):
                while at < bytes.count, isLetter(bytes[at]) || isDigit(bytes[at]) { at += 1 }
                kind = .word
            case let byte where isDigit(byte):
                while at < bytes.count, isDigit(bytes[at]) { at += 1 }
                kind = .digits
            case UInt8(ascii: "#"), UInt8(ascii: ":"):
                at += 1
                while at < bytes.count, isLetter(bytes[at]) || isDigit(bytes[at]) { at += 1 }
                kind =
                    at - start == 1
                    ? .unknown : bytes[start] == UInt8(ascii: "#") ? .namePlaceholder : .valuePlaceholder
            case UInt8(ascii: "<"):
                at += 1
                if at < bytes.count, bytes[at] == UInt8(ascii: "=") || bytes[at] == UInt8(ascii: ">") { at += 1 }
                kind = .mark
            case UInt8(ascii: ">"):
                at += 1
                if at < bytes.count, bytes[at] == UInt8(ascii: "=") { at += 1 }
                kind = .mark
            case UInt8(ascii: "="), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
                UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"):
                at += 1
                kind = .mark
            default:
                at += 1
                // The rest of a character of several bytes belongs to it.
                while at < bytes.count, bytes[at] & 0xC0 == 0x80 { at += 1 }
                kind = .unknown
            }
            tokens.append(
                ExpressionToken(
                    kind: kind, text: String(decoding: bytes[start..<at], as: UTF8.self), start: start, end: at))
        }
        tokens.append(ExpressionToken(kind: .end, text: "<EOF>", start: bytes.count, end: bytes.count))
        return tokens
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == 0x5F }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
