import Recognition
import Testing

@Suite("Sampling pictures")
struct SamplingTests {
    /// Red grows to the right, green downwards; blue is 50.
    private let slope = PixelImage(
        width: 8, height: 4,
        pixels: (0..<4).flatMap { y in (0..<8).flatMap { x in [UInt8(x * 10), UInt8(y * 20), 50] } })

    @Test("Sampled in its own size, a picture is itself")
    func identity() throws {
        let slope = try #require(slope)
        #expect(try slope.resized(width: 8, height: 4) == slope)
    }

    @Test("Planes come in the order and as the numbers that a model wants")
    func format() throws {
        let slope = try #require(slope)
        let format = SampleFormat(order: .bgr, mean: (50, 0, 10), scale: (1, 0.5, 2))
        let tensor = try slope.tensor(columns: 8, rows: 4, format: format)
        #expect(tensor.shape == [1, 3, 4, 8])
        #expect(tensor.values.prefix(32).allSatisfy { $0 == 0 })
        #expect(tensor.values[32 + 8] == 10 && tensor.values[32 + 24] == 30)
        #expect(tensor.values[64] == -20 && tensor.values[64 + 7] == 120)
    }

    @Test("Made smaller, a place is the mean of what it covers")
    func smaller() throws {
        let stripes = try #require(
            PixelImage(
                width: 64, height: 64,
                pixels: (0..<64 * 64).flatMap { [UInt8](repeating: $0 % 2 == 0 ? 0 : 200, count: 3) }))
        let small = try stripes.resized(width: 8, height: 8)
        #expect(small.pixels.allSatisfy { (98...102).contains($0) })
    }

    @Test("A rectangle is sampled alone, and beyond the picture its edge counts")
    func rectangle() throws {
        let slope = try #require(slope)
        let part = try slope.resized(PixelRectangle(left: 2, top: 1, width: 2, height: 2), width: 2, height: 2)
        #expect(part[0, 0] == (20, 20, 50) && part[1, 1] == (30, 40, 50))
        let beyond = try slope.resized(PixelRectangle(left: 6, top: 0, width: 4, height: 4), width: 4, height: 4)
        #expect(beyond[0, 0].red == 60 && beyond[3, 0].red == 70)
    }

    @Test(
        "What cannot be sampled is refused",
        arguments: [(0, 4), (4, 0), (-1, 4), (20_000, 4)])
    func refused(columns: Int, rows: Int) throws {
        let slope = try #require(slope)
        #expect(throws: RecognitionError.self) { try slope.resized(width: columns, height: rows) }
        #expect(throws: RecognitionError.self) {
            try slope.resized(PixelRectangle(left: 0, top: 0, width: .nan, height: 1), width: 2, height: 2)
        }
    }

    @Test("Pixels that do not fit their size make no picture")
    func unfit() {
        #expect(PixelImage(width: 2, height: 2, pixels: [1, 2, 3]) == nil)
        #expect(PixelImage(width: 0, height: 0, pixels: []) == nil)
        #expect(PixelImage(width: .max, height: 2, pixels: []) == nil)
        #expect(Tensor(shape: [2, 3], values: [1]) == nil)
        #expect(Tensor(shape: [.max, 2], values: []) == nil)
    }
}
