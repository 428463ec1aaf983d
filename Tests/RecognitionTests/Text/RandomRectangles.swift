@testable import Recognition

#if canImport(Glibc)
    import Glibc
#endif

/// Numbers that look random and are the same in each run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension PlaneVector {
    /// A direction, clockwise from the right as one sees it.
    static func direction(degrees: Double) -> PlaneVector {
        PlaneVector(cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    }
}

extension OrientedRectangle {
    /// A rectangle whose text runs in a direction.
    init(at x: Double, _ y: Double, _ width: Double, _ height: Double, degrees: Double = 0) {
        self.init(center: PlaneVector(x, y), axis: .direction(degrees: degrees), width: width, height: height)
    }

    func contains(_ point: PlaneVector) -> Bool {
        let offset = point - center
        return abs(offset.dot(axis)) <= width / 2 && abs(offset.dot(down)) <= height / 2
    }
}

extension ProbabilityMap {
    /// A map that is certain inside of rectangles, and nothing outside.
    init?(width: Int, height: Int, marked: [OrientedRectangle], probability: Float = 0.9) {
        var values = [Float](repeating: 0, count: width * height)
        for y in 0..<height {
            for x in 0..<width
            where marked.contains(where: { $0.contains(PlaneVector(Double(x) + 0.5, Double(y) + 0.5)) }) {
                values[y * width + x] = probability
            }
        }
        self.init(width: width, height: height, values: values)
    }
}
