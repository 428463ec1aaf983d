/// A rectangle in a picture, in parts of its width and height: all four from 0 to 1.
public struct Box: Sendable, Hashable {
    /// From the picture's left edge to the box's.
    public var left: Double
    /// From the picture's top edge to the box's.
    public var top: Double
    /// The box's width.
    public var width: Double
    /// The box's height.
    public var height: Double

    /// A rectangle.
    public init(left: Double, top: Double, width: Double, height: Double) {
        self.left = left
        self.top = top
        self.width = width
        self.height = height
    }
}
