/// The smallest convex polygon around a set of points: clockwise as one sees it (y points downwards), beginning at the
/// leftmost point (the upper one of two), without points that lie on an edge.
///
/// Andrew's monotone chain: sort, then one chain on each side; O(n log n).
struct ConvexHull {
    let vertices: [PlaneVector]

    init(of points: [PlaneVector]) {
        let sorted = points.sorted { $0.x != $1.x ? $0.x < $1.x : $0.y < $1.y }
        var distinct: [PlaneVector] = []
        distinct.reserveCapacity(sorted.count)
        for point in sorted where distinct.last != point { distinct.append(point) }
        guard distinct.count > 2 else {
            vertices = distinct
            return
        }
        var hull = Self.chain(distinct)
        hull.removeLast()
        hull += Self.chain(distinct.reversed()).dropLast()
        vertices = hull
    }

    /// The points of `sorted` that turn clockwise all along, the first and the last included.
    private static func chain(_ sorted: [PlaneVector]) -> [PlaneVector] {
        var chain: [PlaneVector] = []
        for point in sorted {
            while chain.count >= 2 {
                let last = chain[chain.count - 1]
                let before = chain[chain.count - 2]
                guard (last - before).cross(point - last) <= 0 else { break }
                chain.removeLast()
            }
            chain.append(point)
        }
        return chain
    }
}
