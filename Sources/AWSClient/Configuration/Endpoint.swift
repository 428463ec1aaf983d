/// Where a service answers: scheme, host, port, and the path that its own paths follow.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// Whether TLS is spoken.
    public var isSecure: Bool
    /// The name or address of the host; an IPv6 address stands in brackets.
    public var host: String
    /// The port, unless it is the scheme's own.
    public var port: Int?
    /// What stands before every path, without a slash at its end.
    public var basePath: String

    /// An endpoint from its parts.
    public init(isSecure: Bool, host: String, port: Int? = nil, basePath: String = "") {
        self.isSecure = isSecure
        self.host = host
        self.port = port == (isSecure ? 443 : 80) ? nil : port
        self.basePath = basePath
    }

    /// Reads `http://host:port/path` or `https://…`; nil for anything else, credentials, queries and fragments included.
    public init?(_ url: String) {
        let isSecure: Bool
        var rest = url[...]
        if url.lowercased().hasPrefix("https://") {
            isSecure = true
            rest = rest.dropFirst(8)
        } else if url.lowercased().hasPrefix("http://") {
            isSecure = false
            rest = rest.dropFirst(7)
        } else {
            return nil
        }
        let authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path = path.dropLast() }
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !Array("?#@\\\"<>".utf8).contains($0) }) else {
            return nil
        }
        var host = authority
        var port: Int?
        // The colons of an IPv6 address stand inside its brackets.
        if let colon = authority.lastIndex(of: ":"), authority[colon...].firstIndex(of: "]") == nil {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number) else {
                return nil
            }
            port = number
            host = authority[..<colon]
        }
        guard !host.isEmpty, host.hasPrefix("[") == host.hasSuffix("]"), host.hasPrefix("[") || !host.contains(":")
        else {
            return nil
        }
        self.init(isSecure: isSecure, host: host.lowercased(), port: port, basePath: String(path))
    }

    /// Host, and port unless it is the scheme's own: what stands in the `Host` header.
    public var authority: String { port.map { "\(host):\($0)" } ?? host }

    /// The address without a slash at its end.
    public var description: String { "\(isSecure ? "https" : "http")://\(authority)\(basePath)" }

    /// Whether the host is this machine, to which no proxy leads.
    var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]"
            || (host.hasPrefix("127.") && host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || $0 < UInt8(ascii: ":") })
    }
}
