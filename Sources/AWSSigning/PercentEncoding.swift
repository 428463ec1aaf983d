/// Percent-encoding as AWS signatures define it: only unreserved characters (RFC 3986) stand as they are, hexadecimal
/// digits are capital, a space is `%20`.
public enum PercentEncoding {
    private static let capitals = Array("0123456789ABCDEF".utf8)

    /// Encodes a text; `/` is encoded as well, unless it separates the segments of a path.
    public static func encode(_ text: some StringProtocol, keepingSlashes: Bool = false) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count + 16)
        append(text.utf8, to: &output, keepingSlashes: keepingSlashes)
        return String(decoding: output, as: UTF8.self)
    }

    static func encode(_ bytes: [UInt8], keepingSlashes: Bool) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 16)
        append(bytes, to: &output, keepingSlashes: keepingSlashes)
        return String(decoding: output, as: UTF8.self)
    }

    private static func append(_ bytes: some Sequence<UInt8>, to output: inout [UInt8], keepingSlashes: Bool) {
        for byte in bytes {
            if isUnreserved(byte) || (keepingSlashes && byte == UInt8(ascii: "/")) {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "%"))
                output.append(capitals[Int(byte >> 4)])
                output.append(capitals[Int(byte & 15)])
            }
        }
    }

    /// The bytes behind a percent-encoded text. A `%` that no two digits follow stands for itself.
    public static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> [UInt8] {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count, let high = digit(bytes[at + 1]),
                let low = digit(bytes[at + 2])
            {
                output.append(high << 4 | low)
                at += 3
            } else {
                output.append(plusIsSpace && bytes[at] == UInt8(ascii: "+") ? UInt8(ascii: " ") : bytes[at])
                at += 1
            }
        }
        return output
    }

    /// The text behind a percent-encoded text; bytes that are not UTF-8 read as U+FFFD.
    public static func decodeText(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
        String(decoding: decode(text, plusIsSpace: plusIsSpace), as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
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
