extension JSONValue {
    /// How a value is written out.
    public enum Style: Sendable {
        /// On one line, without spaces.
        case compact
        /// Over many lines, each level two spaces further in: for people.
        case pretty
    }

    /// The value as JSON text, in UTF-8.
    public func encoded(_ style: Style = .compact) -> [UInt8] {
        var output: [UInt8] = []
        write(into: &output, style: style)
        return output
    }

    /// The value as JSON text.
    public func text(_ style: Style = .compact) -> String { String(decoding: encoded(style), as: UTF8.self) }

    /// Writes the value behind what `output` holds.
    public func write(into output: inout [UInt8], style: Style = .compact) {
        write(into: &output, style: style, level: 0)
    }

    private func write(into output: inout [UInt8], style: Style, level: Int) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .number(let text): output.append(contentsOf: text.utf8)
        case .string(let text): Self.write(string: text, into: &output)
        case .array(let elements):
            Self.writeList(elements, open: "[", close: "]", into: &output, style: style, level: level) {
                $0.write(into: &$1, style: style, level: level + 1)
            }
        case .object(let members):
            Self.writeList(members, open: "{", close: "}", into: &output, style: style, level: level) {
                Self.write(string: $0.key, into: &$1)
                $1.append(UInt8(ascii: ":"))
                if style == .pretty { $1.append(UInt8(ascii: " ")) }
                $0.value.write(into: &$1, style: style, level: level + 1)
            }
        }
    }

    private static func writeList<List: Sequence>(
        _ list: List, open: Unicode.Scalar, close: Unicode.Scalar, into output: inout [UInt8], style: Style,
        level: Int, each: (List.Element, inout [UInt8]) -> Void
    ) {
        output.append(UInt8(ascii: open))
        var isFirst = true
        for element in list {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            newLine(into: &output, style: style, level: level + 1)
            each(element, &output)
        }
        if !isFirst { newLine(into: &output, style: style, level: level) }
        output.append(UInt8(ascii: close))
    }

    private static func newLine(into output: inout [UInt8], style: Style, level: Int) {
        guard style == .pretty else { return }
        output.append(0x0A)
        output.append(contentsOf: repeatElement(0x20, count: level * 2))
    }

    /// Writes a string in double quotes, with everything escaped that JSON does not allow inside.
    public static func write(string: String, into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { bytes in
            var plain = 0
            for (index, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
                output.append(contentsOf: bytes[plain..<index])
                plain = index + 1
                output.append(UInt8(ascii: "\\"))
                switch byte {
                case 0x22, 0x5C: output.append(byte)
                case 8: output.append(UInt8(ascii: "b"))
                case 9: output.append(UInt8(ascii: "t"))
                case 10: output.append(UInt8(ascii: "n"))
                case 12: output.append(UInt8(ascii: "f"))
                case 13: output.append(UInt8(ascii: "r"))
                default:
                    output.append(contentsOf: "u00".utf8)
                    for nibble in [byte >> 4, byte & 15] {
                        output.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
                    }
                }
            }
            output.append(contentsOf: bytes[plain...])
        }
        output.append(UInt8(ascii: "\""))
    }
}
