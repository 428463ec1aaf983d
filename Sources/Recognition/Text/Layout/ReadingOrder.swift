/// The order in which a person reads the lines of a picture: from top to bottom, and from left to right where they stand
/// side by side; as seen with the page turned so that most of its text is upright.
struct ReadingOrder {
    /// The direction in which most of the text runs; to the right where there is none.
    static func direction(of rectangles: [OrientedRectangle]) -> PlaneVector {
        var best = PlaneVector(1, 0)
        var most = 0.0
        for candidate in rectangles {
            // Lines within some 10 degrees speak for each other.
            let sum = rectangles.reduce(PlaneVector(0, 0)) { sum, other in
                candidate.axis.dot(other.axis) > 0.985 ? sum + other.axis * other.width : sum
            }
            let length = sum.length
            if length > most {
                most = length
                best = sum / length
            }
        }
        return best
    }

    static func sorted(_ lines: [TextLine]) -> [TextLine] {
        let axis = direction(of: lines.map(\.rectangle))
        let down = axis.turnedQuarter
        let fromTop = lines.sorted { $0.rectangle.center.dot(down) < $1.rectangle.center.dot(down) }
        var rows: [[TextLine]] = []
        for line in fromTop {
            // Beside the row's first line, if its middle is not much below that one's.
            if let first = rows.last?.first?.rectangle,
                (line.rectangle.center - first.center).dot(down) < 0.35 * min(first.height, line.rectangle.height)
            {
                rows[rows.count - 1].append(line)
            } else {
                rows.append([line])
            }
        }
        return rows.flatMap { row in
            row.sorted { $0.rectangle.center.dot(axis) < $1.rectangle.center.dot(axis) }
        }
    }
}
