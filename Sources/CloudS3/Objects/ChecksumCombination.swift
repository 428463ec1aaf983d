import Digests

/// Joins the checks of two pieces to that of both, without the bytes: what makes full-object checksums of multipart
/// uploads possible.
///
/// A check is a polynomial over GF(2). Appending n bytes multiplies what came before by x^8n modulo the generator;
/// the power is reached by squaring, one step for each bit of n.
struct ChecksumCombination {
    private let polynomial: UInt64
    private let width: Int

    /// For the checksums that allow it; nil for the others.
    init?(_ algorithm: ChecksumAlgorithm) {
        switch algorithm {
        case .crc32: (polynomial, width) = (0xEDB8_8320, 32)
        case .crc32c: (polynomial, width) = (0x82F6_3B78, 32)
        case .crc64nvme: (polynomial, width) = (0x9A6C_9329_AC4B_C9B5, 64)
        case .sha1, .sha256: return nil
        }
    }

    /// The check of `first` followed by `second`, which is `length` bytes long.
    func combine(_ first: UInt64, _ second: UInt64, length: Int) -> UInt64 {
        multiply(powerOfX(bytes: length), first) ^ second
    }

    /// In base64, as the service writes checks; nil for what is none.
    func combine(_ first: String, _ second: String, length: Int) -> String? {
        guard let first = Base64.decode(first), let second = Base64.decode(second), first.count * 8 == width,
            second.count * 8 == width
        else { return nil }
        let joined = combine(Self.number(first), Self.number(second), length: length)
        return Base64.encode((0..<(width / 8)).reversed().map { UInt8(truncatingIfNeeded: joined >> ($0 * 8)) })
    }

    private static func number(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    /// x to the power of 8 · `bytes`, modulo the generator. Bits are reflected: x^0 is the highest bit.
    private func powerOfX(bytes: Int) -> UInt64 {
        var result: UInt64 = 1 << (width - 1)
        // x^8
        var square: UInt64 = 1 << (width - 9)
        var left = bytes
        while left > 0 {
            if left & 1 == 1 { result = multiply(result, square) }
            square = multiply(square, square)
            left >>= 1
        }
        return result
    }

    private func multiply(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var product: UInt64 = 0
        var right = right
        var bit: UInt64 = 1 << (width - 1)
        while bit > 0 {
            if left & bit != 0 { product ^= right }
            right = right & 1 == 1 ? right >> 1 ^ polynomial : right >> 1
            bit >>= 1
        }
        return product
    }
}
