/// A picture brought into a square without changing its proportions: what remains of the square is grey.
struct Letterbox: Sendable {
    /// The square's side.
    let side: Int
    /// Where the picture lies in it.
    let left: Int
    let top: Int
    let width: Int
    let height: Int

    /// Places a picture of this size in a square.
    init(width: Int, height: Int, side: Int) {
        let scale = Double(side) / Double(max(width, height))
        self.side = side
        self.width = min(side, max(1, Int((Double(width) * scale).rounded())))
        self.height = min(side, max(1, Int((Double(height) * scale).rounded())))
        left = (side - self.width) / 2
        top = (side - self.height) / 2
    }

    /// The square as RGB planes of 0…1.
    func tensor(of image: PixelImage) throws(RecognitionError) -> Tensor {
        let scaled = try image.tensor(
            columns: width, rows: height, format: SampleFormat(order: .rgb, mean: 0, scale: 1 / 255))
        if width == side, height == side { return scaled }
        var square = [Float](repeating: 0.5, count: 3 * side * side)
        for plane in 0..<3 {
            for row in 0..<height {
                let target = (plane * side + top + row) * side + left
                let source = (plane * height + row) * width
                square.replaceSubrange(target..<target + width, with: scaled.values[source..<source + width])
            }
        }
        return Tensor(checkedShape: [1, 3, side, side], values: square)
    }

    /// A box of the square, in ratios of its side, as a box of the picture; cut to the picture.
    func box(middleX: Double, middleY: Double, width boxWidth: Double, height boxHeight: Double) -> BoundingBox {
        let side = Double(side)
        return BoundingBox(
            left: ((middleX - boxWidth / 2) * side - Double(left)) / Double(width),
            top: ((middleY - boxHeight / 2) * side - Double(top)) / Double(height),
            width: boxWidth * side / Double(width), height: boxHeight * side / Double(height)
        ).clamped
    }
}
