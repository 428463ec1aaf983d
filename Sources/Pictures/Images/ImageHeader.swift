/// What a picture's file says of itself, found without decoding a pixel.
///
/// The file is walked from its first byte to its own end, so that one that was cut off, or holds something else than it
/// begins with, is told apart from a whole one.
public struct ImageHeader: Sendable, Hashable {
    /// What the bytes are, whatever the file was called.
    public var type: ImageType
    /// Pixels across, as stored.
    public var width: Int
    /// Pixels down, as stored.
    public var height: Int
    /// Frames, where the picture moves; otherwise 1.
    public var frameCount = 1
    /// How the picture must be turned to be seen upright, 1 to 8 as in EXIF.
    public var orientation = 1
    /// When the picture was taken, where the file says so.
    public var takenAt: PhotographTime?

    init(type: ImageType, width: Int, height: Int) {
        self.type = type
        self.width = width
        self.height = height
    }

    /// Pixels across and down as the picture is shown, once it is turned upright.
    public var shownSize: (width: Int, height: Int) { orientation >= 5 ? (height, width) : (width, height) }

    /// Looks at a whole file.
    ///
    /// - Throws: ``ImageError`` that says why the bytes are not taken.
    public init(of bytes: [UInt8], limits: ImageLimits = ImageLimits()) throws(ImageError) {
        try limits.check(byteCount: bytes.count)
        guard let type = ImageType.beginning(of: bytes) else {
            throw .notAPicture(resembling: Self.otherKind(bytes))
        }
        do {
            switch type {
            case .jpeg:
                var file = JPEGWalk(bytes, limits)
                self = try file.walk()
            case .png:
                var file = PNGWalk(bytes, limits)
                self = try file.walk()
            case .gif:
                var file = GIFWalk(bytes, limits)
                self = try file.walk()
            case .webp:
                var file = WebPWalk(bytes, limits)
                self = try file.walk()
            }
        } catch let error as ImageError {
            throw error
        } catch {
            throw .truncated(type, byteCount: bytes.count)
        }
        try limits.check(width: width, height: height)
        try limits.check(frameCount: frameCount)
    }

    mutating func take(_ exif: ExifReader?) {
        guard let exif else { return }
        orientation = exif.orientation ?? orientation
        takenAt = exif.takenAt ?? takenAt
    }

    /// The name of a kind of file that people send by mistake.
    private static func otherKind(_ bytes: [UInt8]) -> String? {
        let kinds: [(offset: Int, mark: [UInt8], name: String)] = [
            (0, Array("%PDF-".utf8), "PDF"), (0, Array("BM".utf8), "BMP"), (0, [0x49, 0x49, 0x2A, 0], "TIFF"),
            (0, [0x4D, 0x4D, 0, 0x2A], "TIFF"), (4, Array("ftypheic".utf8), "HEIC"),
            (4, Array("ftypmif1".utf8), "HEIC"),
            (4, Array("ftypavif".utf8), "AVIF"), (4, Array("ftyp".utf8), "MP4"), (0, Array("<svg".utf8), "SVG"),
            (0, Array("PK".utf8) + [3, 4], "ZIP"), (0, [0, 0, 1, 0], "ICO"), (0, Array("<!DOCTYPE".utf8), "HTML"),
        ]
        return kinds.first { bytes.dropFirst($0.offset).starts(with: $0.mark) }?.name
    }
}
