import Digests

/// Small pictures to upload.
enum Picture {
    /// A PNG of one grey pixel; number and padding in a text chunk make each another file.
    static func png(_ number: Int = 0, padding: Int = 0) -> [UInt8] {
        let note = Array("Comment\u{0}number \(number)".utf8) + [UInt8](repeating: 0x2E, count: padding)
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]) + chunk("tEXt", note)
            + chunk("IDAT", [0x78, 0x9C, 0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81]) + chunk("IEND", [])
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        var check = CyclicRedundancyCheck.crc32
        check.update(Array(name.utf8) + content)
        let length = (0..<4).reversed().map { UInt8(truncatingIfNeeded: content.count >> ($0 * 8)) }
        return length + Array(name.utf8) + content + check.bytes
    }
}
