/// Where the Runtime API is: the setting `AWS_LAMBDA_RUNTIME_API`, and the addresses of its calls.
struct RuntimeEndpoint: Sendable, Hashable {
    /// Everything in front of the API's version: `http://127.0.0.1:9001`, with a path where the server asks for one.
    let base: String

    /// Reads `host:port`. Some local servers hand out a whole URL with a path (`http://host:port/.rt/name`): taken too.
    init?(_ setting: String) {
        let scheme = ["http://", "https://"].first(where: setting.hasPrefix)
        var rest = setting.dropFirst(scheme?.count ?? 0)
        while rest.hasSuffix("/") { rest.removeLast() }
        guard rest.first != nil, rest.first != "/",
            rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") })
        else { return nil }
        base = (scheme ?? "http://") + rest
    }

    private static let version = "/2018-06-01/runtime"

    var next: String { base + Self.version + "/invocation/next" }
    var initError: String { base + Self.version + "/init/error" }

    func response(to requestID: String) -> String { invocation(requestID) + "/response" }
    func error(for requestID: String) -> String { invocation(requestID) + "/error" }

    private func invocation(_ requestID: String) -> String {
        base + Self.version + "/invocation/" + Self.pathSegment(requestID)
    }

    /// Ids are UUIDs; whatever else a server makes up is escaped, so that it stays one segment of the path.
    private static func pathSegment(_ id: String) -> String {
        guard !id.utf8.allSatisfy(isPlain) else { return id }
        var segment = ""
        for byte in id.utf8 {
            if isPlain(byte) {
                segment.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                segment += (digits.count == 1 ? "%0" : "%") + digits
            }
        }
        return segment
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
