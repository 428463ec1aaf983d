/// Colours and quality of a picture, and of what stands out in it apart from the rest.
public struct ImageProperties: Sendable, Equatable {
    /// Quality as numbers of 0…100.
    public struct Quality: Sendable, Equatable {
        /// How light it is.
        public var brightness: Double
        /// How sharp it is.
        public var sharpness: Double
        /// How far its light and dark parts are apart.
        public var contrast: Double

        /// These numbers.
        public init(brightness: Double, sharpness: Double, contrast: Double) {
            self.brightness = brightness
            self.sharpness = sharpness
            self.contrast = contrast
        }
    }

    /// Colours and quality of one part.
    public struct Part: Sendable, Equatable {
        /// The quality of this part.
        public var quality: Quality
        /// The colours of this part, most frequent first; at most ``ImageProperties/maximumColors``.
        public var dominantColors: [DominantColor]

        /// A part.
        public init(quality: Quality, dominantColors: [DominantColor]) {
            self.quality = quality
            self.dominantColors = dominantColors
        }
    }

    /// How many colours are given at most.
    public static let maximumColors = 12

    /// The whole picture.
    public var whole: Part
    /// What stands out; nil when nothing does.
    public var foreground: Part?
    /// All but the foreground; nil when there is no foreground, or nothing else.
    public var background: Part?

    /// Properties.
    public init(whole: Part, foreground: Part?, background: Part?) {
        self.whole = whole
        self.foreground = foreground
        self.background = background
    }
}
