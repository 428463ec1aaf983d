/// The size at which the detection model looks at a picture: multiples of 32, and of bounded area.
///
/// The area is bounded rather than a side, because time and memory go with the area: a strip keeps its letters legible
/// where a square of the same length could not afford it.
struct DetectionSize: Equatable {
    let width: Int
    let height: Int

    /// Pixels of the model's input, at most. Letters of 6 points on a page of A4 scanned at 300 dots per inch are still found;
    /// twice the area found nothing more, at twice the time and memory.
    static let areaLimit = 736 * 736
    /// The model's strides add up to 32.
    static let unit = 32

    init(imageWidth: Int, imageHeight: Int) {
        let (width, height) = (Double(max(imageWidth, 1)), Double(max(imageHeight, 1)))
        let scale = min(1, (Double(Self.areaLimit) / (width * height)).squareRoot())
        // The shorter side first: where it cannot be as short as it should, the longer one has to make up for it.
        let shorter = Self.rounded(min(width, height) * scale, limit: Self.areaLimit / Self.unit)
        let longer = Self.rounded(
            max(width, height) * scale, limit: min(Self.areaLimit / shorter, PixelImage.maximumSamples))
        (self.width, self.height) = width <= height ? (shorter, longer) : (longer, shorter)
    }

    private static func rounded(_ side: Double, limit: Int) -> Int {
        let units = Int((min(side, Double(limit)) / Double(unit)).rounded())
        return max(1, min(units, limit / unit)) * unit
    }
}
