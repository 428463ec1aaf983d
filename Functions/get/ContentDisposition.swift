import Pictures

/// The field that tells a browser what to call a picture (RFC 6266).
enum ContentDisposition {
    /// Shown in place, with a name for those who save it: in ASCII for all, and as it is for those who know how.
    static func inline(_ name: FileName) -> String {
        var plain = ""
        var encoded = ""
        for byte in name.text.utf8 {
            let scalar = Unicode.Scalar(byte)
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                plain.unicodeScalars.append(scalar)
                encoded.unicodeScalars.append(scalar)
            default:
                plain += byte == UInt8(ascii: " ") ? " " : "_"
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return "inline; filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
    }
}
