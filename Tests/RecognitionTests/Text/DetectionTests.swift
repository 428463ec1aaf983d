import Testing

@testable import Recognition

@Suite("Where text is: from probabilities to rectangles")
struct DetectionTests {
    /// The regions of a drawing, `#` above the threshold; as the number of pixels of each.
    private func regions(_ rows: [String]) throws -> [[ConnectedRegions.Run]] {
        let values = rows.flatMap { $0.map { $0 == "#" ? Float(0.8) : 0.2 } }
        let map = try #require(ProbabilityMap(width: rows.first?.count ?? 0, height: rows.count, values: values))
        return ConnectedRegions(of: map, above: 0.3).regions
    }

    @Test(
        "Pixels that touch are one region, also at their corners",
        arguments: [
            (["...", "..."], []),
            (["###", "###"], [6]),
            (["#.#", ".#."], [3]),
            (["#.#", "..."], [1, 1]),
            (["#.#", "#.#", "###"], [7]),
            (["##..", "...#", "##.."], [2, 1, 2]),
            (["#...#", ".#.#.", "..#.."], [5]),
            (["#####", "#...#", "#.#.#", "#...#", "#####"], [16, 1]),
        ])
    func connected(rows: [String], sizes: [Int]) throws {
        #expect(try regions(rows).map { $0.reduce(0) { $0 + $1.end - $1.start } } == sizes)
    }

    @Test("Noise without end is bounded")
    func noise() throws {
        let values = (0..<512 * 512).map { Float($0 % 2) }
        let map = try #require(ProbabilityMap(width: 512, height: 512, values: values))
        let found = ConnectedRegions(of: map, above: 0.3, maximumRuns: 1000).regions
        #expect(found.reduce(0) { $0 + $1.count } <= 1256)
    }

    @Test("A map has a value for each pixel")
    func mapSize() {
        #expect(ProbabilityMap(width: 2, height: 2, values: [0, 0, 0]) == nil)
        #expect(ProbabilityMap(width: 0, height: 2, values: []) == nil)
    }

    @Test("A marked line comes back at its place and angle, grown", arguments: [0.0, 7, 15, 45, 80, 90, 110, 170])
    func line(degrees: Double) throws {
        let marked = OrientedRectangle(at: 150, 140, 180, 14, degrees: degrees)
        let map = try #require(ProbabilityMap(width: 300, height: 280, marked: [marked]))
        let found = TextRegionFinder().regions(in: map)
        #expect(found.count == 1)
        let region = try #require(found.first)
        #expect((region.rectangle.center - marked.center).length < 1.5)
        #expect(abs(region.rectangle.axis.dot(marked.axis)) > 0.999)
        #expect(abs(region.score - 0.9) < 0.01)
        let distance = marked.area * 1.6 / (2 * (marked.width + marked.height))
        #expect(abs(region.rectangle.height - marked.height - 2 * distance) < 3)
        #expect(region.rectangle.width > marked.width + 2 * distance - 3)
    }

    @Test("Specks, hairlines and faint marks are no text")
    func refused() throws {
        let speck = OrientedRectangle(at: 20, 20, 2, 2)
        let hairline = OrientedRectangle(at: 100, 60, 150, 1.2)
        let map = try #require(ProbabilityMap(width: 200, height: 100, marked: [speck, hairline]))
        #expect(TextRegionFinder().regions(in: map).isEmpty)
        let text = OrientedRectangle(at: 100, 50, 120, 12)
        let faint = try #require(ProbabilityMap(width: 200, height: 100, marked: [text], probability: 0.5))
        #expect(TextRegionFinder().regions(in: faint).isEmpty)
    }

    @Test("Of too many regions the largest are kept")
    func bounded() throws {
        var marked: [OrientedRectangle] = []
        for row in 0..<12 {
            let (y, width) = (Double(10 + 16 * row), Double(20 + 5 * row))
            marked.append(OrientedRectangle(at: 60, y, width, 6))
        }
        let map = try #require(ProbabilityMap(width: 120, height: 200, marked: marked))
        let found = TextRegionFinder(maximumRegions: 5).regions(in: map)
        #expect(found.count == 5)
        #expect(found.allSatisfy { $0.rectangle.width > 55 })
    }

    @Test(
        "The model sees a bounded area, in steps of 32",
        arguments: [
            (900, 420, 896, 416), (1, 1, 32, 32), (736, 736, 736, 736), (4000, 3000, 832, 640),
            (20_000, 50, 14_720, 32),
            (1, 10_000, 32, 10_016), (10_000, 10_000, 736, 736), (1_000_000, 1, 16_384, 32),
        ])
    func size(width: Int, height: Int, columns: Int, rows: Int) {
        let size = DetectionSize(imageWidth: width, imageHeight: height)
        #expect(size.width == columns && size.height == rows)
        #expect(size.width <= PixelImage.maximumSamples && size.height <= PixelImage.maximumSamples)
    }

    @Test("Whatever the shape, the area is bounded")
    func areaBound() {
        var numbers = SeededNumbers(state: 3)
        for _ in 0..<500 {
            let width = Int.random(in: 1...10_000, using: &numbers)
            let height = Int.random(in: 1...10_000, using: &numbers)
            let size = DetectionSize(imageWidth: width, imageHeight: height)
            #expect(size.width % 32 == 0 && size.height % 32 == 0 && size.width > 0 && size.height > 0)
            #expect(size.width * size.height <= DetectionSize.areaLimit * 11 / 10)
        }
    }
}
