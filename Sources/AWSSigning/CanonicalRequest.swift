import Digests
import URLEncoding

/// A request brought into the one form that both sides hash.
///
/// Source: "Create a signed AWS API request", IAM User Guide; for S3, "Signature Calculations for the Authorization
/// Header", S3 API Reference.
public struct CanonicalRequest: Sendable, Hashable {
    /// The canonical request, lines joined by line feeds.
    public let text: String
    /// The names of the headers that it covers, in lower case, sorted, joined by semicolons.
    public let signedHeaders: String

    /// Brings a request into its canonical form.
    ///
    /// - Parameters:
    ///   - request: the request as sent.
    ///   - signedHeaders: names in lower case; a header that the request lacks counts as empty.
    ///   - payload: what is said of the body.
    ///   - service: decides how the path is read. S3 takes it as it is; the others have dot segments and double
    ///     slashes removed, and encode again what is encoded already.
    ///   - leavingOut: a query parameter that is no part of the form: the signature itself.
    public init(
        _ request: SignableRequest, signedHeaders: [String], payload: PayloadHash, service: String,
        leavingOut: String? = nil
    ) {
        let names = signedHeaders.sorted()
        self.signedHeaders = names.joined(separator: ";")
        var text = request.method
        text.reserveCapacity(1024)
        text += "\n"
        text += Self.path(request.path, service: service)
        text += "\n"
        text += Self.query(request.query, leavingOut: leavingOut)
        text += "\n"
        for name in names {
            text += name
            text += ":"
            text += request.values(of: name).map(\.withSpacesFolded).joined(separator: ",")
            text += "\n"
        }
        text += "\n"
        text += self.signedHeaders
        text += "\n"
        text += payload.headerValue
        self.text = text
    }

    /// SHA-256 of the text, in hexadecimal digits.
    public var hash: String { Hex.encode(Digest.of(text.utf8, .sha256)) }

    static func path(_ path: String, service: String) -> String {
        let path = path.isEmpty ? "/" : path
        // Amazon S3 decodes the path and encodes it once, whatever the client left unencoded; nothing is normalised,
        // because "a//b" and "a/../b" are names of objects.
        if service == "s3" { return PercentEncoding.encode(PercentEncoding.decodeBytes(path), keepingSlashes: true) }
        return PercentEncoding.encode(normalized(path), keepingSlashes: true)
    }

    /// Removes empty and dot segments (RFC 3986, 5.2.4); a slash at the end stays.
    private static func normalized(_ path: String) -> String {
        let bytes = path.utf8
        let slash = UInt8(ascii: "/")
        guard
            bytes.contains(UInt8(ascii: "."))
                || zip(bytes, bytes.dropFirst()).contains(where: { $0 == slash && $1 == slash })
        else { return path }
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
        }
        guard !segments.isEmpty else { return "/" }
        return "/" + segments.joined(separator: "/") + (path.hasSuffix("/") ? "/" : "")
    }

    /// Parameters encoded anew and sorted by name, then by value.
    static func query(_ query: String, leavingOut: String? = nil) -> String {
        guard !query.isEmpty else { return "" }
        var pairs: [(name: String, value: String)] = []
        for parameter in query.split(separator: "&") {
            let (name, value) = QueryParameters.split(parameter)
            let encodedName = PercentEncoding.encode(PercentEncoding.decodeBytes(name), keepingSlashes: false)
            if encodedName == leavingOut { continue }
            pairs.append(
                (encodedName, PercentEncoding.encode(PercentEncoding.decodeBytes(value), keepingSlashes: false)))
        }
        pairs.sort { $0.name == $1.name ? $0.value < $1.value : $0.name < $1.name }
        return pairs.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }
}

/// The parameters of a query string, decoded.
struct QueryParameters {
    private let pairs: [(name: String, value: String)]

    init(_ query: String) {
        pairs = query.split(separator: "&").map {
            let (name, value) = Self.split($0)
            return (PercentEncoding.decode(name), PercentEncoding.decode(value))
        }
    }

    /// The first value of a parameter; names match in their exact case, as the services want it.
    subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    var all: [(name: String, value: String)] { pairs }

    static func split(_ parameter: Substring) -> (name: Substring, value: Substring) {
        guard let equals = parameter.firstIndex(of: "=") else { return (parameter, "") }
        return (parameter[..<equals], parameter[parameter.index(after: equals)...])
    }
}
