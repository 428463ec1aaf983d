/// Hexadecimal digits.
public enum Hex {
    /// Bytes as lower-case digits, two a byte.
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.underestimatedCount * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that pairs of digits stand for, in either case; nil for anything else.
    public static func decode(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for pair in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[pair], let low = digits[pair + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}

/// Base64 (RFC 4648).
public enum Base64 {
    /// Which 64 characters, and whether the text is padded to a multiple of four.
    public enum Alphabet: Sendable {
        /// With `+` and `/`, padded.
        case standard
        /// With `-` and `_`, without padding: for URLs, cookies and tokens.
        case url
    }

    private static let standardDigits = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlDigits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, digit) in standardDigits.enumerated() { values[Int(digit)] = UInt8(value) }
        for (value, digit) in urlDigits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    /// Bytes as text.
    public static func encode(_ bytes: some Collection<UInt8>, _ alphabet: Alphabet = .standard) -> String {
        String(decoding: encodeToBytes(bytes, alphabet), as: UTF8.self)
    }

    /// Bytes as ASCII text, for writing straight into an output buffer.
    public static func encodeToBytes(_ bytes: some Collection<UInt8>, _ alphabet: Alphabet = .standard) -> [UInt8] {
        bytes.withContiguousStorageIfAvailable { encode($0, alphabet) }
            ?? Array(bytes).withUnsafeBufferPointer { encode($0, alphabet) }
    }

    private static func encode(_ bytes: UnsafeBufferPointer<UInt8>, _ alphabet: Alphabet) -> [UInt8] {
        let digits = alphabet == .standard ? standardDigits : urlDigits
        return [UInt8](unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { output, count in
            digits.withUnsafeBufferPointer { digits in
                var at = 0
                while at + 3 <= bytes.count {
                    let (a, b, c) = (bytes[at], bytes[at + 1], bytes[at + 2])
                    output[count] = digits[Int(a >> 2)]
                    output[count + 1] = digits[Int((a & 3) << 4 | b >> 4)]
                    output[count + 2] = digits[Int((b & 15) << 2 | c >> 6)]
                    output[count + 3] = digits[Int(c & 63)]
                    at += 3
                    count += 4
                }
                let left = bytes.count - at
                guard left > 0 else { return }
                let a = bytes[at]
                let b = left == 2 ? bytes[at + 1] : 0
                output[count] = digits[Int(a >> 2)]
                output[count + 1] = digits[Int((a & 3) << 4 | b >> 4)]
                count += 2
                if left == 2 {
                    output[count] = digits[Int((b & 15) << 2)]
                    count += 1
                }
                guard alphabet == .standard else { return }
                for _ in left..<3 {
                    output[count] = UInt8(ascii: "=")
                    count += 1
                }
            }
        }
    }

    /// The bytes that a text stands for. Takes either alphabet, padded or not; nil for anything else.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        text.utf8.withContiguousStorageIfAvailable { decode($0) }
            ?? Array(text.utf8).withUnsafeBufferPointer { decode($0) }
    }

    /// The bytes that an ASCII text stands for.
    public static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var end = text.count
        var padding = 0
        while end > 0, padding < 2, text[end - 1] == UInt8(ascii: "=") {
            end -= 1
            padding += 1
        }
        guard end % 4 != 1, padding == 0 || (end + padding) % 4 == 0 else { return nil }
        var isValid = true
        let decoded = [UInt8](unsafeUninitializedCapacity: end / 4 * 3 + 3) { output, count in
            values.withUnsafeBufferPointer { values in
                var at = 0
                var bad: UInt8 = 0
                while at + 4 <= end {
                    let (a, b) = (values[Int(text[at])], values[Int(text[at + 1])])
                    let (c, d) = (values[Int(text[at + 2])], values[Int(text[at + 3])])
                    bad |= (a | b | c | d) & 0x80
                    output[count] = a << 2 | b >> 4
                    output[count + 1] = b << 4 | c >> 2
                    output[count + 2] = c << 6 | d
                    at += 4
                    count += 3
                }
                if end - at >= 2 {
                    let (a, b) = (values[Int(text[at])], values[Int(text[at + 1])])
                    let c = end - at == 3 ? values[Int(text[at + 2])] : 0
                    bad |= (a | b | c) & 0x80
                    output[count] = a << 2 | b >> 4
                    count += 1
                    if end - at == 3 {
                        output[count] = b << 4 | c >> 2
                        count += 1
                    }
                }
                isValid = bad == 0
            }
        }
        return isValid ? decoded : nil
    }
}
