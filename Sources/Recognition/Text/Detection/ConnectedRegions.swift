/// The connected regions (8 neighbours) of the pixels of a map that exceed a threshold.
///
/// Works on runs of pixels instead of pixels: one pass over the values finds each row's runs, then runs that touch one of the
/// row above are united (union-find). A page has some thousand runs where it has a million pixels.
struct ConnectedRegions {
    /// Neighbouring pixels in one row: `start..<end`.
    struct Run: Equatable {
        var row: Int
        var start: Int
        var end: Int
    }

    /// Each region's runs from top to bottom; the regions in the order of their first run.
    let regions: [[Run]]

    /// - Parameter maximumRuns: where noise makes more runs than this, the rows below are left out, so that memory is
    ///   bounded whatever the picture.
    init(of map: ProbabilityMap, above threshold: Float, maximumRuns: Int = 200_000) {
        let (runs, firstOfRow) = Self.runs(of: map, above: threshold, maximum: maximumRuns)
        var parents = Array(runs.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while parents[index] != index {
                parents[index] = parents[parents[index]]
                index = parents[index]
            }
            return index
        }
        for row in firstOfRow.indices.dropFirst().dropLast() {
            var above = firstOfRow[row - 1]
            let endAbove = firstOfRow[row]
            for index in firstOfRow[row]..<firstOfRow[row + 1] {
                while above < endAbove, runs[above].end < runs[index].start { above += 1 }
                var touching = above
                while touching < endAbove, runs[touching].start <= runs[index].end {
                    let (first, second) = (root(touching), root(index))
                    // The smaller index stays the root: a region is known by its first run.
                    if first != second { parents[max(first, second)] = min(first, second) }
                    touching += 1
                }
            }
        }
        var places: [Int: Int] = [:]
        var regions: [[Run]] = []
        for index in runs.indices {
            let first = root(index)
            if let place = places[first] {
                regions[place].append(runs[index])
            } else {
                places[first] = regions.count
                regions.append([runs[index]])
            }
        }
        self.regions = regions
    }

    /// The corners of the pixels at both ends of each run: enough for the region's convex hull.
    static func outline(of region: [Run]) -> [PlaneVector] {
        var points: [PlaneVector] = []
        points.reserveCapacity(region.count * 4)
        for run in region {
            let (left, right) = (Double(run.start), Double(run.end))
            let (top, bottom) = (Double(run.row), Double(run.row + 1))
            points.append(PlaneVector(left, top))
            points.append(PlaneVector(right, top))
            points.append(PlaneVector(left, bottom))
            points.append(PlaneVector(right, bottom))
        }
        return points
    }

    /// All runs, and for each row the index of its first one (with one more entry for the end).
    private static func runs(of map: ProbabilityMap, above threshold: Float, maximum: Int) -> ([Run], [Int]) {
        var runs: [Run] = []
        var firstOfRow = [0]
        map.values.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let width = map.width
            var row = 0
            while row < map.height, runs.count < maximum {
                let values = base + row * width
                var x = 0
                while x < width {
                    if values[x] > threshold {
                        let start = x
                        while x < width, values[x] > threshold { x += 1 }
                        runs.append(Run(row: row, start: start, end: x))
                    }
                    x += 1
                }
                firstOfRow.append(runs.count)
                row += 1
            }
        }
        return (runs, firstOfRow)
    }
}
