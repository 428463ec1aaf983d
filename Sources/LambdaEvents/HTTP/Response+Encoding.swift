import Digests
import JSONValue

extension Response {
    /// The answer as the gateway wants it that sent the request.
    ///
    /// - Throws: ``InvalidHeader`` where a header field or a cookie would let the answer say something else than it
    ///   means to.
    func encoded(for origin: Request.Origin) throws(InvalidHeader) -> [UInt8] {
        let cookies = try setCookies()
        for field in headers.fields where !Headers.isName(field.name) || !Headers.isValue(field.value) {
            throw InvalidHeader(name: field.name)
        }
        var output: [UInt8] = []
        output.reserveCapacity(512 + body.count + body.count / 2)
        output.append(contentsOf: "{\"statusCode\":\(status)".utf8)
        if origin == .restAPI {
            writeMultiValueHeaders(cookies: cookies, into: &output)
        } else {
            writeHeaders(cookies: cookies, into: &output)
        }
        writeBody(into: &output)
        output.append(UInt8(ascii: "}"))
        return output
    }

    private func setCookies() throws(InvalidHeader) -> [String] {
        var values = headers.values(of: "Set-Cookie")
        for cookie in cookies {
            guard let value = cookie.headerValue else { throw InvalidHeader(name: "Set-Cookie") }
            values.append(value)
        }
        return values
    }

    /// Names in order of their first field, each with all its values.
    private var grouped: [(name: String, values: [String])] {
        var groups: [(name: String, values: [String])] = []
        for field in headers.fields where !Headers.same(field.name, "Set-Cookie") {
            if let place = groups.firstIndex(where: { Headers.same($0.name, field.name) }) {
                groups[place].values.append(field.value)
            } else {
                groups.append((field.name, [field.value]))
            }
        }
        return groups
    }

    /// Payload 2.0: one value a name, cookies apart.
    private func writeHeaders(cookies: [String], into output: inout [UInt8]) {
        let groups = grouped
        if !groups.isEmpty {
            output.append(contentsOf: ",\"headers\":".utf8)
            Self.writeObject(groups, into: &output) {
                JSONValue.write(string: $0.joined(separator: ", "), into: &$1)
            }
        }
        if !cookies.isEmpty {
            output.append(contentsOf: ",\"cookies\":".utf8)
            Self.writeArray(cookies, into: &output)
        }
    }

    /// Payload 1.0: names with one value, and apart from them names with several, `Set-Cookie` among these.
    private func writeMultiValueHeaders(cookies: [String], into output: inout [UInt8]) {
        let groups = grouped
        let single = groups.filter { $0.values.count == 1 }
        var several = groups.filter { $0.values.count > 1 }
        if !cookies.isEmpty { several.append(("Set-Cookie", cookies)) }
        if !single.isEmpty {
            output.append(contentsOf: ",\"headers\":".utf8)
            Self.writeObject(single, into: &output) { JSONValue.write(string: $0[0], into: &$1) }
        }
        if !several.isEmpty {
            output.append(contentsOf: ",\"multiValueHeaders\":".utf8)
            Self.writeObject(several, into: &output, Self.writeArray)
        }
    }

    private func writeBody(into output: inout [UInt8]) {
        if isText, let text = String(validating: body, as: UTF8.self) {
            output.append(contentsOf: ",\"body\":".utf8)
            JSONValue.write(string: text, into: &output)
            output.append(contentsOf: ",\"isBase64Encoded\":false".utf8)
            return
        }
        output.append(contentsOf: ",\"body\":\"".utf8)
        // Pieces that stay in the processor's cache, so that no second copy of the whole body comes to be.
        for start in stride(from: 0, to: body.count, by: Self.piece) {
            output.append(contentsOf: Base64.encodeToBytes(body[start..<min(body.count, start + Self.piece)]))
        }
        output.append(contentsOf: "\",\"isBase64Encoded\":true".utf8)
    }

    /// A multiple of three bytes, so that no piece but the last is padded.
    private static let piece = 3 << 14

    private var isText: Bool {
        guard !body.isEmpty else { return true }
        guard !headers.contains("Content-Encoding"), let type = headers["Content-Type"].flatMap(MediaType.init) else {
            return false
        }
        return type.isText && ["utf-8", "us-ascii"].contains(type["charset"]?.lowercased() ?? "utf-8")
    }

    private static func writeObject(
        _ groups: [(name: String, values: [String])], into output: inout [UInt8],
        _ writeValues: ([String], inout [UInt8]) -> Void
    ) {
        output.append(UInt8(ascii: "{"))
        for (index, group) in groups.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            JSONValue.write(string: group.name, into: &output)
            output.append(UInt8(ascii: ":"))
            writeValues(group.values, &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func writeArray(_ texts: [String], into output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        for (index, text) in texts.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            JSONValue.write(string: text, into: &output)
        }
        output.append(UInt8(ascii: "]"))
    }
}

/// A header field that must not be sent: its name is no token, or its value holds control characters.
struct InvalidHeader: Error, Equatable, CustomStringConvertible {
    var name: String
    var description: String { "the header field \(name) holds characters that no header may" }
}
