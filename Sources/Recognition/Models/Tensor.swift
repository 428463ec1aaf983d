/// Real numbers in a shape, as models take and give them.
public struct Tensor: Sendable, Equatable {
    /// How many places each dimension has, from the outermost.
    public let shape: [Int]
    /// The numbers; the last dimension runs fastest.
    public let values: [Float]

    /// Numbers in a shape; nil when their count is not the product of the shape.
    public init?(shape: [Int], values: [Float]) {
        var count = 1
        for places in shape {
            let (product, overflows) = count.multipliedReportingOverflow(by: places)
            guard places >= 0, !overflows else { return nil }
            count = product
        }
        guard values.count == count else { return nil }
        self.init(checkedShape: shape, values: values)
    }

    /// Numbers that are known to fit their shape.
    init(checkedShape shape: [Int], values: [Float]) {
        self.shape = shape
        self.values = values
    }
}
