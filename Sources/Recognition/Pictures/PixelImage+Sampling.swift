import CPixels

extension PixelImage {
    /// A rectangle of the picture, brought to a size, as the input of a model: shape `[1, 3, rows, columns]`.
    ///
    /// Each place is the mean of what it covers, weighted by a triangle (bilinear, antialiased when it gets smaller). Where
    /// the rectangle reaches beyond the picture, the nearest edge counts.
    public func tensor(
        of rectangle: PixelRectangle? = nil, columns: Int, rows: Int, format: SampleFormat
    ) throws(RecognitionError) -> Tensor {
        let rectangle = try sampled(rectangle, columns, rows)
        let order: [Int32] = format.order == .rgb ? [0, 1, 2] : [2, 1, 0]
        var status: Int32 = 0
        let planes = [Float](unsafeUninitializedCapacity: 3 * columns * rows) { planes, count in
            guard let base = planes.baseAddress else { return }
            status = cpx_sample_planes(
                pixels, width, height, rectangle.left, rectangle.top, rectangle.width, rectangle.height, columns, rows,
                order, format.mean, format.scale, base)
            count = status == 0 ? 3 * columns * rows : 0
        }
        guard status == 0 else { throw .outOfMemory }
        return Tensor(checkedShape: [1, 3, rows, columns], values: planes)
    }

    /// The picture, or a rectangle of it, in another size.
    public func resized(
        _ rectangle: PixelRectangle? = nil, width newWidth: Int, height newHeight: Int
    ) throws(RecognitionError) -> PixelImage {
        let rectangle = try sampled(rectangle, newWidth, newHeight)
        var status: Int32 = 0
        let sampled = [UInt8](unsafeUninitializedCapacity: 3 * newWidth * newHeight) { sampled, count in
            guard let base = sampled.baseAddress else { return }
            status = cpx_sample_pixels(
                pixels, width, height, rectangle.left, rectangle.top, rectangle.width, rectangle.height, newWidth,
                newHeight, base)
            count = status == 0 ? 3 * newWidth * newHeight : 0
        }
        guard status == 0 else { throw .outOfMemory }
        return PixelImage(checkedWidth: newWidth, height: newHeight, pixels: sampled)
    }

    /// The largest number of places in either direction that is sampled at once.
    static let maximumSamples = 16_384

    private func sampled(
        _ rectangle: PixelRectangle?, _ columns: Int, _ rows: Int
    ) throws(RecognitionError) -> PixelRectangle {
        let rectangle = rectangle ?? bounds
        let reach = 4 * Double(max(width, height)) + 4
        guard (1...Self.maximumSamples).contains(columns), (1...Self.maximumSamples).contains(rows),
            rectangle.width > 0, rectangle.height > 0, rectangle.width <= reach, rectangle.height <= reach,
            abs(rectangle.left) <= reach, abs(rectangle.top) <= reach
        else { throw .notSampled(rectangle, columns: columns, rows: rows) }
        return rectangle
    }
}
