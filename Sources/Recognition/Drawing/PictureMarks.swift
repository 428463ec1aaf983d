/// Draws what was recognised into a picture: boxes with names around things, outlines around lines of text.
public struct PictureMarks: Sendable {
    private var pixels: [UInt8]
    private let width: Int
    private let height: Int
    /// How many pixels a line is wide, and a letter's dot large.
    private let weight: Int

    private typealias Ink = (red: UInt8, green: UInt8, blue: UInt8)

    /// Colours that are told apart on most pictures; labels take them in turn.
    private static let inks: [Ink] = [
        (230, 25, 75), (0, 130, 200), (60, 180, 75), (245, 130, 48), (145, 30, 180), (0, 150, 150), (240, 50, 230),
        (128, 100, 0),
    ]
    private static let textInk: Ink = (255, 200, 0)

    /// A picture without marks.
    public init(on image: PixelImage) {
        pixels = image.pixels
        width = image.width
        height = image.height
        weight = max(1, (min(image.width, image.height) + 128) / 256)
    }

    /// The picture with its marks.
    public var image: PixelImage { PixelImage(checkedWidth: width, height: height, pixels: pixels) }

    /// Marks the things that labels name.
    public mutating func draw(_ labels: [RecognizedLabel]) {
        for (index, label) in labels.filter({ !$0.instances.isEmpty }).enumerated() {
            let ink = Self.inks[index % Self.inks.count]
            for instance in label.instances {
                let box = instance.box
                let corners = [
                    (box.left, box.top), (box.left + box.width, box.top), (box.left + box.width, box.top + box.height),
                    (box.left, box.top + box.height),
                ]
                outline(corners, ink)
                write("\(label.name) \(Int(instance.confidence.rounded()))%", x: box.left, y: box.top, ink)
            }
        }
    }

    /// Marks lines of text. The outline has a dark edge: signs are as bright as it is.
    public mutating func draw(_ text: [TextDetection]) {
        for line in text where line.kind == .line {
            let corners = line.polygon.map { ($0.x, $0.y) }
            outline(corners, (0, 0, 0), edge: 1)
            outline(corners, Self.textInk)
        }
    }

    /// A closed line, so many pixels wider on either side than lines are.
    private mutating func outline(_ corners: [(Double, Double)], _ ink: Ink, edge: Int = 0) {
        for (index, corner) in corners.enumerated() { stroke(corner, corners[(index + 1) % corners.count], ink, edge) }
    }

    /// A straight line, from dot to dot.
    private mutating func stroke(_ from: (Double, Double), _ to: (Double, Double), _ ink: Ink, _ edge: Int) {
        let (x0, y0) = place(from)
        let (x1, y1) = place(to)
        let steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in 0...steps {
            let side = weight + 2 * edge
            fill(
                x: x0 + (x1 - x0) * step / steps - edge, y: y0 + (y1 - y0) * step / steps - edge, width: side,
                height: side, ink)
        }
    }

    /// White letters on a plate, with the plate's upper left at a place; moved so that it lies in the picture.
    private mutating func write(_ text: String, x: Double, y: Double, _ ink: Ink) {
        let advance = (SmallLetters.width + 1) * weight
        let plateWidth = text.count * advance + weight
        let plateHeight = (SmallLetters.height + 2) * weight
        let corner = place((x, y))
        let left = max(0, min(corner.x, width - plateWidth))
        let top = max(0, min(corner.y, height - plateHeight))
        fill(x: left, y: top, width: plateWidth, height: plateHeight, ink)
        for (index, letter) in text.enumerated() {
            for (row, dots) in SmallLetters.rows(of: letter).enumerated() {
                for column in 0..<SmallLetters.width where dots >> (SmallLetters.width - 1 - column) & 1 == 1 {
                    fill(
                        x: left + weight + index * advance + column * weight, y: top + (row + 1) * weight,
                        width: weight,
                        height: weight, (255, 255, 255))
                }
            }
        }
    }

    private func place(_ point: (Double, Double)) -> (x: Int, y: Int) {
        (
            Int((min(max(point.0, -1), 2) * Double(width - 1)).rounded()),
            Int((min(max(point.1, -1), 2) * Double(height - 1)).rounded())
        )
    }

    /// A rectangle, as far as it lies in the picture.
    private mutating func fill(x: Int, y: Int, width across: Int, height down: Int, _ ink: Ink) {
        for row in max(0, y)..<max(0, y, min(height, y + down)) {
            for column in max(0, x)..<max(0, x, min(width, x + across)) {
                let place = 3 * (row * width + column)
                (pixels[place], pixels[place + 1], pixels[place + 2]) = ink
            }
        }
    }
}
