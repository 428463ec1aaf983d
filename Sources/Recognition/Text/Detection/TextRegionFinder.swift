/// Turns the detection model's probability map into rectangles around pieces of text: lines, or words that stand wide apart.
///
/// The model (DBNet) is trained to mark lines that are shrunk towards their middle, so that neighbours stay apart; what it
/// marks is grown again by the inverse of that ("unclip"): outwards by `area * growth / perimeter`.
struct TextRegionFinder {
    /// A pixel belongs to a region above this.
    var pixelThreshold: Float = 0.3
    /// A region is text where the mean of its pixels is at least this. Theirs, not the rectangle's: the strip that the model
    /// draws through a long line is not straight, and a rectangle around it holds much that is none of it.
    var scoreThreshold = 0.6
    /// How far a marked region is grown, relative to its area divided by its perimeter.
    var growth = 1.6
    /// What is added to the length besides, in heights: a full stop at the end is often left out of the mark.
    var margin = 0.15
    /// Marked regions that are thinner than this (pixels of the map) are specks.
    var minimumThickness = 2.5
    /// At most so many regions, the largest; a page of dense text has some hundred lines.
    var maximumRegions = 512

    func regions(in map: ProbabilityMap) -> [TextRegion] {
        var found: [TextRegion] = []
        for region in ConnectedRegions(of: map, above: pixelThreshold).regions {
            let (count, score) = map.measure(region)
            guard score >= scoreThreshold,
                let marked = OrientedRectangle(enclosing: ConnectedRegions.outline(of: region)),
                min(marked.width, marked.height) >= minimumThickness
            else { continue }
            let distance = Double(count) * growth / (2 * (marked.width + marked.height))
            var rectangle = marked.expanded(by: distance)
            rectangle.width += margin * rectangle.height
            found.append(TextRegion(rectangle: rectangle, score: score))
        }
        guard found.count > maximumRegions else { return found }
        return Array(found.sorted { $0.rectangle.area > $1.rectangle.area }.prefix(maximumRegions))
    }
}
