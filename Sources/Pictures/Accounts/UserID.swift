/// What tells one person's rows and objects from another's: 32 hexadecimal digits, drawn at sign-up, never changed.
public struct UserID: Sendable, Hashable, CustomStringConvertible {
    /// The 32 digits.
    public let text: String

    /// An identifier that was drawn earlier; nil for a text of another form.
    public init?(_ text: String) {
        guard isIdentifier(text) else { return nil }
        self.text = text
    }

    /// Draws a new one.
    public init(from random: RandomSource) { text = random.identifier() }

    /// The 32 digits.
    public var description: String { text }
}

/// Whether a text has the form that ``RandomSource/identifier()`` gives.
func isIdentifier(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 32
        && text.utf8.allSatisfy {
            ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f"))
        }
}
