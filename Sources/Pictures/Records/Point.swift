/// A place in a picture, in parts of its width and height: both from 0 to 1.
public struct Point: Sendable, Hashable {
    /// From the picture's left edge.
    public var x: Double
    /// From the picture's top edge.
    public var y: Double

    /// A place.
    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}
