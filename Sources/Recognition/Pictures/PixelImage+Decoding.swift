import CImageCodecs

extension PixelImage {
    /// Decodes a file: JPEG, PNG, GIF or WebP, whatever its name says. Of an animation it takes the first picture, what is
    /// transparent it puts over white, and it turns the picture upright as EXIF says.
    ///
    /// The size that the file says is held against ``ImageLimits`` before anything is decoded. Pictures of more than
    /// ``ImageLimits/keptArea`` pixels come out smaller: nothing that is recognised needs more.
    public init(decoding bytes: [UInt8]) throws(RecognitionError) {
        let limits = cic_limits(
            side: UInt32(ImageLimits.side), area: UInt64(ImageLimits.area), kept: UInt64(ImageLimits.keptArea))
        var picture = cic_picture()
        defer { cic_close(&picture) }
        let status = withUnsafePointer(to: limits) { cic_decode(bytes, bytes.count, $0, &picture) }
        let format = Self.name(of: picture.format)
        switch status {
        case CIC_OK: break
        case CIC_NOT_AN_IMAGE: throw .notAnImage
        case CIC_DAMAGED: throw .imageDamaged(format: format, reason: Self.text(of: picture))
        case CIC_UNSUPPORTED: throw .imageUnsupported(format: format, reason: Self.text(of: picture))
        case CIC_TOO_LARGE:
            throw .imageTooLarge(width: Int(picture.stored_width), height: Int(picture.stored_height))
        default: throw .outOfMemory
        }
        let width = Int(picture.width)
        let height = Int(picture.height)
        self.init(
            checkedWidth: width, height: height,
            pixels: Array(UnsafeBufferPointer(start: picture.pixels, count: 3 * width * height)))
    }

    /// The picture as a PNG file.
    public func encodedAsPNG() throws(RecognitionError) -> [UInt8] {
        var encoded: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard cic_encode_png(pixels, UInt32(width), UInt32(height), &encoded, &count) == CIC_OK, let encoded else {
            throw .outOfMemory
        }
        defer { cic_free(encoded) }
        return Array(UnsafeBufferPointer(start: encoded, count: count))
    }

    private static func name(of format: cic_format) -> String {
        switch format {
        case CIC_JPEG: "JPEG"
        case CIC_PNG: "PNG"
        case CIC_GIF: "GIF"
        default: "WebP"
        }
    }

    private static func text(of picture: cic_picture) -> String {
        withUnsafeBytes(of: picture.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
