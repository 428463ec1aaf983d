/// How large pictures may be.
public enum ImageLimits {
    /// The most pixels on a side; as Amazon Rekognition has it.
    public static let side = 10_000
    /// The most pixels in all.
    public static let area = 100_000_000
    /// The most pixels that are kept: larger pictures become smaller while they are decoded.
    public static let keptArea = 8_000_000
}
