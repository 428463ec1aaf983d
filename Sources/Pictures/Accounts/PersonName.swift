/// A first or last name in any script: 1 to 100 characters without control characters, with no space around it.
public struct PersonName: Sendable, Hashable {
    /// Characters that a name may have.
    public static let characterLimit = 100

    /// The name.
    public let text: String

    /// Takes a name and drops the spaces around it.
    ///
    /// - Parameter subject: ``InvalidValue/Subject/firstName`` or ``InvalidValue/Subject/lastName``.
    /// - Throws: ``InvalidValue`` that says what is wrong.
    public init(_ text: String, _ subject: InvalidValue.Subject) throws(InvalidValue) {
        let what = subject == .lastName ? "The last name" : "The first name"
        let trimmed = String(
            text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        guard !trimmed.isEmpty else { throw InvalidValue(subject, "\(what) is empty.") }
        guard trimmed.count <= Self.characterLimit, trimmed.utf8.count <= Self.characterLimit * 8 else {
            throw InvalidValue(
                subject, "\(what) has \(trimmed.count) characters; it may have \(Self.characterLimit).")
        }
        for scalar in trimmed.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator:
                throw InvalidValue(subject, "\(what) holds a control character.")
            default: continue
            }
        }
        self.text = trimmed
    }
}
