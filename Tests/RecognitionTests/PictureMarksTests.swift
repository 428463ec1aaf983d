import Recognition
import Testing

@Suite("Marks in pictures")
struct PictureMarksTests {
    private let canvas = PixelImage(width: 120, height: 60, pixels: [UInt8](repeating: 255, count: 3 * 120 * 60))

    private func label(_ box: BoundingBox, _ name: String = "Dog") -> RecognizedLabel {
        RecognizedLabel(name: name, confidence: 90, instances: [LabelInstance(box: box, confidence: 90)])
    }

    @Test("A box is drawn where it is, with its name on a plate")
    func box() throws {
        var marks = PictureMarks(on: try #require(canvas))
        marks.draw([label(BoundingBox(left: 0.25, top: 0.5, width: 0.5, height: 0.4))])
        let image = marks.image
        // The left, the right and the lower edge.
        #expect(image[30, 50] == (230, 25, 75) && image[89, 50] == (230, 25, 75) && image[60, 53] == (230, 25, 75))
        #expect(image[60, 50] == (255, 255, 255) && image[10, 50] == (255, 255, 255))
        // The D's upright, on the plate.
        #expect(image[31, 31] == (255, 255, 255) && image[30, 31] == (230, 25, 75))
    }

    @Test("The outline of a line of text shows on bright and on dark ground")
    func text() throws {
        var marks = PictureMarks(on: try #require(canvas))
        marks.draw([
            TextDetection(
                text: "x", kind: .line, id: 0, parentID: nil, confidence: 99,
                box: BoundingBox(left: 0.25, top: 0.25, width: 0.5, height: 0.5),
                polygon: [
                    .init(x: 0.25, y: 0.25), .init(x: 0.75, y: 0.25), .init(x: 0.75, y: 0.75), .init(x: 0.25, y: 0.75),
                ])
        ])
        let column = (27...33).map { marks.image[$0, 30] }
        let line = try #require(column.firstIndex { $0 == (255, 200, 0) })
        #expect(column[line - 1] == (0, 0, 0) && column[line + 1] == (0, 0, 0))
        #expect(column.filter { $0 == (255, 200, 0) }.count == 1)
    }

    @Test("Lines grow with the picture")
    func weight() throws {
        let pixels = [UInt8](repeating: 255, count: 3 * 512 * 512)
        var marks = PictureMarks(on: try #require(PixelImage(width: 512, height: 512, pixels: pixels)))
        marks.draw([label(BoundingBox(left: 0.25, top: 0.25, width: 0.5, height: 0.5))])
        let row = (120...140).map { marks.image[$0, 300] }
        #expect(row.filter { $0 == (230, 25, 75) }.count == 2)
    }

    @Test("Marks beyond the picture do no harm")
    func beyond() throws {
        var marks = PictureMarks(on: try #require(canvas))
        for box in [
            BoundingBox(left: -3, top: -3, width: 9, height: 9), BoundingBox(left: 2, top: 2, width: 0.1, height: 0.1),
            BoundingBox(left: 0.99, top: 0.99, width: 0, height: 0),
        ] {
            marks.draw([label(box, "A very long name that does not fit, é ß 漢")])
        }
        marks.draw([
            TextDetection(
                text: "x", kind: .line, id: 0, parentID: nil, confidence: 1,
                box: BoundingBox(left: 0, top: 0, width: 1, height: 1),
                polygon: [.init(x: -1e9, y: 1e9), .init(x: 0, y: 0)])
        ])
        #expect(marks.image.pixels.count == canvas?.pixels.count)
        let one = try #require(PixelImage(width: 1, height: 1, pixels: [0, 0, 0]))
        var tiny = PictureMarks(on: one)
        tiny.draw([label(BoundingBox(left: 0, top: 0, width: 1, height: 1))])
        #expect(tiny.image.width == 1)
    }
}
