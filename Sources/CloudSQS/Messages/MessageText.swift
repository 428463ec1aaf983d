import CloudCore

/// Which characters a message may have, and which an identifier.
enum MessageText {
    /// Whether all characters are allowed in a message: those that XML 1.0 allows.
    static func isAllowed(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            for (index, byte) in bytes.enumerated() {
                if byte < 0x20 {
                    guard byte == 0x09 || byte == 0x0A || byte == 0x0D else { return false }
                } else if byte == 0xEF, index + 2 < bytes.count, bytes[index + 1] == 0xBF, bytes[index + 2] >= 0xBE {
                    // U+FFFE and U+FFFF: no characters.
                    return false
                }
            }
            return true
        }
    }

    static var invalidCharacters: ServiceError {
        .sqs(
            .invalidMessageContents,
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD "
                + "| #x10000 to #x10FFFF")
    }

    /// Whether a text may be a group's, a deduplication's or an attempt's identifier: letters, digits and punctuation of
    /// ASCII, 1 to 128 of them.
    static func isIdentifier(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Whether a text may be the name of a batch's entry, or of a permission.
    static func isEntryID(_ text: String) -> Bool {
        (1...80).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
