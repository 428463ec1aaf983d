extension TextDetection {
    /// Lines of a picture of the given size as Amazon Rekognition's DetectText gives them: the lines first, with ids from 0,
    /// then the words of each with its id as their parent.
    static func detections(of lines: [TextLine], width: Int, height: Int) -> [TextDetection] {
        let size = PlaneVector(Double(width), Double(height))
        var detections = lines.enumerated().map { id, line in
            TextDetection(line.text, .line, id, nil, line.confidence, line.rectangle, size)
        }
        for (parent, line) in lines.enumerated() {
            for word in line.words {
                detections.append(
                    TextDetection(word.text, .word, detections.count, parent, word.confidence, word.rectangle, size))
            }
        }
        return detections
    }

    private init(
        _ text: String, _ kind: Kind, _ id: Int, _ parent: Int?, _ confidence: Double, _ rectangle: OrientedRectangle,
        _ size: PlaneVector
    ) {
        let corners = rectangle.corners.map { ($0 / size).clamped(lowerBound: .zero, upperBound: .one) }
        let (left, right) = (corners.map(\.x).min() ?? 0, corners.map(\.x).max() ?? 0)
        let (top, bottom) = (corners.map(\.y).min() ?? 0, corners.map(\.y).max() ?? 0)
        self.init(
            text: text, kind: kind, id: id, parentID: parent, confidence: min(max(confidence, 0), 1) * 100,
            box: BoundingBox(left: left, top: top, width: right - left, height: bottom - top),
            polygon: corners.map { Point(x: $0.x, y: $0.y) })
    }
}
