import CloudCore
import NIOHTTP1

extension GatewayCORS {
    /// The gateway's own answer to a preflight; nil when the request is none.
    func preflight(_ request: CloudRequest, kind: GatewayAPI.Kind, methods: @autoclosure () -> [String])
        -> CloudResponse?
    {
        guard request.method == "OPTIONS" else { return nil }
        switch kind {
        case .rest:
            // SAM gives each path an OPTIONS method that answers with fixed fields, whoever asks.
            let existing = methods()
            guard !existing.isEmpty else { return nil }
            let allowed = allowMethods.isEmpty ? existing + ["OPTIONS"] : allowMethods
            var headers: HTTPHeaders = ["Content-Type": "application/json"]
            headers.set("Access-Control-Allow-Origin", allowOrigins.isEmpty ? nil : allowOrigins.joined(separator: ","))
            headers.set("Access-Control-Allow-Methods", Array(Set(allowed)).sorted().joined(separator: ","))
            headers.set(
                "Access-Control-Allow-Headers", allowHeaders.isEmpty ? nil : allowHeaders.joined(separator: ","))
            headers.set("Access-Control-Max-Age", maxAge.map(String.init))
            headers.set("Access-Control-Allow-Credentials", allowCredentials ? "true" : nil)
            return CloudResponse(status: 200, headers: headers, bytes: "{}".utf8)
        case .http, .functionURL:
            guard let origin = request.headers.first(name: "origin"),
                let wanted = request.headers.first(name: "access-control-request-method")
            else { return nil }
            var headers = HTTPHeaders()
            if let allowed = allowedOrigin(for: origin), allowMethods.contains("*") || allowMethods.contains(wanted) {
                headers.add(name: "Access-Control-Allow-Origin", value: allowed)
                headers.add(name: "Access-Control-Allow-Methods", value: allowMethods.joined(separator: ","))
                headers.set(
                    "Access-Control-Allow-Headers", allowHeaders.isEmpty ? nil : allowHeaders.joined(separator: ","))
                headers.set("Access-Control-Max-Age", maxAge.map(String.init))
                headers.set("Access-Control-Allow-Credentials", allowCredentials ? "true" : nil)
                if allowed != "*" { headers.add(name: "Vary", value: "Origin") }
            }
            return CloudResponse(status: kind == .http ? 204 : 200, headers: headers)
        }
    }

    /// Puts the configured fields in place of whatever the function says about origins.
    ///
    /// REST APIs leave that to the function.
    func apply(to headers: inout HTTPHeaders, of request: CloudRequest, kind: GatewayAPI.Kind) {
        guard kind != .rest, let origin = request.headers.first(name: "origin") else { return }
        for name in Self.fields { headers.remove(name: name) }
        guard let allowed = allowedOrigin(for: origin) else { return }
        headers.add(name: "Access-Control-Allow-Origin", value: allowed)
        headers.set("Access-Control-Allow-Credentials", allowCredentials ? "true" : nil)
        headers.set(
            "Access-Control-Expose-Headers", exposeHeaders.isEmpty ? nil : exposeHeaders.joined(separator: ","))
        if allowed != "*" { headers.add(name: "Vary", value: "Origin") }
    }

    private static let fields = [
        "access-control-allow-origin", "access-control-allow-credentials", "access-control-expose-headers",
        "access-control-allow-methods", "access-control-allow-headers", "access-control-max-age",
    ]
}
