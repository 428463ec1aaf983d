import Testing

@testable import Recognition

@Suite("Lines cut out of a picture")
struct LineCropTests {
    /// A picture whose red tells the column and whose green tells the row.
    private func ramp(_ width: Int, _ height: Int) throws -> PixelImage {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width { pixels += [UInt8(x * 255 / (width - 1)), UInt8(y * 255 / (height - 1)), 7] }
        }
        return try #require(PixelImage(width: width, height: height, pixels: pixels))
    }

    /// What the picture says at a place of the crop: its column and row, as fractions.
    private func place(_ crop: LineCrop, _ column: Int, _ row: Int) -> (x: Double, y: Double) {
        let columns = crop.tensor.shape[3]
        let plane = columns * LineCrop.rows
        let index = row * columns + column
        let values = crop.tensor.values
        return (Double(values[2 * plane + index] + 1) / 2, Double(values[plane + index] + 1) / 2)
    }

    @Test("Each place shows what the picture has there", arguments: [0.0, 15, 90, 180, 215, 270])
    func places(degrees: Double) throws {
        let image = try ramp(241, 201)
        let rectangle = OrientedRectangle(at: 120, 100, 120, 30, degrees: degrees)
        let crop = LineCrop(rectangle, of: image)
        let columns = crop.tensor.shape[3]
        #expect(crop.tensor.shape == [1, 3, 48, columns] && columns == 192)
        for (column, row) in [(0, 0), (columns - 1, 0), (columns - 1, 47), (0, 47), (columns / 2, 24), (17, 40)] {
            let expected = rectangle.point((Double(column) + 0.5) / Double(columns), (Double(row) + 0.5) / 48)
            let found = place(crop, column, row)
            #expect(abs(found.x * 240 - (expected.x - 0.5)) < 1.1 && abs(found.y * 200 - (expected.y - 0.5)) < 1.1)
        }
        #expect(abs(crop.tensor.values[0] - (7 / 127.5 - 1)) < 1e-4)
    }

    @Test("What gets smaller is averaged, not picked")
    func averaged() throws {
        let pixels = (0..<400 * 400).flatMap { index -> [UInt8] in
            let value: UInt8 = (index % 400 + index / 400) % 2 == 0 ? 0 : 255
            return [value, value, value]
        }
        let image = try #require(PixelImage(width: 400, height: 400, pixels: pixels))
        let crop = LineCrop(OrientedRectangle(at: 200, 200, 380, 300), of: image)
        #expect(crop.tensor.values.allSatisfy { abs($0) < 0.3 })
    }

    @Test(
        "Rectangles beyond the picture, without width, or of any shape are cut out all the same",
        arguments: [
            OrientedRectangle(at: -5000, 9000, 100, 20, degrees: 33), OrientedRectangle(at: 1, 1, 0, 0),
            OrientedRectangle(at: 1, 1, 1e9, 1e-9), OrientedRectangle(at: 1, 1, 1e-9, 1e9),
        ])
    func extremes(rectangle: OrientedRectangle) throws {
        let image = try ramp(9, 5)
        let crop = LineCrop(rectangle, of: image)
        let columns = crop.tensor.shape[3]
        #expect((12...Int(LineCrop.widest * 48)).contains(columns))
        #expect(crop.tensor.values.allSatisfy { (-1.001...1.001).contains($0) })
    }

    @Test(
        "The widest gap between two places, in twelfths",
        arguments: [
            ("####....####", 12, 4..<8), ("#.##...#....", 9, 4..<7), ("..######....", 6, 0..<2),
            ("###.....####", 5, 3..<8),
        ])
    func gaps(ink: String, end: Int, gap: Range<Int>) {
        let profile = InkProfile(columns: ink.map { $0 == "#" })
        let expected = Double(gap.lowerBound) / 12..<Double(gap.upperBound) / 12
        #expect(profile.widestGap(from: 0, to: Double(end) / 12) == expected)
    }

    @Test("Without a gap there is none")
    func noGap() {
        #expect(InkProfile(columns: [true, true]).widestGap(from: 0, to: 1) == nil)
        #expect(InkProfile(columns: []).widestGap(from: 0, to: 1) == nil)
        #expect(InkProfile(columns: [false]).widestGap(from: 1, to: 0) == nil)
        #expect(InkProfile(contrasts: []).columns.isEmpty)
    }

    @Test("A line is cut into pieces only where it is too long, and they cover it")
    func pieces() throws {
        let image = try ramp(900, 20)
        let short = OrientedRectangle(at: 100, 10, 150, 10)
        #expect(LineReader.pieces(of: short, in: image) == [short])
        let long = OrientedRectangle(at: 450, 10, 880, 10)
        let pieces = LineReader.pieces(of: long, in: image)
        #expect(pieces.count >= 5)
        #expect(pieces.allSatisfy { $0.width <= LineCrop.widest * $0.height + 1e-6 })
        #expect(abs(pieces.reduce(0) { $0 + $1.width } - long.width) < 1e-6)
        #expect(LineReader.pieces(of: OrientedRectangle(at: 1, 1, 50, 0), in: image).count == 1)
    }
}
