/// The name that a person logs in with: 3 to 64 of the letters a to z, digits, `.`, `_` and `-`.
///
/// Shown as it was typed at sign-up; compared without regard to case, so that `Ada` and `ada` are one person.
public struct Username: Sendable, Hashable, CustomStringConvertible {
    /// How many characters a name may have.
    public static let lengths = 3...64

    /// The name as typed.
    public let text: String
    /// The name in lower case: what uniqueness and look-ups go by.
    public let folded: String

    /// Takes a name.
    ///
    /// - Throws: ``InvalidValue`` that says what is wrong.
    public init(_ text: String) throws(InvalidValue) {
        guard !text.isEmpty else { throw InvalidValue(.username, "The username is empty.") }
        for byte in text.utf8 where !Self.isAllowed(byte) {
            throw InvalidValue(
                .username, "The username may hold only the letters a to z, digits, '.', '_' and '-'.")
        }
        guard Self.lengths.contains(text.utf8.count) else {
            throw InvalidValue(
                .username,
                "The username has \(text.utf8.count) characters; it must have \(Self.lengths.lowerBound) to "
                    + "\(Self.lengths.upperBound).")
        }
        self.text = text
        folded = text.lowercased()
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// The name as typed.
    public var description: String { text }

    /// Whether two names are the same person's.
    public static func == (left: Username, right: Username) -> Bool { left.folded == right.folded }

    /// Hashes what ``==(_:_:)`` compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(folded) }
}
