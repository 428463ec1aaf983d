/// Joins pieces of one line that the detection model saw as several: neighbours on one baseline, of one height and direction,
/// with no more than a wide space between. Large letters come as words, or even in parts of words.
///
/// Done before reading, so that each letter is read once, whole, and among its neighbours.
struct LineAssembly {
    /// The widest space within a line, in heights of the line.
    var widestSpace = 0.8

    /// - Parameter pieces: rectangles as the detection model gives them, whose axes may point either way.
    func assembled(_ pieces: [OrientedRectangle]) -> [OrientedRectangle] {
        var lines = pieces.sorted { $0.width > $1.width }.map { Line($0) }
        // A line that has grown may reach pieces that it did not reach before.
        var joined = true
        while joined {
            joined = false
            var kept: [Line] = []
            for line in lines {
                if let place = kept.firstIndex(where: { continues($0.rectangle, with: line.rectangle) }) {
                    kept[place].join(line)
                    joined = true
                } else {
                    kept.append(line)
                }
            }
            lines = kept
        }
        return lines.map(\.rectangle)
    }

    private func continues(_ line: OrientedRectangle, with piece: OrientedRectangle) -> Bool {
        let extent = OrientedRectangle(enclosing: piece.corners, alongAxis: line.axis)
        let offset = extent.center - line.center
        let gap = abs(offset.dot(line.axis)) - (line.width + extent.width) / 2
        let shared = min(
            line.height,
            min(extent.height, (line.height + extent.height) / 2 - abs(offset.dot(line.down))))
        // A part of what has been found as a whole.
        if gap < 0, -gap * shared > 0.6 * extent.width * extent.height { return true }
        let turned = abs(line.axis.dot(piece.axis))
        guard turned > 0.97 || piece.width < 2 * piece.height && turned < 0.2 else { return false }
        return gap < widestSpace * min(line.height, extent.height)
            && shared > 0.65 * max(line.height, extent.height)
    }

    /// A line and the pieces that it was made of.
    private struct Line {
        var rectangle: OrientedRectangle
        private var pieces: [OrientedRectangle]

        init(_ piece: OrientedRectangle) {
            rectangle = piece
            pieces = [piece]
        }

        mutating func join(_ other: Line) {
            let longer = rectangle.width >= other.rectangle.width ? rectangle.axis : other.rectangle.axis
            pieces += other.pieces
            rectangle = OrientedRectangle(
                enclosing: pieces.flatMap(\.corners), alongAxis: Self.axis(of: pieces, near: longer))
        }

        /// The direction of the straight line that passes best between the pieces' ends, long pieces counting for more: a word's
        /// own direction is off by what its risers and tails make of it, the line's is not.
        private static func axis(of pieces: [OrientedRectangle], near axis: PlaneVector) -> PlaneVector {
            let down = axis.turnedQuarter
            var (weights, sums, squares, products) = (0.0, PlaneVector(0, 0), 0.0, 0.0)
            for piece in pieces {
                let along = abs(piece.axis.dot(axis)) > 0.7 ? piece : piece.turnedQuarter
                for end in [along.point(0, 0.5), along.point(1, 0.5)] {
                    let place = PlaneVector(end.dot(axis), end.dot(down))
                    weights += along.width
                    sums += place * along.width
                    squares += place.x * place.x * along.width
                    products += place.x * place.y * along.width
                }
            }
            let variance = squares - sums.x * sums.x / weights
            guard weights > 0, variance > 0 else { return axis }
            let slope = (products - sums.x * sums.y / weights) / variance
            let fitted = axis + down * slope
            return abs(slope) < 0.25 ? fitted / fitted.length : axis
        }
    }
}
