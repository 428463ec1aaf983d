/// A telephone number: 5 to 15 digits (ITU-T E.164), with `+` in front where the country is given.
public struct PhoneNumber: Sendable, Hashable {
    /// The number without the spaces, hyphens, points and brackets that people write.
    public let text: String

    /// Takes a number.
    ///
    /// - Throws: ``InvalidValue`` that says what is wrong.
    public init(_ text: String) throws(InvalidValue) {
        var digits = ""
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "+") where index == 0: continue
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"):
                continue
            default:
                throw InvalidValue(
                    .phone, "The phone number may hold only digits, a '+' in front, spaces, '-', '.' and brackets.")
            }
            guard digits.utf8.count <= 15 else { break }
        }
        guard (5...15).contains(digits.utf8.count) else {
            throw InvalidValue(.phone, "The phone number must have 5 to 15 digits.")
        }
        self.text = (text.hasPrefix("+") ? "+" : "") + digits
    }
}
