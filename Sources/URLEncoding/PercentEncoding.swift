/// Percent-encoding (RFC 3986, 2.1), as AWS signatures define it: only unreserved characters (letters, digits, `-._~`)
/// stand as they are, hexadecimal digits are capital, a space is `%20`.
public enum PercentEncoding {
    // MARK: Encoding

    /// Encodes a text; `/` is encoded as well, unless it separates the segments of a path.
    public static func encode(_ text: some StringProtocol, keepingSlashes: Bool = false) -> String {
        encode(text.utf8, keepingSlashes: keepingSlashes)
    }

    /// Encodes a text but for the unreserved characters and those in `kept`, which are ASCII.
    public static func encode(_ text: some StringProtocol, keeping kept: String) -> String {
        withBytes(text.utf8) { encode($0, keeping: Array(kept.utf8)) }
    }

    /// Encodes bytes, which may be no text.
    public static func encode(_ bytes: some Collection<UInt8>, keepingSlashes: Bool = false) -> String {
        withBytes(bytes) { encode($0, keeping: keepingSlashes ? [UInt8(ascii: "/")] : []) }
    }

    private static func encode(_ bytes: UnsafeBufferPointer<UInt8>, keeping kept: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 16)
        for byte in bytes {
            if isUnreserved(byte) || kept.contains(byte) {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "%"))
                output.append(capital(byte >> 4))
                output.append(capital(byte & 15))
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    // MARK: Decoding

    /// The text behind a percent-encoded text. A `%` that no two digits follow stands for itself; bytes that are not
    /// UTF-8 read as U+FFFD.
    public static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
        decode(text.utf8, plusIsSpace: plusIsSpace)
    }

    /// The text behind percent-encoded bytes, read as ``decode(_:plusIsSpace:)`` reads a text.
    public static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false) -> String {
        withBytes(bytes) { bytes in
            guard isEncoded(bytes, plusIsSpace: plusIsSpace) else { return String(decoding: bytes, as: UTF8.self) }
            return String(decoding: decoded(bytes, plusIsSpace: plusIsSpace).bytes, as: UTF8.self)
        }
    }

    /// The bytes behind a percent-encoded text, which may be no text. A `%` that no two digits follow stands for itself.
    public static func decodeBytes(_ text: some StringProtocol, plusIsSpace: Bool = false) -> [UInt8] {
        decodeBytes(text.utf8, plusIsSpace: plusIsSpace)
    }

    /// The bytes behind percent-encoded bytes.
    public static func decodeBytes(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false) -> [UInt8] {
        withBytes(bytes) { decoded($0, plusIsSpace: plusIsSpace).bytes }
    }

    /// The text behind a percent-encoded text; nil for a broken `%xx` and for what is not UTF-8 once decoded.
    public static func decodeStrictly(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        withBytes(text.utf8) { bytes in
            guard isEncoded(bytes, plusIsSpace: plusIsSpace) else { return String(decoding: bytes, as: UTF8.self) }
            let (output, isWhole) = decoded(bytes, plusIsSpace: plusIsSpace)
            return isWhole ? String(validating: output, as: UTF8.self) : nil
        }
    }

    private static func decoded(
        _ bytes: UnsafeBufferPointer<UInt8>, plusIsSpace: Bool
    ) -> (bytes: [UInt8], isWhole: Bool) {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var isWhole = true
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "%"), at + 2 < bytes.count, let high = digit(bytes[at + 1]),
                let low = digit(bytes[at + 2])
            {
                output.append(high << 4 | low)
                at += 3
            } else {
                if byte == UInt8(ascii: "%") { isWhole = false }
                output.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                at += 1
            }
        }
        return (output, isWhole)
    }

    // MARK: Bytes

    /// Hands over bytes in one piece, so that the loops over them know the type that they run on.
    private static func withBytes<Result>(
        _ bytes: some Collection<UInt8>, _ read: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        bytes.withContiguousStorageIfAvailable(read) ?? Array(bytes).withUnsafeBufferPointer(read)
    }

    private static func isEncoded(_ bytes: UnsafeBufferPointer<UInt8>, plusIsSpace: Bool) -> Bool {
        bytes.contains { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }
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

    private static func capital(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10
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
