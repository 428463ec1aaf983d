/// In which direction a rectangle's text may run, the likeliest first.
///
/// A rectangle from the detection model has a longer side but no beginning: text runs along it one way or the other. What has
/// been read with certainty elsewhere in the picture tells which to try first, so that an upright page is read once, and one
/// that lies on its head is found out at its first line.
struct ReadingDirections {
    /// A rectangle with longer sides than this (in shorter ones) is a line along them.
    static let elongated = 1.5
    /// A single narrow character is no longer than this.
    private static let longestCharacter = 5.0

    /// The direction of most lines of the page, either way round.
    private let pageAxis: PlaneVector
    private var votes = PlaneVector(0, 0)

    init(of rectangles: [OrientedRectangle]) {
        let lines = rectangles.filter { $0.width >= Self.elongated * $0.height }
        var best = PlaneVector(1, 0)
        var most = 0.0
        for candidate in lines {
            let sum = lines.reduce(0) { $0 + (abs(candidate.axis.dot($1.axis)) > 0.985 ? $1.width : 0) }
            if sum > most {
                most = sum
                best = candidate.axis
            }
        }
        pageAxis = best
    }

    /// Takes note of a line that was read with certainty.
    mutating func agree(on rectangle: OrientedRectangle) {
        votes += rectangle.axis * rectangle.width
    }

    func candidates(for rectangle: OrientedRectangle) -> [OrientedRectangle] {
        let elongated = rectangle.width >= Self.elongated * rectangle.height
        let along = elongated ? rectangle : alongPage(rectangle)
        let first = turnedAsUsual(along)
        var candidates = [first, first.reversed]
        if elongated, rectangle.width <= Self.longestCharacter * rectangle.height,
            abs(rectangle.axis.dot(pageAxis)) < 0.5
        {
            candidates.append(turnedAsUsual(rectangle.turnedQuarter))
        }
        return candidates
    }

    private func alongPage(_ rectangle: OrientedRectangle) -> OrientedRectangle {
        let turned = rectangle.turnedQuarter
        return abs(rectangle.axis.dot(pageAxis)) >= abs(turned.axis.dot(pageAxis)) ? rectangle : turned
    }

    /// Towards where the page's text has been found to run; without a finding, to the right, or upwards where it is vertical.
    private func turnedAsUsual(_ rectangle: OrientedRectangle) -> OrientedRectangle {
        let agreement = rectangle.axis.dot(votes)
        if abs(agreement) > 0.3 * votes.length { return agreement > 0 ? rectangle : rectangle.reversed }
        let axis = rectangle.axis
        let usual = abs(axis.x) > 0.3 ? axis.x > 0 : axis.y < 0
        return usual ? rectangle : rectangle.reversed
    }
}
