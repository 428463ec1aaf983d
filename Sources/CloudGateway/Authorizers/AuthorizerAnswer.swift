import JSONValue

/// What an authorizer's function said. It may hold for more requests than the one that it was asked about.
enum AuthorizerAnswer: Sendable {
    /// Yes or no, to whatever was asked (`isAuthorized`).
    case simple(isAuthorized: Bool, context: JSONObject)
    /// Which methods may be called (`policyDocument`), and by whom.
    case policy(ExecutePolicy, principal: String, context: JSONObject)
    /// The function does not know who asks.
    case unauthorized
    /// The function failed, or answered what is no answer: why.
    case failed(String)

    /// Reads what a function gave back.
    ///
    /// - Parameters:
    ///   - isSimple: whether the short form is agreed (`EnableSimpleResponses`); there is no policy then.
    ///   - isREST: a REST API passes the context on as texts, and takes nothing that has parts.
    init(_ answer: JSONValue, isSimple: Bool, isREST: Bool) {
        let context = answer["context"]?.object ?? [:]
        if isSimple {
            guard let flag = answer["isAuthorized"]?.bool else {
                self = .failed("its answer has no isAuthorized that is true or false")
                return
            }
            self = .simple(isAuthorized: flag, context: context)
            return
        }
        guard let principal = answer["principalId"]?.string, !principal.isEmpty else {
            self = .failed("its answer has no principalId")
            return
        }
        guard let policy = answer["policyDocument"].flatMap(ExecutePolicy.init) else {
            self = .failed("its answer has no policyDocument that is a policy")
            return
        }
        let hasParts = context.values.contains { value in
            switch value {
            case .string, .number, .bool: false
            case .null, .array, .object: true
            }
        }
        guard !isREST || !hasParts else {
            self = .failed("the context of its answer holds more than texts, numbers, true and false")
            return
        }
        self = .policy(policy, principal: principal, context: context)
    }

    /// Whether it is worth remembering: a failure may be over the next time.
    var isKept: Bool {
        switch self {
        case .simple, .policy: true
        case .unauthorized, .failed: false
        }
    }

    /// What it means for a request.
    ///
    /// - Parameter isNested: whether events keep the context apart, as payload format 2.0 does; format 1.0 puts it beside
    ///   the principal.
    func decision(on methodARN: String, isREST: Bool, isNested: Bool) -> AuthorizationDecision {
        var passed: JSONObject
        switch self {
        case .simple(let isAuthorized, let context):
            guard isAuthorized else { return .forbidden(isExplicit: true) }
            passed = context
        case .policy(let policy, let principal, let context):
            switch policy.effect(on: methodARN) {
            case .deny: return .forbidden(isExplicit: true)
            case nil: return .forbidden(isExplicit: false)
            case .allow: break
            }
            passed = isREST ? JSONObject(context.map { ($0.key, Self.text($0.value)) }) : context
            if !isNested { passed["principalId"] = .string(principal) }
        case .unauthorized: return .unauthorized
        case .failed(let reason): return .failed(reason: reason)
        }
        return .allowed(isNested ? ["lambda": .object(passed)] : .object(passed))
    }

    private static func text(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number(let text): .string(text)
        case .bool(let flag): .string(flag ? "true" : "false")
        case .string, .null, .array, .object: value
        }
    }
}
