/// A password as a person typed it. It is hashed or compared, and shown nowhere: its description is redacted.
public struct Password: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// How many characters a new password may have.
    public static let lengths = 8...128
    /// Bytes that a password may have in UTF-8, whatever it is made of.
    public static let byteLimit = 1_024

    let bytes: [UInt8]

    /// A new password, held to the rules.
    ///
    /// - Throws: ``InvalidValue`` that says which rule it breaks.
    public init(new text: String, for username: Username) throws(InvalidValue) {
        let count = text.count
        guard text.utf8.count <= Self.byteLimit else {
            throw InvalidValue(
                .password,
                "The password has \(grouped(text.utf8.count)) bytes; it may have \(grouped(Self.byteLimit)).")
        }
        guard Self.lengths.contains(count) else {
            throw InvalidValue(
                .password,
                "The password has \(count) characters; it must have \(Self.lengths.lowerBound) to "
                    + "\(Self.lengths.upperBound).")
        }
        guard Set(text).count > 1 else {
            throw InvalidValue(.password, "The password is one character over and over; choose a less guessable one.")
        }
        guard text.lowercased() != username.folded else {
            throw InvalidValue(.password, "The password is the username; choose a less guessable one.")
        }
        bytes = Array(text.utf8)
    }

    /// A password that is to be compared with a stored hash. Whatever was typed may be tried, as far as it is not absurd
    /// in length; nil where it is.
    public init?(attempt text: String) {
        guard text.utf8.count <= Self.byteLimit else { return nil }
        bytes = Array(text.utf8)
    }

    /// A placeholder.
    public var description: String { "Password(redacted)" }
    /// A placeholder.
    public var debugDescription: String { description }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
