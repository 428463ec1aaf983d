import Digests

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

func bigEndian(_ number: Int, _ width: Int) -> [UInt8] {
    (0..<width).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}

/// A PNG file whose header says what it likes.
struct PNGBuilder {
    var width: Int
    var height: Int

    var file: [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", bigEndian(width, 4) + bigEndian(height, 4) + [8, 2, 0, 0, 0])
            + chunk("IDAT", [0x78, 0x9C, 3, 0, 0, 0, 0, 1]) + chunk("IEND", [])
    }

    private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        var check = CyclicRedundancyCheck.crc32
        check.update(Array(name.utf8) + content)
        return bigEndian(content.count, 4) + Array(name.utf8) + content + check.bytes
    }
}

/// The parts of a JPEG file.
struct JPEGBuilder {
    var width: Int
    var height: Int

    /// A baseline frame header of one component.
    var start: [UInt8] { [0xFF, 0xC0, 0, 11, 8] + bigEndian(height, 2) + bigEndian(width, 2) + [1, 1, 0x11, 0] }

    static func scan(_ data: [UInt8]) -> [UInt8] { [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0] + data }
}

/// A TIFF block with an orientation and a time, in either byte order.
struct ExifBuilder {
    var isBigEndian: Bool
    var orientation: Int
    var taken: String

    var block: [UInt8] {
        let mark: [UInt8] = isBigEndian ? [0x4D, 0x4D, 0, 0x2A] : [0x49, 0x49, 0x2A, 0]
        let text = Array(taken.utf8) + [0]
        let main =
            number(2, 2) + entry(0x0112, 3, 1, number(orientation, 2) + [0, 0]) + entry(0x8769, 4, 1, number(38, 4))
        let exif = number(1, 2) + entry(0x9003, 2, text.count, number(56, 4))
        return mark + number(8, 4) + main + number(0, 4) + exif + number(0, 4) + text
    }

    private func entry(_ tag: Int, _ kind: Int, _ count: Int, _ value: [UInt8]) -> [UInt8] {
        number(tag, 2) + number(kind, 2) + number(count, 4) + value
    }

    private func number(_ value: Int, _ width: Int) -> [UInt8] {
        let bytes = bigEndian(value, width)
        return isBigEndian ? bytes : bytes.reversed()
    }
}
