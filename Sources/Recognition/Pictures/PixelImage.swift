/// A picture as recognition sees it: 8-bit red, green and blue, interleaved, row by row without gaps, upright.
public struct PixelImage: Sendable, Equatable {
    /// Pixels in a row; at least 1.
    public let width: Int
    /// Rows; at least 1.
    public let height: Int
    /// `3 * width * height` values: red, green and blue of the first pixel of the first row, then the next pixel's.
    public let pixels: [UInt8]

    /// A picture of these pixels; nil when they are not `3 * width * height` values of at least one pixel.
    public init?(width: Int, height: Int, pixels: [UInt8]) {
        let (area, areaOverflows) = width.multipliedReportingOverflow(by: height)
        let (count, countOverflows) = area.multipliedReportingOverflow(by: 3)
        guard width > 0, height > 0, !areaOverflows, !countOverflows, pixels.count == count else { return nil }
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// A picture whose pixels are known to be right in number.
    init(checkedWidth width: Int, height: Int, pixels: [UInt8]) {
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// The colour at a place; the nearest edge's where the place lies outside.
    public subscript(x: Int, y: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
        let place = 3 * (min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1))
        return (pixels[place], pixels[place + 1], pixels[place + 2])
    }
}
