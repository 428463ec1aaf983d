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
    func value(in call: GatewayCall, context: JSONValue?) -> String? {
        let found: String? =
            switch self {
            case .header(let name): call.request.header(name)
            case .query(let name): call.request.queryItems[name]
            case .stageVariable(let name): call.api.stageVariables[name]
            case .context(let path):
                path.split(separator: ".").reduce(context) { $0?[String($1)] }.flatMap { $0.string ?? $0.numberText }
            }
        return found?.isEmpty == true ? nil : found
    }
}
