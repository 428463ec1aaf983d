import Digests

/// Walks a PNG file (ISO/IEC 15948) from chunk to chunk to `IEND`, and checks each chunk's CRC.
struct PNGWalk {
    private var reader: ByteReader
    private let limits: ImageLimits
    private var header: ImageHeader?
    private var hasPalette = false
    private var needsPalette = false
    private var hasData = false

    /// The bit depths that each colour type may have.
    private static let depths: [UInt8: Set<UInt8>] = [
        0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16],
    ]

    init(_ bytes: [UInt8], _ limits: ImageLimits) {
        reader = ByteReader(bytes)
        self.limits = limits
    }

    mutating func walk() throws -> ImageHeader {
        try reader.skip(8)
        while true {
            let start = reader.offset
            var (name, content) = try chunk()
            guard header != nil || name == "IHDR" else { throw fault("its first chunk is not IHDR", start) }
            switch name {
            case "IHDR": try imageHeader(&content, start)
            case "PLTE": hasPalette = true
            case "IDAT":
                guard hasPalette || !needsPalette else { throw fault("its palette is missing", start) }
                hasData = true
            case "acTL":
                guard let frames = try? content.bigEndian(4), frames > 0 else {
                    throw fault("its acTL is wrong", start)
                }
                header?.frameCount = frames
            case "eXIf":
                header?.take((try? content.take(content.remaining)).flatMap { ExifReader($0) })
            case "IEND":
                guard content.isAtEnd, hasData, let header else { throw fault("it ends before its first data", start) }
                return header
            default:
                // A critical chunk that is unknown makes the picture unreadable; an ancillary one (lower case) does not.
                guard name.first?.isLowercase == true else { throw fault("it has an unknown chunk", start) }
            }
        }
    }

    private mutating func chunk() throws -> (name: String, content: ByteReader) {
        let start = reader.offset
        let length = try reader.bigEndian(4)
        guard length <= 0x7FFF_FFFF else { throw fault("a chunk's length cannot be", start) }
        var covered = try reader.part(4 + length)
        let claimed = try reader.bigEndian(4)
        var check = CyclicRedundancyCheck.crc32
        var content = covered
        check.update(try covered.take(4 + length))
        guard check.value == UInt64(claimed) else { throw fault("a chunk's checksum is wrong", start) }
        let name = try content.take(4)
        guard name.allSatisfy({ ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }) else {
            throw fault("a chunk's name is not of letters", start)
        }
        return (String(decoding: name, as: UTF8.self), content)
    }

    private mutating func imageHeader(_ content: inout ByteReader, _ start: Int) throws {
        guard header == nil, content.remaining == 13 else { throw fault("its IHDR is wrong", start) }
        let width = try content.bigEndian(4)
        let height = try content.bigEndian(4)
        let depth = try content.byte()
        let colour = try content.byte()
        guard try content.byte() == 0, try content.byte() == 0, try content.byte() <= 1,
            Self.depths[colour]?.contains(depth) == true, (1...0x7FFF_FFFF).contains(width),
            (1...0x7FFF_FFFF).contains(height)
        else { throw fault("its IHDR says what cannot be", start) }
        try limits.check(width: width, height: height)
        needsPalette = colour == 3
        header = ImageHeader(type: .png, width: width, height: height)
    }

    private func fault(_ reason: String, _ offset: Int) -> ImageError {
        .malformed(.png, reason: reason, offset: offset)
    }
}
