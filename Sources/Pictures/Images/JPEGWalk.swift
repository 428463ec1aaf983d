/// Walks a JPEG file (ITU-T T.81) from marker to marker, through every scan, to its end.
struct JPEGWalk {
    private var reader: ByteReader
    private let limits: ImageLimits
    private var frame: (width: Int, height: Int)?
    private var exif: ExifReader?
    private var scanCount = 0

    init(_ bytes: [UInt8], _ limits: ImageLimits) {
        reader = ByteReader(bytes)
        self.limits = limits
    }

    mutating func walk() throws -> ImageHeader {
        try reader.skip(2)
        while true {
            let marker = try nextMarker()
            switch marker {
            case 0xD9:  // end of image
                return try finished()
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                try startOfFrame()
            case 0xDA:
                try scan()
            case 0xDC:
                try numberOfLines()
            case 0xE1:
                try application1()
            case 0x01:  // private use, without a length
                continue
            case 0x00, 0xD0...0xD8:
                throw fault("a marker stands where none may")
            default:
                _ = try segment()
            }
        }
    }

    /// A marker is 0xFF, as often as the writer liked, and a byte.
    private mutating func nextMarker() throws -> UInt8 {
        guard try reader.byte() == 0xFF else { throw fault("a marker is expected") }
        var marker = try reader.byte()
        while marker == 0xFF { marker = try reader.byte() }
        return marker
    }

    private mutating func segment() throws -> ByteReader {
        let length = try reader.bigEndian(2)
        guard length >= 2 else { throw fault("a segment is shorter than its own length") }
        return try reader.part(length - 2)
    }

    private mutating func startOfFrame() throws {
        var segment = try segment()
        guard frame == nil else { throw fault("it has two frame headers") }
        guard segment.remaining >= 6, let precision = try? segment.byte(), let height = try? segment.bigEndian(2),
            let width = try? segment.bigEndian(2), let components = try? segment.byte(),
            segment.remaining == Int(components) * 3
        else { throw fault("its frame header has the wrong length") }
        guard (2...16).contains(precision), (1...4).contains(components), width > 0 else {
            throw fault("its frame header says what cannot be")
        }
        try limits.check(width: width, height: height)
        frame = (width, height)
    }

    private mutating func scan() throws {
        guard frame != nil else { throw fault("a scan comes before the frame header") }
        let segment = try segment()
        guard segment.remaining >= 6 else { throw fault("a scan header is too short") }
        scanCount += 1
        // Inside a scan 0xFF stands before 0 (a byte of data), a restart marker, another 0xFF, or the marker that ends it.
        while true {
            try reader.skip(to: 0xFF)
            var ahead = reader
            try ahead.skip(1)
            switch try ahead.peek() {
            case 0x00, 0xD0...0xD7:
                try reader.skip(2)
            case 0xFF:
                try reader.skip(1)
            default:
                return
            }
        }
    }

    /// A camera that does not know the height in advance writes 0 and tells it behind the first scan.
    private mutating func numberOfLines() throws {
        var segment = try segment()
        guard segment.remaining == 2, let height = try? segment.bigEndian(2), let known = frame, known.height == 0
        else {
            throw fault("its number of lines is told in the wrong place")
        }
        frame = (known.width, height)
    }

    private mutating func application1() throws {
        var segment = try segment()
        guard exif == nil, let name = try? segment.take(6), name.elementsEqual(Array("Exif".utf8) + [0, 0]),
            let block = try? segment.take(segment.remaining)
        else { return }
        exif = ExifReader(block)
    }

    private func finished() throws -> ImageHeader {
        guard let frame, scanCount > 0 else { throw fault("it ends before its first scan") }
        guard frame.height > 0 else { throw fault("its frame header says what cannot be") }
        var header = ImageHeader(type: .jpeg, width: frame.width, height: frame.height)
        header.take(exif)
        return header
    }

    private func fault(_ reason: String) -> ImageError { .malformed(.jpeg, reason: reason, offset: reader.offset) }
}
