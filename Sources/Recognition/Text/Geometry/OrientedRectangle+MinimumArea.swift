extension OrientedRectangle {
    /// The rectangle of least area around a set of points; nil where there are none.
    ///
    /// One of its sides lies on an edge of the convex hull, so it is found by turning a pair of calipers once around the
    /// hull: the three supporting points only ever move forwards, O(n) after the hull. Its axis is along its longer side
    /// and points to the right (straight down where it is upright).
    init?(enclosing points: [PlaneVector]) {
        self.init(enclosing: ConvexHull(of: points))
    }

    init?(enclosing hull: ConvexHull) {
        let vertices = hull.vertices
        guard let first = vertices.first, let last = vertices.last else { return nil }
        guard vertices.count > 2 else {
            let along = last - first
            let length = along.length
            self.init(
                center: (first + last) / 2, axis: length > 0 ? along / length : PlaneVector(1, 0), width: length,
                height: 0)
            turnAxisToTheRight()
            return
        }
        var best: OrientedRectangle?
        var rightmost = 1
        var farthest = 1
        var leftmost = 1
        let count = vertices.count
        for index in 0..<count {
            let origin = vertices[index]
            let edge = vertices[(index + 1) % count] - origin
            let axis = edge / edge.length
            let inwards = axis.turnedQuarter
            func reach(_ vertex: Int, _ direction: PlaneVector) -> Double {
                (vertices[vertex % count] - origin).dot(direction)
            }
            rightmost = max(rightmost, index + 1)
            while reach(rightmost + 1, axis) > reach(rightmost, axis), rightmost < index + count { rightmost += 1 }
            farthest = max(farthest, rightmost)
            while reach(farthest + 1, inwards) > reach(farthest, inwards), farthest < index + count { farthest += 1 }
            leftmost = max(leftmost, farthest)
            while reach(leftmost + 1, axis) < reach(leftmost, axis), leftmost < index + count { leftmost += 1 }

            let start = min(reach(leftmost, axis), 0)
            let end = reach(rightmost, axis)
            let depth = reach(farthest, inwards)
            let area = (end - start) * depth
            if let best, best.area <= area { continue }
            best = OrientedRectangle(
                center: origin + axis * ((start + end) / 2) + inwards * (depth / 2), axis: axis, width: end - start,
                height: depth)
        }
        guard var found = best else { return nil }
        if found.height > found.width { found = found.turnedQuarter }
        found.turnAxisToTheRight()
        self = found
    }

    private mutating func turnAxisToTheRight() {
        if axis.x < 0 || axis.x == 0 && axis.y < 0 { axis = -axis }
    }
}
