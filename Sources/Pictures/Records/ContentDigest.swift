import Digests

/// The SHA-256 of a picture's bytes: two pictures with one digest are the same picture.
public struct ContentDigest: Sendable, Hashable, CustomStringConvertible {
    /// 64 hexadecimal digits in lower case.
    public let text: String

    /// The digest of bytes that are all at hand.
    public init(of bytes: some Sequence<UInt8>) { text = Hex.encode(Digest.of(bytes, .sha256)) }

    /// The digest that these digits write; nil for anything but 64 digits in lower case.
    public init?(_ text: String) {
        guard text.utf8.count == 64, let bytes = Hex.decode(text), Hex.encode(bytes) == text else { return nil }
        self.text = text
    }

    /// The digits.
    public var description: String { text }
}
