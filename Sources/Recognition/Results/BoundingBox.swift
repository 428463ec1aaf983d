/// A rectangle in a picture, in ratios of the picture's width and height: 0 is the left or upper edge, 1 the other.
public struct BoundingBox: Sendable, Equatable {
    /// The left edge, as a ratio of the picture's width.
    public var left: Double
    /// The upper edge, as a ratio of the picture's height.
    public var top: Double
    /// The width, as a ratio of the picture's width.
    public var width: Double
    /// The height, as a ratio of the picture's height.
    public var height: Double

    /// A box of these edges.
    public init(left: Double, top: Double, width: Double, height: Double) {
        self.left = left
        self.top = top
        self.width = width
        self.height = height
    }

    /// The ratio of the picture that the box covers.
    public var area: Double { width * height }

    /// The part of the box that lies in the picture.
    public var clamped: BoundingBox {
        let left = min(max(self.left, 0), 1)
        let top = min(max(self.top, 0), 1)
        return BoundingBox(
            left: left, top: top, width: max(0, min(self.left + width, 1) - left),
            height: max(0, min(self.top + height, 1) - top))
    }

    /// How much two boxes are one: what they share, as a ratio of what they cover together.
    public func overlap(with other: BoundingBox) -> Double {
        let across = min(left + width, other.left + other.width) - max(left, other.left)
        let down = min(top + height, other.top + other.height) - max(top, other.top)
        guard across > 0, down > 0 else { return 0 }
        return across * down / (area + other.area - across * down)
    }
}
