import CloudCore
import JSONValue
import NIOCore
import Synchronization

/// Has a function decide whether a request may pass ("Lambda authorizer").
///
/// Its answer is kept for as long as the configuration says, for the same identity, and then holds for every route that the
/// authorizer stands before: a policy is looked at anew for each request, a simple answer is taken as it is. Sources: "Use
/// API Gateway Lambda authorizers" in the REST API guide, "Control access to HTTP APIs with AWS Lambda authorizers" in the
/// HTTP API guide.
public final class FunctionAuthorizer: GatewayAuthorizer {
    /// What the function is given, and how it answers.
    public enum Form: Sendable, Equatable {
        /// One header, which holds a token (REST APIs).
        case token(header: String)
        /// The request, as a REST API or payload format 1.0 shows it.
        case request1
        /// The request, as payload format 2.0 shows it; whether the answer is `{"isAuthorized": …}` and no policy.
        case request2(simple: Bool)

        fileprivate var isRequest2: Bool {
            if case .request2 = self { true } else { false }
        }
    }

    private struct Kept {
        var answer: AuthorizerAnswer
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
    private let timeout: Duration
    private let invoker: any FunctionInvoker
    private let clock: CloudClock
    private let cache = Mutex<[[String]: Kept]>([:])

    /// An authorizer.
    ///
    /// - Parameters:
    ///   - kind: which product it stands before.
    ///   - identitySources: `$request.header.Authorization`, …; a request without one of them is refused unseen.
    ///   - validation: a regular expression that a token must match as a whole; others are refused unseen. One that is
    ///     no regular expression matches nothing.
    ///   - lifetime: how long an answer is kept; zero to ask each time. Without an identity nothing is kept.
    ///   - timeout: how long the function may take; nil for what the product gives it.
    public init(
        function: String, form: Form, kind: GatewayAPI.Kind, identitySources: [String] = [],
        validation: String? = nil, lifetime: Duration = .zero, timeout: Duration? = nil,
        invoker: any FunctionInvoker, clock: CloudClock
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
        self.timeout = timeout ?? (kind == .rest ? .seconds(29) : .seconds(10))
        self.invoker = invoker
        self.clock = clock
    }

    /// Asks the function, or remembers what it said.
    public func authorize(_ request: AuthorizedRequest) async -> AuthorizationDecision {
        var event: JSONValue?
        var identity: [String] = []
        for source in sources {
            if source.isInEvent(of: request.call), event == nil { event = makeEvent(request) }
            guard let value = source.value(in: request.call, context: event?["requestContext"]) else {
                return .unauthorized
            }
            identity.append(value)
        }
        if case .token = form, let validation {
            let matches = try? Regex(validation).wholeMatch(in: identity.first ?? "") != nil
            guard matches == true else { return .unauthorized }
        }
        let now = clock.now
        let keeps = lifetime > .zero && !identity.isEmpty
        if keeps, let kept = cache.withLock({ $0[identity] }), kept.until > now {
            return decision(kept.answer, on: request)
        }
        let answer = await ask(request, event ?? makeEvent(request), identity)
        if keeps, answer.isKept {
            cache.withLock { cache in
                if cache.count >= Self.cacheLimit { cache = [:] }
                cache[identity] = Kept(answer: answer, until: now + lifetime)
            }
        }
        return decision(answer, on: request)
    }

    private func decision(_ answer: AuthorizerAnswer, on request: AuthorizedRequest) -> AuthorizationDecision {
        answer.decision(
            on: request.methodARN, isREST: kind == .rest, isNested: request.call.route.payloadFormat == .v2)
    }

    private func makeEvent(_ request: AuthorizedRequest) -> JSONValue { request.event(form.isRequest2 ? .v2 : .v1) }

    private func ask(_ request: AuthorizedRequest, _ event: JSONValue, _ identity: [String]) async -> AuthorizerAnswer {
        let payload = question(request, event, identity).encoded()
        let invocation = Invocation(
            function: function, payload: ByteBuffer(bytes: payload), traceID: request.call.traceID,
            source: "authorizer \(request.call.route.key)")
        switch await InvocationDeadline.invoke(invocation, by: invoker, within: timeout) {
        case .timedOut: return .failed("it took too long")
        case .refused(let error): return .failed("it could not be called: \(error.message)")
        case .answered(let result):
            guard let answer = try? JSONValue(parsing: result.payload.readableBytesView) else {
                return .failed("its answer is not JSON")
            }
            guard result.functionError == nil else {
                // This one message is the agreed way for a function to say that it does not know who asks.
                let message = answer["errorMessage"]?.string
                return message == "Unauthorized" ? .unauthorized : .failed("it ended with an error: \(message ?? "")")
            }
            return AuthorizerAnswer(answer, isSimple: form == .request2(simple: true), isREST: kind == .rest)
        }
    }

    private func question(_ request: AuthorizedRequest, _ event: JSONValue, _ identity: [String]) -> JSONValue {
        if case .token = form {
            return [
                "type": "TOKEN", "methodArn": .string(request.methodARN),
                "authorizationToken": .string(identity.first ?? ""),
            ]
        }
        let isRequest2 = form.isRequest2
        var question: JSONObject = [:]
        if kind != .rest { question["version"] = isRequest2 ? "2.0" : "1.0" }
        question["type"] = "REQUEST"
        question[isRequest2 ? "routeArn" : "methodArn"] = .string(request.methodARN)
        if isRequest2 {
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
}
