import CloudCore
import JSONValue

/// A part of a request that says who sends it, as `$request.header.Authorization` or `method.request.querystring.key`.
enum IdentitySource: Sendable, Equatable {
    case header(String)
    case query(String)
    case stageVariable(String)
    case context(String)

    /// Reads the form of HTTP APIs (with `$`) or that of REST APIs; nil for anything else.
    init?(parsing text: String) {
        let forms: [(String, (String) -> IdentitySource)] = [
            ("$request.header.", IdentitySource.header), ("method.request.header.", IdentitySource.header),
            ("$request.querystring.", IdentitySource.query), ("method.request.querystring.", IdentitySource.query),
            ("$stageVariables.", IdentitySource.stageVariable), ("stageVariables.", IdentitySource.stageVariable),
            ("$context.", IdentitySource.context), ("context.", IdentitySource.context),
        ]
        guard let (prefix, make) = forms.first(where: { text.hasPrefix($0.0) }), text.count > prefix.count else {
            return nil
        }
        self = make(String(text.dropFirst(prefix.count)))
    }

    /// What the request says; nil when it says nothing, or nothing but emptiness.
    ///
    /// - Parameter context: the `requestContext` of the request's event, for what ``isInEvent(of:)``.
    func value(in call: GatewayCall, context: JSONValue?) -> String? {
        let found: String? =
            switch self {
            case .header(let name): call.request.header(name)
            case .query(let name): call.request.queryItems[name]
            case .stageVariable(let name): call.api.stageVariables[name]
            case .context(let path):
                Self.variable(path, of: call)
                    ?? path.split(separator: ".").reduce(context) { $0?[String($1)] }
                    .flatMap { $0.string ?? $0.numberText }
            }
        return found?.isEmpty == true ? nil : found
    }

    /// Whether it is found nowhere but in the event.
    func isInEvent(of call: GatewayCall) -> Bool {
        if case .context(let path) = self { Self.variable(path, of: call) == nil } else { false }
    }

    /// The variables of the context (`$context.routeKey`) that are the same whatever the event looks like.
    private static func variable(_ path: String, of call: GatewayCall) -> String? {
        switch path {
        case "routeKey": call.route.key
        case "httpMethod": call.request.method
        case "identity.sourceIp": call.request.remoteAddress
        case "identity.userAgent": call.request.headers.first(name: "user-agent")
        case "path": call.eventPath
        case "resourcePath": call.route.path
        case "stage": call.api.stage
        case "apiId": call.api.id
        default: nil
        }
    }
}
