import CPixels

/// A small copy of a picture, in which colours are counted.
struct ColorSample: Sendable {
    let image: PixelImage

    /// The longer side of the copy: enough to tell sharp from soft.
    private static let side = 512

    init(of image: PixelImage) throws(RecognitionError) {
        let longer = max(image.width, image.height)
        if longer <= Self.side {
            self.image = image
        } else {
            self.image = try image.resized(
                width: max(1, image.width * Self.side / longer), height: max(1, image.height * Self.side / longer))
        }
    }

    /// Which pixels are meant: those that have the mark in a mask, or all.
    struct Selection {
        var mask: [UInt8]
        var mark: UInt8
        /// How many they are.
        var count: Int { cpx_count_marks(mask, mark, mask.count) }
    }

    /// The colours of a selection, or of all, most frequent first.
    func dominantColors(in selection: Selection? = nil) -> [DominantColor] {
        var colors = [cpx_color](repeating: cpx_color(), count: ImageProperties.maximumColors)
        let count = cpx_dominant_colors(
            image.pixels, selection?.mask, selection?.mark ?? 0, image.width * image.height, &colors, colors.count)
        return Self.named(colors.prefix(count))
    }

    /// The colours in a box, most frequent first.
    func dominantColors(in box: BoundingBox) -> [DominantColor] {
        dominantColors(in: Selection(mask: mask(of: [box]), mark: 1))
    }

    /// How light, sharp and rich in contrast a selection is, or all.
    func quality(of selection: Selection? = nil) throws(RecognitionError) -> ImageProperties.Quality {
        var quality = cpx_quality()
        let status = cpx_measure_quality(
            image.pixels, selection?.mask, selection?.mark ?? 0, image.width, image.height, &quality)
        guard status == 0 else { throw .outOfMemory }
        return ImageProperties.Quality(
            brightness: quality.brightness, sharpness: quality.sharpness, contrast: quality.contrast)
    }

    /// A mask in which what lies in any of the boxes is marked 1, the rest 0.
    func mask(of boxes: [BoundingBox]) -> [UInt8] {
        var mask = [UInt8](repeating: 0, count: image.width * image.height)
        for box in boxes.map(\.clamped) where box.area > 0 {
            let rectangle = image.rectangle(of: box)
            let left = min(Int(rectangle.left), image.width - 1)
            let top = min(Int(rectangle.top), image.height - 1)
            let right = min(image.width, max(left + 1, Int((rectangle.left + rectangle.width).rounded(.up))))
            let bottom = min(image.height, max(top + 1, Int((rectangle.top + rectangle.height).rounded(.up))))
            cpx_mark_rectangle(&mask, image.width, left, top, right, bottom)
        }
        return mask
    }

    /// A mask in which the pixels are marked 1 whose colours are seldom at the edges of the picture.
    func maskOfMiddle() -> [UInt8] {
        var mask = [UInt8](repeating: 0, count: image.width * image.height)
        cpx_mark_unlike_edges(image.pixels, image.width, image.height, &mask)
        return mask
    }

    private static func named(_ colors: some Sequence<cpx_color>) -> [DominantColor] {
        let total = colors.reduce(0) { $0 + Double($1.count) }
        return colors.filter { $0.count > 0 }.sorted { $0.count > $1.count }.map { color in
            DominantColor(
                red: color.red, green: color.green, blue: color.blue,
                cssName: ColorNames.css(red: color.red, green: color.green, blue: color.blue),
                simpleName: ColorNames.simple(red: color.red, green: color.green, blue: color.blue),
                percent: 100 * Double(color.count) / total)
        }
    }
}
