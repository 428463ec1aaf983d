/// What the detection model says of each pixel of its input: the probability that it belongs to the core of a line of text.
struct ProbabilityMap {
    let width: Int
    let height: Int
    /// Row by row, `width * height` values of 0...1.
    let values: [Float]

    /// Nil where the number of values is not that of the pixels.
    init?(width: Int, height: Int, values: [Float]) {
        guard width > 0, height > 0, values.count == width * height else { return nil }
        self.width = width
        self.height = height
        self.values = values
    }

    /// How many pixels a region has, and the mean of their probabilities.
    func measure(_ region: [ConnectedRegions.Run]) -> (count: Int, mean: Double) {
        values.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return (0, 0) }
            var sum: Double = 0
            var count = 0
            for run in region {
                let row = base + run.row * width
                var total: Float = 0
                var x = run.start
                while x < run.end {
                    total += row[x]
                    x += 1
                }
                sum += Double(total)
                count += run.end - run.start
            }
            return (count, count == 0 ? 0 : sum / Double(count))
        }
    }
}
