/// A point or a direction in the plane of a picture: pixels, x to the right and y downwards. A pixel's centre has the
/// fraction .5, its corners have whole numbers.
typealias PlaneVector = SIMD2<Double>

extension SIMD2 where Scalar == Double {
    var length: Double { (x * x + y * y).squareRoot() }

    /// A quarter turn clockwise, as one sees it (y points downwards).
    var turnedQuarter: Self { Self(-y, x) }

    func dot(_ other: Self) -> Double { x * other.x + y * other.y }

    /// Positive where `other` lies clockwise of this vector, as one sees it.
    func cross(_ other: Self) -> Double { x * other.y - y * other.x }
}
