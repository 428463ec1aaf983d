/// A cookie that a response sets (RFC 6265, 4.1).
public struct Cookie: Sendable, Equatable {
    /// When the browser sends the cookie along with requests that other sites start.
    public enum SameSite: String, Sendable {
        case strict = "Strict"
        case lax = "Lax"
        case none = "None"
    }

    /// The name: a token.
    public var name: String
    /// The value: visible ASCII without quotes, commas, semicolons and backslashes.
    public var value: String
    /// The paths below which the cookie is sent; nil: that of the request.
    public var path: String?
    /// The hosts to which the cookie is sent; nil: only the one that set it.
    public var domain: String?
    /// Seconds until the cookie ends; 0 removes it; nil: it ends with the browser's session.
    public var maxAge: Int?
    /// Whether scripts on the page cannot read it.
    public var httpOnly: Bool
    /// Whether it is sent over HTTPS alone.
    public var secure: Bool
    /// When it is sent along from other sites.
    public var sameSite: SameSite?

    /// A cookie; by default out of scripts' reach, over HTTPS alone, and not sent from other sites' forms.
    public init(
        name: String, value: String, path: String? = "/", domain: String? = nil, maxAge: Int? = nil,
        httpOnly: Bool = true, secure: Bool = true, sameSite: SameSite? = .lax
    ) {
        self.name = name
        self.value = value
        self.path = path
        self.domain = domain
        self.maxAge = maxAge
        self.httpOnly = httpOnly
        self.secure = secure
        self.sameSite = sameSite
    }

    /// A cookie that makes the browser forget the one of this name and path.
    public static func removing(_ name: String, path: String? = "/") -> Cookie {
        Cookie(name: name, value: "", path: path, maxAge: 0)
    }

    /// The value of the `Set-Cookie` field; nil where a part holds characters that would let it say something else.
    public var headerValue: String? {
        guard Headers.isName(name), value.utf8.allSatisfy(Self.isValueByte),
            Self.isAttribute(path), Self.isAttribute(domain)
        else { return nil }
        var text = "\(name)=\(value)"
        if let path { text += "; Path=\(path)" }
        if let domain { text += "; Domain=\(domain)" }
        if let maxAge { text += "; Max-Age=\(maxAge)" }
        if secure { text += "; Secure" }
        if httpOnly { text += "; HttpOnly" }
        if let sameSite { text += "; SameSite=\(sameSite.rawValue)" }
        return text
    }

    private static func isValueByte(_ byte: UInt8) -> Bool {
        (0x21..<0x7F).contains(byte) && !"\",;\\".utf8.contains(byte)
    }

    private static func isAttribute(_ text: String?) -> Bool {
        text?.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: ";") } ?? true
    }
}

extension Cookie {
    /// Reads the pairs of a `Cookie` field, in order. What is no pair is passed over, as browsers' cookies are not all
    /// one's own.
    static func pairs(in header: String) -> [(name: String, value: String)] {
        header.utf8.split(separator: UInt8(ascii: ";")).compactMap { pair in
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = String(Substring(pair[..<equals])).trimmed()
            var value = String(Substring(pair[pair.index(after: equals)...])).trimmed()
            if value.utf8.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
                value = String(value.dropFirst().dropLast())
            }
            return name.isEmpty ? nil : (name, value)
        }
    }
}
