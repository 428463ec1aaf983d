/// Walks a GIF file (GIF89a specification) from block to block to its trailer, and counts its frames.
struct GIFWalk {
    private var reader: ByteReader
    private let limits: ImageLimits

    init(_ bytes: [UInt8], _ limits: ImageLimits) {
        reader = ByteReader(bytes)
        self.limits = limits
    }

    mutating func walk() throws -> ImageHeader {
        try reader.skip(6)
        var width = try reader.littleEndian(2)
        var height = try reader.littleEndian(2)
        let flags = try reader.byte()
        try reader.skip(2)
        try colourTable(flags)
        var frames = 0
        while true {
            let start = reader.offset
            switch try reader.byte() {
            case 0x21:  // extension
                try reader.skip(1)
                _ = try subBlocks()
            case 0x2C:  // image
                let extent = try image()
                // A frame may reach beyond the canvas; a decoder then has to hold the larger of the two.
                width = max(width, extent.right)
                height = max(height, extent.bottom)
                frames += 1
                try limits.check(width: width, height: height)
                try limits.check(frameCount: frames)
            case 0x3B:  // trailer
                guard frames > 0, width > 0, height > 0 else { throw fault("it ends before its first frame", start) }
                var header = ImageHeader(type: .gif, width: width, height: height)
                header.frameCount = frames
                return header
            default:
                throw fault("a block is of no known kind", start)
            }
        }
    }

    private mutating func image() throws -> (right: Int, bottom: Int) {
        let start = reader.offset
        let left = try reader.littleEndian(2)
        let top = try reader.littleEndian(2)
        let width = try reader.littleEndian(2)
        let height = try reader.littleEndian(2)
        try colourTable(try reader.byte())
        guard (1...11).contains(try reader.byte()) else { throw fault("a frame's code size cannot be", start) }
        guard try subBlocks() > 0 else { throw fault("a frame has no data", start) }
        return (left + width, top + height)
    }

    private mutating func colourTable(_ flags: UInt8) throws {
        guard flags & 0x80 != 0 else { return }
        try reader.skip(3 << (Int(flags & 7) + 1))
    }

    /// Skips blocks that say their own length, up to the one of length 0; gives how many bytes they held.
    private mutating func subBlocks() throws -> Int {
        var total = 0
        while true {
            let length = Int(try reader.byte())
            guard length > 0 else { return total }
            try reader.skip(length)
            total += length
        }
    }

    private func fault(_ reason: String, _ offset: Int) -> ImageError {
        .malformed(.gif, reason: reason, offset: offset)
    }
}
