/// A part of a form, as `curl -F` and browsers send it.
public struct FormPart: Sendable {
    let head: String
    let content: [UInt8]

    /// A field.
    public static func field(_ name: String, _ value: String) -> FormPart {
        FormPart(head: "name=\"\(quoted(name))\"", content: Array(value.utf8))
    }

    /// A file.
    ///
    /// - Parameters:
    ///   - name: the field's name.
    ///   - fileName: what the file is called where it comes from.
    public static func file(_ name: String, fileName: String, _ content: [UInt8]) -> FormPart {
        FormPart(head: "name=\"\(quoted(name))\"; filename=\"\(quoted(fileName))\"", content: content)
    }

    /// As browsers do it (WHATWG HTML, "multipart/form-data encoding algorithm").
    private static func quoted(_ text: String) -> String {
        var quoted = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "%22"
            case "\r": quoted += "%0D"
            case "\n": quoted += "%0A"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted
    }

    static func body(_ parts: [FormPart], boundary: String) -> [UInt8] {
        var body: [UInt8] = []
        for part in parts {
            body += Array("--\(boundary)\r\nContent-Disposition: form-data; \(part.head)\r\n\r\n".utf8)
            body += part.content
            body += Array("\r\n".utf8)
        }
        return body + Array("--\(boundary)--\r\n".utf8)
    }
}
