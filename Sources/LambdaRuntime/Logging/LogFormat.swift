import JSONValue

/// How log lines look, from `AWS_LAMBDA_LOG_FORMAT`.
public enum LogFormat: Sendable, Hashable {
    /// Time, request id, level, message and fields in one readable line.
    case text
    /// One JSON object a line, with the members that Lambda's log controls expect.
    case json

    private static let reservedNames: Set<String> = ["timestamp", "level", "requestId", "message"]

    /// One line, with its line break. Whatever the texts hold, it stays one line.
    func line(
        milliseconds: Int64, level: LogLevel, requestID: String?, message: String, fields: JSONObject
    ) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(message.utf8.count + 128)
        switch self {
        case .text: writeText(milliseconds, level, requestID, message, fields, into: &output)
        case .json: writeJSON(milliseconds, level, requestID, message, fields, into: &output)
        }
        output.append(UInt8(ascii: "\n"))
        return output
    }

    private func writeJSON(
        _ milliseconds: Int64, _ level: LogLevel, _ requestID: String?, _ message: String, _ fields: JSONObject,
        into output: inout [UInt8]
    ) {
        output.append(contentsOf: #"{"timestamp":""#.utf8)
        Timestamp.write(milliseconds: milliseconds, into: &output)
        output.append(contentsOf: #"","level":""#.utf8)
        output.append(contentsOf: level.rawValue.utf8)
        if let requestID {
            output.append(contentsOf: #"","requestId":"#.utf8)
            JSONValue.write(string: requestID, into: &output)
        } else {
            output.append(UInt8(ascii: "\""))
        }
        output.append(contentsOf: #","message":"#.utf8)
        JSONValue.write(string: message, into: &output)
        for (name, value) in fields {
            output.append(UInt8(ascii: ","))
            // A field must not pass for one of the line's own members.
            JSONValue.write(string: Self.reservedNames.contains(name) ? "field." + name : name, into: &output)
            output.append(UInt8(ascii: ":"))
            value.write(into: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private func writeText(
        _ milliseconds: Int64, _ level: LogLevel, _ requestID: String?, _ message: String, _ fields: JSONObject,
        into output: inout [UInt8]
    ) {
        Timestamp.write(milliseconds: milliseconds, into: &output)
        output.append(UInt8(ascii: " "))
        if let requestID {
            Self.writeEscaped(requestID, into: &output)
            output.append(UInt8(ascii: " "))
        }
        output.append(contentsOf: level.rawValue.utf8)
        output.append(UInt8(ascii: " "))
        Self.writeEscaped(message, into: &output)
        for (name, value) in fields {
            output.append(UInt8(ascii: " "))
            Self.writeEscaped(name, into: &output)
            output.append(UInt8(ascii: "="))
            value.write(into: &output)
        }
    }

    /// Control characters are written as escapes: nobody's input can forge a second line or steer a terminal.
    private static func writeEscaped(_ text: String, into output: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n"): output.append(contentsOf: #"\n"#.utf8)
            case UInt8(ascii: "\r"): output.append(contentsOf: #"\r"#.utf8)
            case UInt8(ascii: "\t"): output.append(byte)
            case 0..<0x20, 0x7F:
                let digits = Array("0123456789abcdef".utf8)
                output.append(contentsOf: #"\u00"#.utf8)
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            default: output.append(byte)
            }
        }
    }
}
