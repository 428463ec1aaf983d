/// The name under which a person keeps a picture, such as `cat` or `holidays/2026/beach.jpg`.
///
/// 1 to 256 printable ASCII characters; `/` divides it into segments, of which none is empty, `.` or `..`.
public struct PictureKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Bytes that a key may have.
    public static let byteLimit = 256

    /// The key.
    public let text: String

    /// Takes a key.
    ///
    /// - Throws: ``InvalidValue`` that says what is wrong, and where.
    public init(_ text: String) throws(InvalidValue) {
        func refuse(_ reason: String) -> InvalidValue { InvalidValue(.key, "The key \(reason).") }
        guard !text.isEmpty else { throw refuse("is empty") }
        guard text.utf8.count <= Self.byteLimit else {
            throw refuse(
                "has \(text.utf8.count) bytes, \(text.utf8.count - Self.byteLimit) over the limit of \(Self.byteLimit)")
        }
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case 0..<0x20, 0x7F: throw refuse("holds a control character at byte \(index + 1)")
            case 0x80...: throw refuse("holds a character that is not ASCII at byte \(index + 1)")
            case UInt8(ascii: "\\"): throw refuse("holds a backslash at byte \(index + 1)")
            default: continue
            }
        }
        guard text.utf8.first != UInt8(ascii: "/") else { throw refuse("begins with '/'") }
        guard text.utf8.last != UInt8(ascii: "/") else { throw refuse("ends with '/'") }
        for segment in text.split(separator: "/", omittingEmptySubsequences: false) {
            switch segment {
            case "": throw refuse("holds '//'")
            case ".", "..": throw refuse("holds a segment that is '\(segment)'")
            default: continue
            }
        }
        self.text = text
    }

    /// The key.
    public var description: String { text }

    /// The order in which keys are listed: byte by byte.
    public static func < (left: PictureKey, right: PictureKey) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}
