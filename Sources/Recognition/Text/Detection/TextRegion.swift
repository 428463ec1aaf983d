/// A place where the detection model sees a line of text.
struct TextRegion: Equatable {
    var rectangle: OrientedRectangle
    /// The mean probability inside, 0...1.
    var score: Double
}
