extension ImageProperties {
    /// Of a foreground or background that covers less of the picture nothing is told.
    private static let smallestPart = 0.01

    /// Measures a picture. What lies in the boxes is its foreground; without boxes, what in the middle differs in colour from
    /// the edges.
    init(of image: PixelImage, foreground boxes: [BoundingBox]) throws(RecognitionError) {
        let sample = try ColorSample(of: image)
        whole = Part(quality: try sample.quality(), dominantColors: sample.dominantColors())
        let mask = boxes.isEmpty ? sample.maskOfMiddle() : sample.mask(of: boxes)
        foreground = try Self.part(of: sample, ColorSample.Selection(mask: mask, mark: 1))
        background = foreground == nil ? nil : try Self.part(of: sample, ColorSample.Selection(mask: mask, mark: 0))
    }

    private static func part(
        of sample: ColorSample, _ selection: ColorSample.Selection
    ) throws(RecognitionError) -> Part? {
        guard Double(selection.count) >= smallestPart * Double(selection.mask.count) else { return nil }
        return Part(quality: try sample.quality(of: selection), dominantColors: sample.dominantColors(in: selection))
    }
}
