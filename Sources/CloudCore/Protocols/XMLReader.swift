/// Reads XML documents from outside, within limits.
///
/// What makes XML dangerous is not read at all: a document type declaration, and with it every entity beyond the five
/// that XML itself defines, is an error. Depth and the number of elements are bounded; the length is the caller's to
/// bound, before it collects a body.
public struct XMLReader {
    /// Elements inside elements.
    public static let depthLimit = 32
    /// Elements in all.
    public static let elementLimit = 50_000

    private let bytes: [UInt8]
    private var at = 0
    private var elements = 0

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads a document and gives back its root element.
    ///
    /// - Throws: ``XMLSyntaxError``.
    public static func parse(_ bytes: some Sequence<UInt8>) throws(XMLSyntaxError) -> XMLElement {
        var reader = XMLReader(bytes: Array(bytes))
        guard String(validating: reader.bytes, as: UTF8.self) != nil else {
            throw XMLSyntaxError(reason: "the document is not UTF-8", offset: 0)
        }
        if reader.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.at = 3 }
        try reader.skipMisc()
        guard reader.peek == UInt8(ascii: "<") else { throw reader.error("an element is expected") }
        let root = try reader.element(depth: 1)
        try reader.skipMisc()
        guard reader.at == reader.bytes.count else { throw reader.error("text behind the root element") }
        return root
    }

    private func error(_ reason: String) -> XMLSyntaxError { XMLSyntaxError(reason: reason, offset: at) }

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func starts(with text: StaticString) -> Bool {
        guard bytes.count - at >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in expected.indices.allSatisfy { bytes[at + $0] == expected[$0] } }
    }

    private mutating func skipSpace() {
        while let byte = peek, Self.isSpace(byte) { at += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    /// Passes over the text up to and including a mark.
    private mutating func skip(past mark: StaticString) throws(XMLSyntaxError) {
        while at < bytes.count {
            if starts(with: mark) {
                at += mark.utf8CodeUnitCount
                return
            }
            at += 1
        }
        throw error("\(mark) is missing")
    }

    /// Passes over white space, comments and processing instructions outside of the root.
    private mutating func skipMisc() throws(XMLSyntaxError) {
        while true {
            skipSpace()
            if starts(with: "<?") {
                try skip(past: "?>")
            } else if starts(with: "<!--") {
                try skip(past: "-->")
            } else if starts(with: "<!") {
                throw error("document type declarations are not read")
            } else {
                return
            }
        }
    }

    private mutating func name() throws(XMLSyntaxError) -> Range<Int> {
        let start = at
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
                UInt8(ascii: ":"), 0x80...0xFF:
                at += 1
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                guard at > start else { throw error("a name is expected") }
                at += 1
            default:
                guard at > start else { throw error("a name is expected") }
                return start..<at
            }
        }
        throw error("the document ends inside a tag")
    }

    private func localName(_ range: Range<Int>) -> String {
        let name = bytes[range]
        let start = name.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? name.startIndex
        return String(decoding: name[start...], as: UTF8.self)
    }

    private mutating func element(depth: Int) throws(XMLSyntaxError) -> XMLElement {
        guard depth <= Self.depthLimit else { throw error("elements are nested too deeply") }
        elements += 1
        guard elements <= Self.elementLimit else { throw error("there are too many elements") }
        at += 1
        let tag = try name()
        var element = XMLElement(localName(tag))
        while true {
            skipSpace()
            if starts(with: "/>") {
                at += 2
                return element
            }
            if peek == UInt8(ascii: ">") {
                at += 1
                break
            }
            let attribute = try name()
            skipSpace()
            guard peek == UInt8(ascii: "=") else { throw error("= is expected behind an attribute's name") }
            at += 1
            skipSpace()
            guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
                throw error("an attribute's value is expected in quotes")
            }
            at += 1
            let value = try text(until: quote)
            at += 1
            element.attributes[String(decoding: bytes[attribute], as: UTF8.self)] = String(
                decoding: value, as: UTF8.self)
        }
        var content: [UInt8] = []
        while true {
            content.append(contentsOf: try text(until: UInt8(ascii: "<")))
            if starts(with: "</") {
                at += 2
                let end = try name()
                guard bytes[end] == bytes[tag] else { throw error("the end tag does not match its start") }
                skipSpace()
                guard peek == UInt8(ascii: ">") else { throw error("> is expected") }
                at += 1
                element.text = String(decoding: content, as: UTF8.self)
                return element
            } else if starts(with: "<!--") {
                try skip(past: "-->")
            } else if starts(with: "<![CDATA[") {
                at += 9
                let start = at
                try skip(past: "]]>")
                content.append(contentsOf: bytes[start..<(at - 3)])
            } else if starts(with: "<?") {
                try skip(past: "?>")
            } else if starts(with: "<!") {
                throw error("declarations are not read")
            } else {
                element.children.append(try self.element(depth: depth + 1))
            }
        }
    }

    /// The characters up to a mark, references resolved. The mark itself is left.
    private mutating func text(until mark: UInt8) throws(XMLSyntaxError) -> [UInt8] {
        var text: [UInt8] = []
        while let byte = peek {
            if byte == mark { return text }
            switch byte {
            case UInt8(ascii: "&"): text.append(contentsOf: try reference())
            case UInt8(ascii: "<"): throw error("< inside an attribute's value")
            case 0x0D:
                // Line ends are read as line feeds (XML 1.0, 2.11).
                at += 1
                if peek != 0x0A { text.append(0x0A) }
            case 0..<0x20 where !Self.isSpace(byte): throw error("a control character")
            default:
                text.append(byte)
                at += 1
            }
        }
        throw error("the document ends too early")
    }

    private mutating func reference() throws(XMLSyntaxError) -> [UInt8] {
        let window = bytes[at..<min(bytes.count, at + 12)]
        guard let end = window.firstIndex(of: UInt8(ascii: ";")) else { throw error("; is missing behind &") }
        let name = String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
        let scalar: Unicode.Scalar?
        switch name {
        case "amp": scalar = "&"
        case "lt": scalar = "<"
        case "gt": scalar = ">"
        case "quot": scalar = "\""
        case "apos": scalar = "'"
        case _ where name.hasPrefix("#x"):
            scalar = UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
        case _ where name.hasPrefix("#"): scalar = UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
        default: throw error("&\(name); is not known")
        }
        // A reference may name control characters that may not stand in the text: keys have them.
        guard let scalar, scalar.value != 0 else { throw error("&\(name); is no character") }
        at = end + 1
        return Array(String(scalar).utf8)
    }
}
