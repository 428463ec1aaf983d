import CloudCore
import JSONValue
import NIOCore
import NIOHTTP1

/// A request on its way to a function: everything that an event tells of it.
struct GatewayCall: Sendable {
    var request: CloudRequest
    let api: GatewayAPI
    let route: GatewayRoute
    let parameters: [(name: String, value: Substring)]
    /// The path below the stage, percent-encoded.
    let path: Substring
    /// What stood before that part.
    let prefix: PathPrefix
    let accountID: String
    let requestID: String
    /// A second identifier, which REST APIs have.
    let extendedRequestID: String
    let traceID: String
    let time: Timestamp
    let scheme: String
    var body = ByteBuffer()
    /// What an authorizer found.
    var authorization: JSONValue?

    /// The path that an event of an HTTP API tells: with the stage, as if the caller had used the API's own host, unless
    /// that is the default one. So a base path of a custom domain does not appear in it.
    var eventPath: String {
        if prefix == .stage { return request.path }
        return api.stage == "$default" ? String(path) : "/\(api.stage)\(path)"
    }

    /// The `Host` field.
    var host: String { request.headers.first(name: "host") ?? "localhost" }

    /// The host's name without its port.
    var domainName: String { Self.name(ofHost: host) }

    /// The first label of the host, where it has names for labels.
    var domainPrefix: String {
        let name = domainName
        let isAddress = name.hasPrefix("[") || name.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
        guard !isAddress, name != "localhost", let label = name.split(separator: ".").first else { return api.id }
        return String(label)
    }

    var forwardedPort: String {
        let bare = domainName
        if host.utf8.count > bare.utf8.count + 1 { return String(host.dropFirst(bare.count + 1)) }
        return scheme == "https" ? "443" : "80"
    }

    /// Who sent it, behind whoever passed it on.
    var forwardedFor: String {
        let before = request.headers[canonicalForm: "x-forwarded-for"].joined(separator: ", ")
        return before.isEmpty ? request.remoteAddress : "\(before), \(request.remoteAddress)"
    }

    /// Fields that concern the connection and not the request.
    static func isHopByHop(_ name: String) -> Bool {
        switch name {
        case "connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "expect",
            "proxy-connection", "proxy-authorization", "proxy-authenticate":
            true
        default: false
        }
    }

    /// Fields that the gateway writes itself.
    static func isForwarding(_ name: String) -> Bool {
        switch name {
        case "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id": true
        default: false
        }
    }

    static func name(ofHost host: String) -> String {
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return String(host[...end]) }
        return host.lastIndex(of: ":").map { String(host[..<$0]) } ?? host
    }

    /// Roughly how long the event will be, so that writing it does not move it about.
    var capacity: Int { 2048 + body.readableBytes / 3 * 4 + request.path.utf8.count * 3 }
}
