/// How a model wants to have colours: in which order, and as which numbers.
public struct SampleFormat: Sendable, Equatable {
    /// The order of a tensor's planes.
    public enum Order: Sendable {
        case rgb, bgr
    }

    /// The order of the planes.
    public var order: Order
    /// What is taken from each value of 0…255, plane by plane (three of them).
    public var mean: [Float]
    /// What the difference is multiplied by, plane by plane (three of them).
    public var scale: [Float]

    /// Values become `(value - mean) * scale`, each plane with its own mean and scale.
    public init(order: Order, mean: (Float, Float, Float), scale: (Float, Float, Float)) {
        self.order = order
        self.mean = [mean.0, mean.1, mean.2]
        self.scale = [scale.0, scale.1, scale.2]
    }

    /// Values become `(value - mean) * scale`, all planes alike.
    public init(order: Order, mean: Float, scale: Float) {
        self.init(order: order, mean: (mean, mean, mean), scale: (scale, scale, scale))
    }
}
