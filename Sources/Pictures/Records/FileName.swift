/// The name that a picture's file had on the machine it came from. For people to read; nothing is derived from it.
public struct FileName: Sendable, Hashable, CustomStringConvertible {
    /// Bytes that are kept of a name.
    public static let byteLimit = 255

    /// The name, without folders and control characters.
    public let text: String

    /// Makes a name fit to keep: only what stands behind the last `/` or `\`, no control characters, cut at a
    /// character where it is over-long. Nil where nothing is left.
    public init?(_ text: String) {
        let last = text.split { $0 == "/" || $0 == "\\" }.last ?? ""
        var kept = ""
        for character in last {
            let isControl = character.unicodeScalars.contains {
                switch $0.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: true
                default: false
                }
            }
            guard !isControl else { continue }
            guard kept.utf8.count + character.utf8.count <= Self.byteLimit else { break }
            kept.append(character)
        }
        guard !kept.isEmpty, kept != ".", kept != ".." else { return nil }
        self.text = kept
    }

    /// The name.
    public var description: String { text }
}
