/// A rectangle in a picture, in pixels; edges may lie between pixels.
public struct PixelRectangle: Sendable, Equatable {
    /// The left edge, from the picture's left edge.
    public var left: Double
    /// The upper edge, from the picture's upper edge.
    public var top: Double
    /// How wide it is.
    public var width: Double
    /// How high it is.
    public var height: Double

    /// A rectangle of these edges.
    public init(left: Double, top: Double, width: Double, height: Double) {
        self.left = left
        self.top = top
        self.width = width
        self.height = height
    }
}

extension PixelImage {
    /// The whole picture.
    public var bounds: PixelRectangle {
        PixelRectangle(left: 0, top: 0, width: Double(width), height: Double(height))
    }

    /// Where a box, which says ratios, lies in this picture.
    public func rectangle(of box: BoundingBox) -> PixelRectangle {
        PixelRectangle(
            left: box.left * Double(width), top: box.top * Double(height), width: box.width * Double(width),
            height: box.height * Double(height))
    }
}
