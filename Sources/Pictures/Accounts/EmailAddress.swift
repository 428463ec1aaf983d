/// An address as in RFC 5321, in the form that people have: no quoted local part, no literal address.
public struct EmailAddress: Sendable, Hashable {
    /// The address as typed.
    public let text: String

    /// Takes an address. Whether anyone reads mail there, only mail can tell.
    ///
    /// - Throws: ``InvalidValue`` that says what is wrong.
    public init(_ text: String) throws(InvalidValue) {
        func refuse(_ reason: String) -> InvalidValue { InvalidValue(.email, "The email address \(reason).") }
        guard !text.isEmpty else { throw refuse("is empty") }
        guard text.utf8.count <= 254 else { throw refuse("has \(text.utf8.count) characters; it may have 254") }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw refuse("must have one '@'") }
        let (local, domain) = (parts[0], parts[1])
        guard !local.isEmpty, local.utf8.count <= 64 else {
            throw refuse("must have 1 to 64 characters before the '@'")
        }
        guard local.utf8.allSatisfy(Self.isLocal) else {
            throw refuse("holds a character before the '@' that addresses cannot have")
        }
        guard !local.split(separator: ".", omittingEmptySubsequences: false).contains(where: \.isEmpty) else {
            throw refuse("has a '.' in the wrong place before the '@'")
        }
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2 else { throw refuse("must have a domain such as example.org after the '@'") }
        for label in labels {
            guard (1...63).contains(label.utf8.count), label.utf8.allSatisfy(Self.isDomain),
                !label.hasPrefix("-"), !label.hasSuffix("-")
            else { throw refuse("has a domain that is not well formed") }
        }
        self.text = text
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        isDomain(byte) || ".!#$%&'*+/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isDomain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
