extension ImageProperties {
    /// Measures a picture.
    init(of image: PixelImage, foreground: [BoundingBox]) throws(RecognitionError) {
        self.init(
            whole: Part(quality: Quality(brightness: 0, sharpness: 0, contrast: 0), dominantColors: []),
            foreground: nil,
            background: nil)
    }
}
