import Testing

@testable import Recognition

@Suite("Pictures in squares")
struct LetterboxTests {
    @Test("A wide picture lies in the middle, grey above and below")
    func wide() throws {
        let image = try #require(PixelImage(width: 8, height: 4, pixels: [UInt8](repeating: 255, count: 96)))
        let frame = Letterbox(width: 8, height: 4, side: 16)
        #expect(frame.left == 0 && frame.top == 4 && frame.width == 16 && frame.height == 8)
        let tensor = try frame.tensor(of: image)
        #expect(tensor.shape == [1, 3, 16, 16])
        #expect(tensor.values[0] == 0.5 && tensor.values[4 * 16] > 0.99 && tensor.values[12 * 16] == 0.5)
    }

    @Test("A box of the square is one of the picture, cut to it")
    func boxes() {
        let frame = Letterbox(width: 8, height: 4, side: 16)
        let whole = BoundingBox(left: 0, top: 0, width: 1, height: 1)
        #expect(frame.box(middleX: 0.5, middleY: 0.5, width: 1, height: 0.5) == whole)
        #expect(frame.box(middleX: 0.5, middleY: 0.5, width: 4, height: 4) == whole)
        #expect(
            frame.box(middleX: 0.5, middleY: 0.5, width: 0.5, height: 0.25)
                == BoundingBox(left: 0.25, top: 0.25, width: 0.5, height: 0.5))
    }

    @Test("Very long pictures keep at least a row", arguments: [(10_000, 1), (1, 10_000)])
    func thin(width: Int, height: Int) {
        let frame = Letterbox(width: width, height: height, side: 416)
        #expect(min(frame.width, frame.height) == 1 && max(frame.width, frame.height) == 416)
    }
}
