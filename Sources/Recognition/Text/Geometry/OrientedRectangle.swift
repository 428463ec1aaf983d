/// A rectangle that may lie at any angle: where a line of text stands in a picture.
///
/// `axis` is the direction in which the text is read, `width` the extent along it; `height` is the extent across, from
/// the tops of the letters to their feet.
struct OrientedRectangle: Equatable {
    var center: PlaneVector
    /// Of length 1.
    var axis: PlaneVector
    var width: Double
    var height: Double

    init(center: PlaneVector, axis: PlaneVector, width: Double, height: Double) {
        self.center = center
        self.axis = axis
        self.width = width
        self.height = height
    }

    /// The direction from the tops of the letters to their feet.
    var down: PlaneVector { axis.turnedQuarter }
    var area: Double { width * height }

    /// Top left, top right, bottom right, bottom left, as the text is read.
    var corners: [PlaneVector] {
        [point(0, 0), point(1, 0), point(1, 1), point(0, 1)]
    }

    /// The point at fractions of the rectangle: (0, 0) is the beginning of the text at its top, (1, 1) its end at its foot.
    func point(_ alongAxis: Double, _ acrossAxis: Double) -> PlaneVector {
        center + axis * ((alongAxis - 0.5) * width) + down * ((acrossAxis - 0.5) * height)
    }

    /// The part between two fractions of the width, at full height.
    func slice(from start: Double, to end: Double) -> OrientedRectangle {
        OrientedRectangle(
            center: point((start + end) / 2, 0.5), axis: axis, width: (end - start) * width, height: height)
    }

    /// The same place, read in the opposite direction.
    var reversed: OrientedRectangle {
        OrientedRectangle(center: center, axis: -axis, width: width, height: height)
    }

    /// The same place, with the reading direction turned clockwise by a quarter.
    var turnedQuarter: OrientedRectangle {
        OrientedRectangle(center: center, axis: axis.turnedQuarter, width: height, height: width)
    }

    /// Each side moved outwards by `distance`.
    func expanded(by distance: Double) -> OrientedRectangle {
        OrientedRectangle(
            center: center, axis: axis, width: width + 2 * distance, height: height + 2 * distance)
    }

    /// The same rectangle where each axis of the picture is stretched by a factor of its own. Two different factors would
    /// make a parallelogram of it: the rectangle keeps the sides' middles, and its angle is right for the reading direction.
    func scaled(by factors: PlaneVector) -> OrientedRectangle {
        let along = axis * width * factors
        let across = down * height * factors
        let width = along.length
        let newAxis = width > 0 ? along / width : axis
        let height = abs(newAxis.cross(across))
        return OrientedRectangle(center: center * factors, axis: newAxis, width: width, height: height)
    }

    /// The smallest rectangle of a given direction around points.
    init(enclosing points: [PlaneVector], alongAxis axis: PlaneVector) {
        let down = axis.turnedQuarter
        let along = points.map { $0.dot(axis) }
        let across = points.map { $0.dot(down) }
        let (left, right) = (along.min() ?? 0, along.max() ?? 0)
        let (top, bottom) = (across.min() ?? 0, across.max() ?? 0)
        self.init(
            center: axis * ((left + right) / 2) + down * ((top + bottom) / 2), axis: axis, width: right - left,
            height: bottom - top)
    }
}
