/// Walks a WebP file (RFC 9649) from chunk to chunk to the end that its RIFF header names: lossy, lossless, extended.
struct WebPWalk {
    private var reader: ByteReader
    private let limits: ImageLimits

    init(_ bytes: [UInt8], _ limits: ImageLimits) {
        reader = ByteReader(bytes)
        self.limits = limits
    }

    mutating func walk() throws -> ImageHeader {
        try reader.skip(4)
        let size = try reader.littleEndian(4)
        guard size >= 4 else { throw fault("its size cannot be") }
        var body = try reader.part(size)
        try body.skip(4)
        var (name, content) = try chunk(&body, inside: size)
        switch name {
        case "VP8 ", "VP8L": return try frame(name, &content)
        case "VP8X": return try extended(&content, &body, inside: size)
        default: throw fault("its first chunk is neither VP8, VP8L nor VP8X")
        }
    }

    /// A chunk that reaches beyond what holds it is damage, not truncation: the file itself goes on long enough.
    private func chunk(_ body: inout ByteReader, inside size: Int) throws -> (name: String, content: ByteReader) {
        do {
            let name = try body.take(4)
            let length = try body.littleEndian(4)
            let content = try body.part(length)
            // Chunks are padded to an even length; the last one's padding may be missing.
            if length % 2 == 1, !body.isAtEnd { try body.skip(1) }
            return (String(decoding: name, as: UTF8.self), content)
        } catch {
            throw fault("a chunk reaches beyond the file's own size", body.offset)
        }
    }

    private func frame(_ name: String, _ content: inout ByteReader) throws -> ImageHeader {
        let start = content.offset
        guard let size = try? name == "VP8L" ? lossless(&content) : lossy(&content) else {
            throw fault("its \(name) header is wrong", start)
        }
        try limits.check(width: size.width, height: size.height)
        return ImageHeader(type: .webp, width: size.width, height: size.height)
    }

    /// A VP8 key frame (RFC 6386, 9.1).
    private func lossy(_ content: inout ByteReader) throws -> (width: Int, height: Int)? {
        let tag = try content.littleEndian(3)
        guard tag & 1 == 0, try content.take(3).elementsEqual([0x9D, 0x01, 0x2A]) else { return nil }
        let width = try content.littleEndian(2) & 0x3FFF
        let height = try content.littleEndian(2) & 0x3FFF
        guard width > 0, height > 0, tag >> 5 <= content.remaining else { return nil }
        return (width, height)
    }

    private func lossless(_ content: inout ByteReader) throws -> (width: Int, height: Int)? {
        guard try content.byte() == 0x2F else { return nil }
        let bits = try content.littleEndian(4)
        guard bits >> 29 == 0, !content.isAtEnd else { return nil }
        return (bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
    }

    private func extended(_ content: inout ByteReader, _ body: inout ByteReader, inside size: Int) throws -> ImageHeader
    {
        guard content.remaining >= 10 else { throw fault("its VP8X header is too short", content.offset) }
        let isAnimated = try content.byte() & 0x02 != 0
        try content.skip(3)
        let width = try content.littleEndian(3) + 1
        let height = try content.littleEndian(3) + 1
        try limits.check(width: width, height: height)
        var header = ImageHeader(type: .webp, width: width, height: height)
        var frames = 0
        while !body.isAtEnd {
            var (name, content) = try chunk(&body, inside: size)
            switch name {
            case "VP8 ", "VP8L":
                _ = try frame(name, &content)
                frames += 1
            case "ANMF":
                try animationFrame(&content)
                frames += 1
                try limits.check(frameCount: frames)
            case "EXIF":
                header.take(exif(&content))
            default: continue
            }
        }
        guard frames > 0 else { throw fault("it ends before its first frame", body.offset) }
        guard isAnimated || frames == 1 else { throw fault("it has many frames and says it does not move") }
        header.frameCount = frames
        return header
    }

    private func animationFrame(_ content: inout ByteReader) throws {
        guard (try? content.skip(16)) != nil else { throw fault("a frame is too short", content.offset) }
        while !content.isAtEnd {
            var (name, part) = try chunk(&content, inside: content.remaining)
            if name == "VP8 " || name == "VP8L" {
                _ = try frame(name, &part)
                return
            }
        }
        throw fault("a frame has no picture", content.offset)
    }

    /// Some writers put JPEG's `Exif` mark before the block, against the rule.
    private func exif(_ content: inout ByteReader) -> ExifReader? {
        guard let block = try? content.take(content.remaining) else { return nil }
        let mark = Array("Exif".utf8) + [0, 0]
        return ExifReader(block.starts(with: mark) ? block.dropFirst(mark.count) : block)
    }

    private func fault(_ reason: String, _ offset: Int? = nil) -> ImageError {
        .malformed(.webp, reason: reason, offset: offset ?? reader.offset)
    }
}
