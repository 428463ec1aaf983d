import JSONValue

/// A rectangle in a picture, in parts of its width and height. It may reach beyond the picture's edges.
public struct RekognitionBox: Sendable, Hashable {
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

    init?(_ json: JSONValue) {
        guard let left = json["Left"]?.double, let top = json["Top"]?.double, let width = json["Width"]?.double,
            let height = json["Height"]?.double
        else { return nil }
        self.init(left: left, top: top, width: width, height: height)
    }

    var json: JSONValue {
        [
            "Left": JSONValue(left), "Top": JSONValue(top), "Width": JSONValue(width), "Height": JSONValue(height),
        ]
    }
}

/// A point in a picture, in parts of its width and height.
public struct RekognitionPoint: Sendable, Hashable {
    /// From the picture's left edge.
    public var x: Double
    /// From the picture's top edge.
    public var y: Double

    /// A point.
    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }

    init?(_ json: JSONValue) {
        guard let x = json["X"]?.double, let y = json["Y"]?.double else { return nil }
        self.init(x: x, y: y)
    }

    var json: JSONValue { ["X": JSONValue(x), "Y": JSONValue(y)] }
}
