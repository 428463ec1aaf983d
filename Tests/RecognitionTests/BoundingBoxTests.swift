import Recognition
import Testing

@Suite("Bounding boxes")
struct BoundingBoxTests {
    @Test("Boxes are cut to the picture")
    func clamped() {
        let box = BoundingBox(left: -0.25, top: 0.5, width: 0.5, height: 1)
        #expect(box.clamped == BoundingBox(left: 0, top: 0.5, width: 0.25, height: 0.5))
        #expect(BoundingBox(left: 2, top: 0, width: 1, height: 1).clamped.area == 0)
    }

    @Test("Boxes overlap by what they share")
    func overlap() {
        let box = BoundingBox(left: 0, top: 0, width: 0.5, height: 0.5)
        #expect(box.overlap(with: box) == 1)
        #expect(box.overlap(with: BoundingBox(left: 0.25, top: 0, width: 0.5, height: 0.5)) == 1.0 / 3)
        #expect(box.overlap(with: BoundingBox(left: 0.5, top: 0, width: 0.5, height: 0.5)) == 0)
    }
}
