import CloudCore
import CloudGateway
import CloudLambda
import NIOCore
import Replay
import Synchronization

/// Shows what comes in from outside, with what goes out, to whoever records. While nobody does, it costs a look at a
/// number.
///
/// Recorded are requests to the HTTP APIs, and at the edge direct calls of functions and presigned requests, which
/// clients make with what functions have given them. What functions send themselves follows from these.
final class ExchangeRecorder: Sendable {
    private let functionToken: String
    private let clock: CloudClock
    private let active = Atomic(0)
    private let state = Mutex<(subscriptions: [RecordingSubscription], isEnded: Bool)>(([], false))

    /// A recorder.
    ///
    /// - Parameters:
    ///   - functionToken: the session token that functions sign with.
    ///   - clock: knows whether work is under way that earlier requests have set off.
    init(functionToken: String, clock: CloudClock) {
        self.functionToken = functionToken
        self.clock = clock
    }

    // MARK: Recorders

    /// Starts a recording; it is over at once where the cloud is ending.
    func subscribe(bodyLimit: Int) -> RecordingSubscription {
        let subscription = RecordingSubscription(bodyLimit: bodyLimit)
        let isEnded = state.withLock { state in
            if !state.isEnded {
                state.subscriptions.append(subscription)
                active.store(state.subscriptions.count, ordering: .releasing)
            }
            return state.isEnded
        }
        if isEnded { subscription.end() }
        return subscription
    }

    func remove(_ subscription: RecordingSubscription) {
        subscription.end()
        state.withLock { state in
            state.subscriptions.removeAll { $0 === subscription }
            active.store(state.subscriptions.count, ordering: .releasing)
        }
    }

    /// Ends all recordings.
    func end() {
        let subscriptions = state.withLock { state in
            state.isEnded = true
            return state.subscriptions
        }
        for subscription in subscriptions { subscription.end() }
    }

    // MARK: Doors

    /// A request to the HTTP APIs.
    func gateway(_ request: CloudRequest, _ gateway: Gateway) async -> CloudResponse {
        guard active.load(ordering: .acquiring) > 0 else { return await gateway.respond(to: request) }
        return await record(request, .gateway) {
            let (response, exchange) = await gateway.exchange(for: request)
            return (response, exchange.function.map(Self.plainName))
        }
    }

    /// A request to an AWS service.
    func edge(_ request: CloudRequest, respond: HTTPServer.Responder) async -> CloudResponse {
        guard active.load(ordering: .acquiring) > 0, !request.path.hasPrefix(ControlEndpoints.prefix),
            request.headers.first(name: "x-amz-security-token") != functionToken
        else { return await respond(request) }
        let function = LambdaService.invokedFunction(method: request.method, path: request.path)
        guard function != nil || request.isPresigned else { return await respond(request) }
        return await record(request, .edge) { (await respond(request), function.map(Self.plainName)) }
    }

    private func record(
        _ request: CloudRequest, _ entrance: ObservedExchange.Entrance,
        _ answer: () async -> (response: CloudResponse, function: String?)
    ) async -> CloudResponse {
        let limit = state.withLock { $0.subscriptions.map(\.bodyLimit).max() ?? 0 }
        let began = ContinuousClock.now
        let isSettled = clock.isSettled
        let received = BodyCapture(limit: limit)
        request.body.observe { received.receive($0) }
        var (response, function) = await answer()
        let observed = ObservedExchange(
            entrance: entrance, offset: 0, method: request.method,
            target: request.path + (request.query.map { "?" + $0 } ?? ""),
            requestHeaders: request.headers.map { ($0.name, $0.value) }, requestBody: .bytes([]),
            status: response.status, responseHeaders: response.headers.map { ($0.name, $0.value) },
            responseBody: .bytes([]), function: function, isSettled: isSettled)
        // What is not sent is no part of the exchange.
        let hasBody = request.method != "HEAD" && response.status != 204 && response.status != 304
        let sent = BodyCapture(limit: limit)
        let finish: @Sendable () -> Void = { [self] in
            var observed = observed
            observed.requestBody = received.body()
            observed.responseBody = sent.body()
            let microseconds = (ContinuousClock.now - began) / .microseconds(1)
            observed.duration = microseconds.rounded() / 1000
            for subscription in state.withLock({ $0.subscriptions }) { subscription.offer(observed, began: began) }
        }
        switch response.body.withoutFile {
        case .bytes(let bytes):
            if hasBody { sent.receive(bytes) }
            finish()
        case .stream(let length, let write) where hasBody:
            response.body = .stream(length: length) { writer in
                try await write(
                    ResponseWriter(
                        write: { piece in
                            try await writer.write(piece)
                            sent.receive(piece)
                        }, addTrailers: { writer.setTrailers($0) }))
                finish()
            }
        case .stream, .file: finish()
        }
        return response
    }

    /// A function's name without what stands around it in an ARN.
    private static func plainName(_ function: String) -> String {
        guard let part = function.firstRange(of: ":function:") else {
            return String(function.prefix { $0 != ":" })
        }
        return String(function[part.upperBound...].prefix { $0 != ":" })
    }
}
