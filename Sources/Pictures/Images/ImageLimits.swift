/// How large a picture may be. Checked before anything is decoded.
public struct ImageLimits: Sendable, Hashable {
    /// Bytes in the file.
    public var byteCount: Int
    /// Pixels across, and pixels down.
    public var side: Int
    /// Pixels in all.
    public var pixelCount: Int
    /// Frames, where the picture moves.
    public var frameCount: Int

    /// Limits; those not given are 25 MiB, 30,000 pixels a side, 100,000,000 pixels and 5,000 frames.
    public init(
        byteCount: Int = 25 << 20, side: Int = 30_000, pixelCount: Int = 100_000_000, frameCount: Int = 5_000
    ) {
        self.byteCount = byteCount
        self.side = side
        self.pixelCount = pixelCount
        self.frameCount = frameCount
    }

    /// Refuses a file that is empty or too long.
    public func check(byteCount: Int) throws(ImageError) {
        guard byteCount > 0 else { throw .empty }
        try hold(.byteCount, byteCount, self.byteCount)
    }

    /// Refuses a picture with too many pixels.
    func check(width: Int, height: Int) throws(ImageError) {
        try hold(.width, width, side)
        try hold(.height, height, side)
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        try hold(.pixelCount, overflow ? .max : pixels, pixelCount)
    }

    /// Refuses a picture with too many frames.
    func check(frameCount: Int) throws(ImageError) { try hold(.frameCount, frameCount, self.frameCount) }

    private func hold(_ measure: ImageError.Measure, _ found: Int, _ limit: Int) throws(ImageError) {
        guard found <= limit else { throw .overLimit(measure, found: found, limit: limit) }
    }
}
