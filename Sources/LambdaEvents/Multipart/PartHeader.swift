import URLEncoding

/// The header of one part, read.
struct PartHeader {
    let name: String
    let filename: String?
    let headers: Headers

    init(parsing bytes: ArraySlice<UInt8>, part: Int, limits: MultipartLimits) throws(MultipartError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .invalidHeader(part: part, reason: "it is not UTF-8")
        }
        headers = try Self.fields(of: text, part: part, limit: limits)
        let encoding = headers["Content-Transfer-Encoding"]?.lowercased() ?? "binary"
        guard ["binary", "8bit", "7bit"].contains(encoding) else {
            throw .unsupportedTransferEncoding(part: part, encoding: encoding)
        }
        guard let field = headers["Content-Disposition"] else { throw .missingName(part: part) }
        guard let disposition = HeaderParameters(parsing: field) else {
            throw .invalidHeader(part: part, reason: "its Content-Disposition cannot be read")
        }
        guard disposition.value == "form-data", let name = disposition["name"], !name.isEmpty else {
            throw .missingName(part: part)
        }
        self.name = Self.unescaped(name)
        filename =
            disposition["filename*"].flatMap(Self.extended) ?? disposition["filename"].map(Self.unescaped)
    }

    func part(_ body: ArraySlice<UInt8>) -> MultipartForm.Part {
        MultipartForm.Part(
            name: name, filename: filename, contentType: headers["Content-Type"], headers: headers, body: body)
    }

    private static func fields(
        of text: String, part: Int, limit: MultipartLimits
    ) throws(MultipartError) -> Headers {
        var headers = Headers()
        // Over bytes: CR and LF together are one Character, which would hide a lone one.
        for line in lines(of: text) {
            guard headers.fields.count < limit.headerFields else {
                throw .tooManyHeaderFields(part: part, limit: limit.headerFields)
            }
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else {
                throw .invalidHeader(part: part, reason: "a line has no colon")
            }
            let name = line[..<colon]
            let value = line[line.utf8.index(after: colon)...].trimmed()
            guard Headers.isName(name) else {
                throw .invalidHeader(part: part, reason: "a field's name is not a token")
            }
            guard Headers.isValue(value) else {
                throw .invalidHeader(part: part, reason: "the field \(name) holds a control character")
            }
            headers.add(String(name), value)
        }
        return headers
    }

    private static func lines(of text: String) -> [Substring] {
        guard !text.isEmpty else { return [] }
        var lines: [Substring] = []
        var rest = Substring(text).utf8
        while let end = rest.indices.first(where: { rest[$0...].starts(with: [0x0D, 0x0A]) }) {
            lines.append(Substring(rest[..<end]))
            rest = rest[rest.index(end, offsetBy: 2)...]
        }
        return lines + [Substring(rest)]
    }

    private static let escapes: [(written: String, meant: UInt8)] = [
        ("%22", UInt8(ascii: "\"")), ("%0D", UInt8(ascii: "\r")), ("%0A", UInt8(ascii: "\n")),
    ]

    /// Browsers write a quote or a line end in a name as `%22`, `%0D`, `%0A`, and nothing else so (WHATWG HTML,
    /// multipart/form-data encoding).
    private static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.first {
            if let escape = escapes.first(where: { rest.starts(with: $0.written.utf8) }) {
                bytes.append(escape.meant)
                rest = rest.dropFirst(escape.written.utf8.count)
            } else {
                bytes.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `UTF-8''na%C3%AFve.jpg` (RFC 8187). Forms should not use it, some clients do.
    private static func extended(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        return PercentEncoding.decodeStrictly(parts[2])
    }
}
