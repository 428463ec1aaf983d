import CloudCore
import Digests
import JSONValue
import NIOCore
import NIOHTTP1
import Synchronization

/// The HTTP front of functions: finds the route, makes the event, calls the function, turns its answer into a response.
///
/// It opens no port of its own; ``respond(to:)`` goes behind an `HTTPServer`.
public final class Gateway: Sendable {
    /// The largest body of a request, in bytes.
    public static let bodyLimit = 10 * 1024 * 1024
    /// How long the request line and the values of the header fields may be together, in bytes. A function URL takes what
    /// the listener does.
    static let headLimit = 10_240
    /// How long the ARN of a guarded method may be, in bytes: the path is a part of it.
    static let methodARNLimit = 1600

    private let table: Mutex<APITable>
    let invoker: any FunctionInvoker
    private let identity: CloudIdentity
    private let clock: CloudClock
    private let identifiers: IdentifierSource
    private let scheme: String
    private let log: @Sendable (GatewayExchange) -> Void

    /// A gateway.
    ///
    /// - Parameters:
    ///   - apis: what it serves. The first is also found under the plain address.
    ///   - invoker: calls functions.
    ///   - scheme: what callers used where they do not speak TLS to this program itself, `http` or `https`: events say
    ///     so.
    ///   - log: told of each request once it is answered.
    public init(
        apis: [GatewayAPI], invoker: any FunctionInvoker, identity: CloudIdentity = CloudIdentity(),
        clock: CloudClock = CloudClock(), identifiers: IdentifierSource = .random, scheme: String = "http",
        log: @escaping @Sendable (GatewayExchange) -> Void = { _ in }
    ) {
        table = Mutex(APITable(apis))
        self.invoker = invoker
        self.identity = identity
        self.clock = clock
        self.identifiers = identifiers
        self.scheme = scheme
        self.log = log
    }

    /// Serves other APIs from now on; requests under way end with the old ones.
    public func replace(_ apis: [GatewayAPI]) {
        let new = APITable(apis)
        table.withLock { $0 = new }
    }

    /// Answers a request.
    public func respond(to request: CloudRequest) async -> CloudResponse { await exchange(for: request).response }

    /// Answers a request, and says what was made of it.
    public func exchange(for request: CloudRequest) async -> (response: CloudResponse, exchange: GatewayExchange) {
        let start = ContinuousClock.now
        var exchange = GatewayExchange(
            method: request.method, path: request.path, status: 0, requestID: "", duration: .zero)
        let response = await respond(to: request, &exchange)
        exchange.status = response.status
        exchange.duration = ContinuousClock.now - start
        log(exchange)
        return (response, exchange)
    }

    private func respond(to request: CloudRequest, _ exchange: inout GatewayExchange) async -> CloudResponse {
        // `*` and the authority that CONNECT names are no paths: no API could be meant.
        guard request.path.hasPrefix("/") else { return GatewayRefusal.badRequest.response(of: .http) }
        let host = GatewayCall.name(ofHost: request.headers.first(name: "host") ?? "").lowercased()
        let lookup = table.withLock { $0 }.lookup(host: host, method: request.method, path: request.path)
        switch lookup {
        case .unknownURL: return GatewayRefusal.noRoute.response(of: .functionURL)
        case .unknownAPI: return GatewayRefusal.closed.response(of: .rest)
        case .closed(let api): return GatewayRefusal.closed.response(of: api.kind)
        case .missing(let api): return GatewayRefusal.noRoute.response(of: api?.kind ?? .http)
        case .found(let target):
            let api = target.entry.api
            exchange.api = api.name.isEmpty ? api.id : api.name
            exchange.requestID = requestID(api.kind)
            var response = await respond(to: request, target, &exchange)
            switch api.kind {
            case .http: response.headers.replaceOrAdd(name: "Apigw-Requestid", value: exchange.requestID)
            case .rest, .functionURL:
                response.headers.replaceOrAdd(name: "x-amzn-RequestId", value: exchange.requestID)
            }
            return response
        }
    }

    private func respond(
        to request: CloudRequest, _ target: APITable.Target, _ exchange: inout GatewayExchange
    ) async -> CloudResponse {
        let api = target.entry.api
        guard api.kind == .functionURL || request.headLength <= Self.headLimit else {
            return GatewayRefusal.headersTooLarge.response(of: api.kind)
        }
        let routes = target.entry.routes
        let match = routes.match(method: request.method, path: target.path)
        // A REST API's own OPTIONS method goes before the one that CORS makes; an HTTP API answers preflights itself.
        if let cors = api.cors, api.kind != .rest || match?.route.method != "OPTIONS",
            let answer = cors.preflight(request, kind: api.kind, methods: routes.methods(of: target.path))
        {
            guard let guardian = api.preflightAuthorizer else { return answer }
            let route = GatewayRoute(
                method: "OPTIONS", path: match?.route.path ?? String(target.path), function: "", payloadFormat: .v1,
                authorizer: guardian)
            var call = call(request, target, route, exchange)
            return await authorize(&call, &exchange) ?? answer
        }
        var response = await respond(to: request, target, match, &exchange)
        api.cors?.apply(to: &response.headers, of: request, kind: api.kind)
        return response
    }

    private func respond(
        to request: CloudRequest, _ target: APITable.Target, _ match: RouteTable.Match?,
        _ exchange: inout GatewayExchange
    ) async -> CloudResponse {
        let api = target.entry.api
        guard let match else { return GatewayRefusal.noRoute.response(of: api.kind) }
        exchange.routeKey = match.route.key
        exchange.function = match.route.function

        var call = call(request, target, match.route, exchange, match.parameters)
        if match.route.authorizer?.readsBody == true {
            if let refusal = await readBody(of: &call) { return refusal.response(of: api.kind) }
            call.request.body = RequestBody(call.body)
            if let refusal = await authorize(&call, &exchange) { return refusal }
        } else {
            if let refusal = await authorize(&call, &exchange) { return refusal }
            if let refusal = await readBody(of: &call) { return refusal.response(of: api.kind) }
        }
        return await invoke(call, &exchange)
    }

    private func call(
        _ request: CloudRequest, _ target: APITable.Target, _ route: GatewayRoute, _ exchange: GatewayExchange,
        _ parameters: [(name: String, value: Substring)] = []
    ) -> GatewayCall {
        GatewayCall(
            request: request, api: target.entry.api, route: route, parameters: parameters, path: target.path,
            prefix: target.prefix, accountID: identity.accountID, requestID: exchange.requestID,
            // Only events of format 1.0 show it, to the function or to an authorizer's.
            extendedRequestID: route.payloadFormat == .v1 || route.authorizer != nil ? requestID(.http) : "",
            traceID: traceID(of: request), time: clock.now,
            scheme: request.isSecure ? "https" : scheme)
    }

    private func readBody(of call: inout GatewayCall) async -> GatewayRefusal? {
        // What says that it is too long need not come: who waits for `100 Continue` is told at once.
        if let length = call.request.contentLength, length > Self.bodyLimit { return .tooLarge }
        do {
            call.body = try await call.request.body.collect(upTo: Self.bodyLimit)
            return nil
        } catch RequestBodyError.tooLarge {
            return .tooLarge
        } catch {
            return .badRequest
        }
    }

    /// Asks the route's authorizer; answers what refuses the request.
    private func authorize(_ call: inout GatewayCall, _ exchange: inout GatewayExchange) async -> CloudResponse? {
        guard let authorizer = call.route.authorizer else { return nil }
        let arn = identity.arn("execute-api", "\(call.api.id)/\(call.api.stage)/\(call.request.method)\(call.path)")
        guard call.api.kind == .functionURL || arn.utf8.count <= Self.methodARNLimit else {
            return GatewayRefusal.pathTooLong.response(of: call.api.kind)
        }
        let decision = await authorizer.authorize(AuthorizedRequest(call: call, methodARN: arn))
        if case .allowed(let context) = decision {
            call.authorization = context
            return nil
        }
        exchange.reason = decision.reason
        var response = decision.refusal.response(of: call.api.kind)
        response.headers.set("www-authenticate", decision.challenge)
        return response
    }

    /// A UUID, or for an HTTP API 15 characters and a `=`.
    private func requestID(_ kind: GatewayAPI.Kind) -> String {
        kind == .http ? Base64.encode(identifiers.bytes(11)) : identifiers.uuid()
    }

    /// The trace that the caller takes part in, or a new one.
    private func traceID(of request: CloudRequest) -> String {
        if let given = request.headers.first(name: "x-amzn-trace-id"), given.contains("Root=") { return given }
        let seconds = Hex.encode(
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: clock.now.seconds).bigEndian, Array.init))
        return "Root=1-\(seconds)-\(identifiers.hex(bytes: 12))"
    }
}
