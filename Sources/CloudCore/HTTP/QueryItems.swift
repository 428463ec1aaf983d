/// A query string, taken apart: names and values in order, percent-decoded, `+` read as a space.
public struct QueryItems: Sendable, Equatable {
    /// One `name=value`; the value is nil where there is no `=`, as in S3's `?acl`.
    public struct Item: Sendable, Equatable {
        /// The decoded name.
        public var name: String
        /// The decoded value.
        public var value: String?
    }

    /// The items, in order.
    public var items: [Item]

    /// Takes a query string (without `?`) or a form body apart.
    ///
    /// What is not valid UTF-8 once decoded is kept as its replacement characters: a service then refuses the value
    /// that it does not know.
    public init(parsing query: String) {
        items = query.utf8.split(separator: UInt8(ascii: "&")).map { part in
            let mark = part.firstIndex(of: UInt8(ascii: "="))
            let name = PercentEncoding.decode(part[..<(mark ?? part.endIndex)], plusIsSpace: true)
            return Item(
                name: name,
                value: mark.map { PercentEncoding.decode(part[part.index(after: $0)...], plusIsSpace: true) })
        }
    }

    /// The first value of this name: empty for a bare name, nil where the name does not occur.
    public subscript(name: String) -> String? { items.first { $0.name == name }.map { $0.value ?? "" } }

    /// Whether the name occurs, with a value or bare.
    public func contains(_ name: String) -> Bool { items.contains { $0.name == name } }

    /// Whether there is nothing.
    public var isEmpty: Bool { items.isEmpty }
}

/// Percent-encoding (RFC 3986).
public enum PercentEncoding {
    /// Decodes `%XX`; a `%` that no two digits follow stands for itself.
    public static func decode(_ text: some Collection<UInt8>, plusIsSpace: Bool = false) -> String {
        guard text.contains(where: { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }) else {
            return String(decoding: text, as: UTF8.self)
        }
        return String(decoding: decodeBytes(text, plusIsSpace: plusIsSpace), as: UTF8.self)
    }

    /// Decodes `%XX` in a text.
    public static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
        decode(Array(text.utf8), plusIsSpace: plusIsSpace)
    }

    /// Decodes to bytes, which may be no text.
    public static func decodeBytes(_ text: some Collection<UInt8>, plusIsSpace: Bool = false) -> [UInt8] {
        let text = Array(text)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var at = 0
        while at < text.count {
            if text[at] == UInt8(ascii: "%"), at + 2 < text.count, let high = digit(text[at + 1]),
                let low = digit(text[at + 2])
            {
                bytes.append(high << 4 | low)
                at += 3
            } else {
                bytes.append(plusIsSpace && text[at] == UInt8(ascii: "+") ? 0x20 : text[at])
                at += 1
            }
        }
        return bytes
    }

    /// Encodes everything but the unreserved characters (letters, digits, `-._~`) and those in `keeping`.
    public static func encode(_ text: String, keeping: String = "") -> String {
        let kept = Set(keeping.utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            case _ where kept.contains(byte): bytes.append(byte)
            default:
                bytes.append(UInt8(ascii: "%"))
                for nibble in [byte >> 4, byte & 15] {
                    bytes.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10)
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
