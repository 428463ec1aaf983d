/// A header field's value with parameters: `form-data; name="a"; filename="b c.jpg"`.
struct HeaderParameters {
    /// What stands before the first semicolon, in lower case.
    let value: String
    /// Parameters in order, names in lower case, quotes undone.
    let parameters: [(name: String, value: String)]

    /// Nil where a parameter is broken: no name, no `=`, a quote that does not end, something behind a quote.
    init?(parsing text: String) {
        var reader = Reader(bytes: Array(text.utf8))
        guard let value = reader.token(allowing: UInt8(ascii: "/")) else { return nil }
        var parameters: [(String, String)] = []
        while reader.take(UInt8(ascii: ";")) {
            if reader.isAtEnd || reader.peek == UInt8(ascii: ";") { continue }
            guard let name = reader.token(), reader.take(UInt8(ascii: "=")), let value = reader.value() else {
                return nil
            }
            parameters.append((name.lowercased(), value))
        }
        guard reader.isAtEnd else { return nil }
        self.value = value.lowercased()
        self.parameters = parameters
    }

    subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

    private struct Reader {
        let bytes: [UInt8]
        var at = 0

        var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return at == bytes.count
            }
        }

        mutating func skipSpace() {
            while let byte = peek, byte == 0x20 || byte == 0x09 { at += 1 }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            skipSpace()
            guard peek == byte else { return false }
            at += 1
            skipSpace()
            return true
        }

        mutating func token(allowing extra: UInt8? = nil) -> String? {
            skipSpace()
            let start = at
            while let byte = peek, Headers.isTokenByte(byte) || byte == extra { at += 1 }
            return at > start ? String(decoding: bytes[start..<at], as: UTF8.self) : nil
        }

        mutating func value() -> String? {
            guard peek == UInt8(ascii: "\"") else {
                // Some clients leave the quotes off where they belong: everything up to the semicolon is taken.
                let start = at
                while let byte = peek, byte != UInt8(ascii: ";") { at += 1 }
                return String(validating: bytes[start..<at], as: UTF8.self)?.trimmed()
            }
            at += 1
            var text: [UInt8] = []
            while let byte = peek {
                at += 1
                switch byte {
                case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    // Old browsers send C:\pictures\cat.jpg unescaped: only what must be escaped is taken as such.
                    guard let next = peek else { return nil }
                    if next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") {
                        text.append(next)
                        at += 1
                    } else {
                        text.append(byte)
                    }
                default: text.append(byte)
                }
            }
            return nil
        }
    }
}
