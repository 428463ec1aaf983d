import CloudCore
import JSONValue
import NIOCore
import Synchronization

/// Has a function decide whether a request may pass ("Lambda authorizer").
///
/// Its answer is kept for as long as the configuration says, for the same identity. Sources: "Use API Gateway Lambda
/// authorizers" in the REST API guide, "Control access to HTTP APIs with AWS Lambda authorizers" in the HTTP API guide.
public final class FunctionAuthorizer: GatewayAuthorizer {
    /// What the function is given.
    public enum Form: Sendable, Equatable {
        /// One header, which holds a token (REST APIs).
        case token(header: String)
        /// The request, as a REST API or payload format 1.0 shows it.
        case request1
        /// The request, as payload format 2.0 shows it.
        case request2
    }

    private struct Kept {
        var decision: AuthorizationDecision
        var until: Timestamp
    }

    /// How many answers are kept; beyond that all are forgotten.
    private static let cacheLimit = 4096

    private let function: String
    private let form: Form
    private let kind: GatewayAPI.Kind
    private let sources: [IdentitySource]
    private let validation: String?
    private let lifetime: Duration
    private let invoker: any FunctionInvoker
    private let clock: CloudClock
    private let cache = Mutex<[String: Kept]>([:])

    /// An authorizer.
    ///
    /// - Parameters:
    ///   - kind: which product it stands before.
    ///   - identitySources: `$request.header.Authorization`, …; a request without one of them is refused unseen.
    ///   - validation: a regular expression that a token must match as a whole; others are refused unseen. One that is
    ///     no regular expression matches nothing.
    ///   - lifetime: how long an answer is kept; zero to ask each time.
    public init(
        function: String, form: Form, kind: GatewayAPI.Kind, identitySources: [String] = [],
        validation: String? = nil, lifetime: Duration = .zero, invoker: any FunctionInvoker, clock: CloudClock
    ) {
        self.function = function
        self.form = form
        self.kind = kind
        if case .token(let header) = form {
            sources = [.header(header)]
        } else {
            sources = identitySources.compactMap(IdentitySource.init)
        }
        self.validation = validation
        self.lifetime = lifetime
        self.invoker = invoker
        self.clock = clock
    }

    /// Asks the function, or remembers what it said.
    public func authorize(_ request: AuthorizedRequest) async -> AuthorizationDecision {
        let event = request.event(form == .request2 ? .v2 : .v1)
        var identity: [String] = []
        for source in sources {
            guard let value = source.value(in: request.call, context: event["requestContext"]) else {
                return .unauthorized
            }
            identity.append(value)
        }
        if case .token = form, let validation {
            let matches = try? Regex(validation).wholeMatch(in: identity.first ?? "") != nil
            guard matches == true else { return .unauthorized }
        }
        // A policy answers for one method, so the method is part of what an answer is kept under.
        let key = ([request.methodARN] + identity).joined(separator: "\u{0}")
        let now = clock.now
        let keeps = lifetime > .zero && !identity.isEmpty
        if keeps, let kept = cache.withLock({ $0[key] }), kept.until > now { return kept.decision }
        let decision = await ask(request, event, identity)
        if keeps, decision.isKept {
            cache.withLock { cache in
                if cache.count >= Self.cacheLimit { cache = [:] }
                cache[key] = Kept(decision: decision, until: now + lifetime)
            }
        }
        return decision
    }

    private func ask(
        _ request: AuthorizedRequest, _ event: JSONValue, _ identity: [String]
    ) async -> AuthorizationDecision {
        let payload = question(request, event, identity).encoded()
        let invocation = Invocation(
            function: function, payload: ByteBuffer(bytes: payload), traceID: request.call.traceID,
            source: "authorizer \(request.call.route.key)")
        guard let result = try? await invoker.invoke(invocation),
            let answer = try? JSONValue(parsing: result.payload.readableBytesView)
        else { return .failed }
        if result.functionError != nil {
            // This one message is the agreed way for a function to say that it does not know who asks.
            return answer["errorMessage"]?.string == "Unauthorized" ? .unauthorized : .failed
        }
        return decision(answer, methodARN: request.methodARN)
    }

    private func question(_ request: AuthorizedRequest, _ event: JSONValue, _ identity: [String]) -> JSONValue {
        if case .token = form {
            return [
                "type": "TOKEN", "methodArn": .string(request.methodARN),
                "authorizationToken": .string(identity.first ?? ""),
            ]
        }
        var question: JSONObject = [:]
        if kind != .rest { question["version"] = form == .request2 ? "2.0" : "1.0" }
        question["type"] = "REQUEST"
        question[form == .request2 ? "routeArn" : "methodArn"] = .string(request.methodARN)
        if form == .request2 {
            question["identitySource"] = .array(identity.map { .string($0) })
        } else if kind != .rest {
            question["identitySource"] = .string(identity.joined(separator: ","))
            question["authorizationToken"] = .string(identity.first ?? "")
        }
        for (key, value) in event.object ?? [:] where !["version", "body", "isBase64Encoded"].contains(key) {
            question[key] = value
        }
        return .object(question)
    }

    private func decision(_ answer: JSONValue, methodARN: String) -> AuthorizationDecision {
        let context = answer["context"]?.object ?? [:]
        let isAllowed: Bool
        if form == .request2, let simple = answer["isAuthorized"] {
            guard let flag = simple.bool else { return .failed }
            isAllowed = flag
        } else {
            guard let principal = answer["principalId"]?.string, !principal.isEmpty,
                let document = answer["policyDocument"],
                let allowed = ExecutePolicy.allows(document, methodARN: methodARN)
            else { return .failed }
            isAllowed = allowed
        }
        guard isAllowed else { return .forbidden }
        if kind == .http { return .allowed(["lambda": .object(context)]) }
        // A REST API passes the context on as text, together with the principal.
        var passed: JSONObject = [:]
        for (key, value) in context {
            switch value {
            case .string: passed[key] = value
            case .number(let text): passed[key] = .string(text)
            case .bool(let flag): passed[key] = .string(flag ? "true" : "false")
            // AWS takes no objects and lists here, and answers as for an authorizer that failed.
            case .null, .array, .object: return .failed
            }
        }
        passed["principalId"] = answer["principalId"]
        return .allowed(.object(passed))
    }
}

extension AuthorizationDecision {
    /// Whether it is worth remembering: a failure may be over the next time.
    fileprivate var isKept: Bool {
        switch self {
        case .allowed, .forbidden: true
        case .unauthorized, .unauthenticated, .insufficient, .unsigned, .failed: false
        }
    }
}

/// Refuses everybody: stands where a template asks for an authorizer that this gateway does not have, so that a route
/// that is guarded on AWS is never open here.
public struct RefusingAuthorizer: GatewayAuthorizer {
    /// The one that refuses.
    public init() {}

    /// Refuses.
    public func authorize(_ request: AuthorizedRequest) async -> AuthorizationDecision { .unauthorized }
}
