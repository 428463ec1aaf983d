/// Reads XML into elements. Nothing in a document can make it trap, recurse without bound or fetch anything.
struct XMLParser {
    private let bytes: [UInt8]
    private var at = 0

    static let depthLimit = 32

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() -> XMLElement? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        var open: [XMLElement] = []
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "<") else {
                guard let text = text() else { return nil }
                if open.isEmpty {
                    guard text.allSatisfy(\.isWhitespace) else { return nil }
                } else {
                    open[open.count - 1].text += text
                }
                continue
            }
            if skip("<?", to: "?>") || skip("<!--", to: "-->") { continue }
            if let text = characterData() {
                guard !open.isEmpty else { return nil }
                open[open.count - 1].text += text
                continue
            }
            guard let tag = tag() else { return nil }
            if tag.isEnd {
                guard let element = open.popLast(), element.name == tag.name else { return nil }
                if let root = Self.close(element, in: &open) { return root }
            } else if tag.isEmpty {
                if let root = Self.close(XMLElement(name: tag.name), in: &open) { return root }
            } else {
                guard open.count < Self.depthLimit else { return nil }
                open.append(XMLElement(name: tag.name))
            }
        }
        return nil
    }

    /// Puts a finished element into the one around it, or returns it when it is the outermost.
    private static func close(_ element: XMLElement, in open: inout [XMLElement]) -> XMLElement? {
        var element = element
        // Between children, text is only the indentation.
        if !element.children.isEmpty { element.text = "" }
        guard !open.isEmpty else { return element }
        open[open.count - 1].children.append(element)
        return nil
    }

    private mutating func skip(_ start: StaticString, to end: StaticString) -> Bool {
        guard stands(start) else { return false }
        at += start.utf8CodeUnitCount
        while at < bytes.count, !stands(end) { at += 1 }
        at = min(bytes.count, at + end.utf8CodeUnitCount)
        return true
    }

    private mutating func characterData() -> String? {
        guard stands("<![CDATA[") else { return nil }
        let start = at + 9
        at = start
        while at < bytes.count, !stands("]]>") { at += 1 }
        let text = String(decoding: bytes[min(start, bytes.count)..<at], as: UTF8.self)
        at = min(bytes.count, at + 3)
        return text
    }

    private func stands(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard at + length <= bytes.count else { return false }
        return bytes[at..<at + length].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: length))
    }

    private mutating func tag() -> (name: String, isEnd: Bool, isEmpty: Bool)? {
        at += 1
        let isEnd = at < bytes.count && bytes[at] == UInt8(ascii: "/")
        if isEnd { at += 1 }
        let start = at
        while at < bytes.count, Self.isNamePart(bytes[at]) { at += 1 }
        guard at > start else { return nil }
        let qualified = String(decoding: bytes[start..<at], as: UTF8.self)
        let name = qualified.split(separator: ":").last.map(String.init) ?? qualified
        var quote: UInt8?
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "<") {
                return nil
            } else if byte == UInt8(ascii: ">") {
                return (name, isEnd, !isEnd && bytes[at - 2] == UInt8(ascii: "/"))
            }
        }
        return nil
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: ":"), 0x80...0xFF:
            true
        default: false
        }
    }

    private mutating func text() -> String? {
        var output: [UInt8] = []
        while at < bytes.count, bytes[at] != UInt8(ascii: "<") {
            if bytes[at] == UInt8(ascii: "&") {
                guard let replacement = entity() else { return nil }
                output += replacement.utf8
            } else {
                output.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private mutating func entity() -> String? {
        let start = at + 1
        guard let end = bytes[start...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let name = String(decoding: bytes[start..<end], as: UTF8.self)
        at = end + 1
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let isHexadecimal = name.hasPrefix("#x")
            guard name.hasPrefix("#"),
                let number = UInt32(name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10)
            else { return nil }
            return String(Unicode.Scalar(number) ?? "\u{FFFD}")
        }
    }
}
