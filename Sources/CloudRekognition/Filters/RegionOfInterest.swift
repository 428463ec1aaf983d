import Recognition

/// A part of a picture that text is looked for in.
struct RegionOfInterest: Sendable, Equatable {
    /// Its outline: at least three corners.
    let corners: [TextDetection.Point]

    /// A rectangle; nil where it is not one that lies in the picture.
    init?(box: BoundingBox) {
        guard box.width > 0, box.height > 0, box.left >= 0, box.top >= 0, box.left + box.width <= 1 + Self.tolerance,
            box.top + box.height <= 1 + Self.tolerance
        else { return nil }
        corners = box.corners
    }

    /// A polygon; nil where it has too few or too many corners, or one outside of the picture.
    init?(polygon: [TextDetection.Point]) {
        guard RekognitionLimits.regionPoints.contains(polygon.count),
            polygon.allSatisfy({ (0...1).contains($0.x) && (0...1).contains($0.y) })
        else { return nil }
        corners = polygon
    }

    /// What the sum of two ratios may be off by.
    private static let tolerance = 1e-6

    /// Whether more than half of a detection lies inside.
    func holds(_ detection: TextDetection) -> Bool {
        let outline = detection.polygon.count >= 3 ? detection.polygon : detection.box.corners
        let area = Self.area(outline)
        guard area > 0 else { return false }
        return Self.area(Self.clip(corners, to: outline)) > area / 2
    }

    /// The area in a closed line (shoelace formula); in parts of the picture.
    private static func area(_ corners: [TextDetection.Point]) -> Double { abs(signedArea(corners)) }

    private static func signedArea(_ corners: [TextDetection.Point]) -> Double {
        var sum = 0.0
        for (index, point) in corners.enumerated() {
            let next = corners[(index + 1) % corners.count]
            sum += point.x * next.y - next.x * point.y
        }
        return sum / 2
    }

    /// The part of a polygon of any form that lies in a convex one (Sutherland and Hodgman). Where it falls into several
    /// pieces, lines without width join them, which add nothing to the area.
    private static func clip(
        _ subject: [TextDetection.Point], to window: [TextDetection.Point]
    ) -> [TextDetection.Point] {
        let orientation = signedArea(window) < 0 ? -1.0 : 1.0
        var output = subject
        for (index, start) in window.enumerated() {
            let end = window[(index + 1) % window.count]
            func side(_ point: TextDetection.Point) -> Double {
                orientation * ((end.x - start.x) * (point.y - start.y) - (end.y - start.y) * (point.x - start.x))
            }
            let input = output
            output = []
            for (index, point) in input.enumerated() {
                let before = input[(index + input.count - 1) % input.count]
                let (here, there) = (side(point), side(before))
                if (here < 0) != (there < 0) {
                    let share = there / (there - here)
                    output.append(
                        TextDetection.Point(
                            x: before.x + (point.x - before.x) * share, y: before.y + (point.y - before.y) * share))
                }
                if here >= 0 { output.append(point) }
            }
        }
        return output
    }
}

extension BoundingBox {
    /// The corners, clockwise from the upper left.
    var corners: [TextDetection.Point] {
        [
            .init(x: left, y: top), .init(x: left + width, y: top), .init(x: left + width, y: top + height),
            .init(x: left, y: top + height),
        ]
    }
}
