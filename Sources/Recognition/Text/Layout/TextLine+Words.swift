extension TextLine {
    /// Splits what was read at its spaces, and gives each word its own rectangle. Nil where nothing was read.
    ///
    /// Between two words the rectangles end where the widest gap in the ink begins and ends; where there is none, both end in
    /// the middle between the neighbouring characters.
    init?(_ reading: LineReading) {
        let groups = reading.characters.split(whereSeparator: \.isSpace)
        guard let first = groups.first?.first, let last = groups.last?.last else { return nil }
        var starts = [reading.ink.widestGap(from: 0, to: first.position)?.upperBound ?? 0]
        var ends: [Double] = []
        for (left, right) in zip(groups, groups.dropFirst()) {
            guard let before = left.last?.position, let after = right.first?.position else { continue }
            let middle = (before + after) / 2
            let gap = reading.ink.widestGap(from: before, to: after) ?? middle..<middle
            ends.append(gap.lowerBound)
            starts.append(gap.upperBound)
        }
        ends.append(reading.ink.widestGap(from: last.position, to: 1)?.lowerBound ?? 1)
        words = zip(groups, zip(starts, ends)).map { group, bounds in
            TextWord(
                text: group.map(\.text).joined(),
                confidence: group.reduce(0) { $0 + $1.confidence } / Double(group.count),
                rectangle: reading.rectangle.slice(from: bounds.0, to: max(bounds.0, bounds.1)))
        }
        rectangle = reading.rectangle.slice(from: starts[0], to: max(starts[0], ends[ends.count - 1]))
    }
}
