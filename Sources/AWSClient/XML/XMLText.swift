/// Writes text into XML.
enum XMLText {
    /// The text with everything escaped that would read as something else.
    static func escape(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            // Readers turn a bare line end into another, and may drop other control characters.
            case _ where scalar.value < 0x20: output += "&#x\(String(scalar.value, radix: 16));"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}
