/// Why bytes are not taken as a picture.
public enum ImageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What a limit is on.
    public enum Measure: String, Sendable, CaseIterable {
        case byteCount, width, height, pixelCount, frameCount
    }

    /// There are no bytes.
    case empty
    /// They are of no kind that the service stores; `resembling` names another known kind.
    case notAPicture(resembling: String?)
    /// They end too early.
    case truncated(ImageType, byteCount: Int)
    /// They break the rules of their format.
    case malformed(ImageType, reason: String, offset: Int)
    /// They are too many, or stand for too much.
    case overLimit(Measure, found: Int, limit: Int)

    /// A short name for programs.
    public var code: String {
        switch self {
        case .empty: "EmptyPicture"
        case .notAPicture: "NotAPicture"
        case .truncated: "TruncatedPicture"
        case .malformed: "MalformedPicture"
        case .overLimit(.byteCount, _, _): "PictureTooLarge"
        case .overLimit: "TooManyPixels"
        }
    }

    /// A sentence for the person who sent them.
    public var description: String {
        switch self {
        case .empty:
            "The picture has 0 bytes."
        case .notAPicture(let kind?):
            "This is a \(kind) file; pictures must be JPEG, PNG, GIF or WebP."
        case .notAPicture(nil):
            "This is not a picture; pictures must be JPEG, PNG, GIF or WebP."
        case .truncated(let type, let byteCount):
            "The \(type.name) picture is truncated: it ends after \(grouped(byteCount)) bytes, before its own end."
        case .malformed(let type, let reason, let offset):
            "The \(type.name) picture is damaged at byte \(grouped(offset)): \(reason)."
        case .overLimit(let measure, let found, let limit):
            "The picture \(Self.clause(measure, found)): \(grouped(found - limit)) over the limit of \(grouped(limit))."
        }
    }

    private static func clause(_ measure: Measure, _ found: Int) -> String {
        switch measure {
        case .byteCount: "has \(grouped(found)) bytes"
        case .width: "is \(grouped(found)) pixels wide"
        case .height: "is \(grouped(found)) pixels high"
        case .pixelCount: "has \(grouped(found)) pixels"
        case .frameCount: "has \(grouped(found)) frames"
        }
    }
}

/// A number with commas between its thousands.
func grouped(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number.magnitude).reversed().enumerated() {
        if index > 0, index.isMultiple(of: 3) { text.append(",") }
        text.append(digit)
    }
    return (number < 0 ? "-" : "") + String(text.reversed())
}
