/// What Rekognition takes.
///
/// Source: Amazon Rekognition Developer Guide, "Guidelines and quotas in Amazon Rekognition", and the service's model.
enum RekognitionLimits {
    /// Bytes of a picture in a request.
    static let imageBytes = 5 * 1024 * 1024
    /// Bytes of a picture in a bucket.
    static let objectBytes = 15 * 1024 * 1024
    /// The fewest pixels that a side may have.
    static let leastSide = 80
    /// The most pixels that a side may have.
    static let mostSide = 10_000
    /// Labels that one answer has.
    static let labels = 1_000
    /// Words that are read in one picture.
    static let words = 100
    /// The confidence from which labels are given, unless the request says otherwise.
    static let labelConfidence = 55.0
    /// The confidence from which words are given, unless the request says otherwise.
    static let wordConfidence = 80.0
    /// Colours that are named, unless the request says otherwise.
    static let dominantColors = 10
    /// Points of a region of interest.
    static let regionPoints = 3...10
}
