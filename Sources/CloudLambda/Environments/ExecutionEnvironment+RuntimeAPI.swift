import CloudCore
import JSONValue
import NIOCore
import NIOHTTP1
import Synchronization

/// The Runtime API of one environment: what its process asks, and what it is answered.
extension ExecutionEnvironment {
    func respond(to request: CloudRequest) async -> CloudResponse {
        switch RuntimeRoute(method: request.method, path: request.path) {
        case .next: return await nextEvent(request)
        case .response(let id): return await takeResponse(request, requestID: id)
        case .error(let id): return await takeError(request, requestID: id)
        case .initError: return await takeInitError(request)
        case .ping: return CloudResponse(status: 200, contentType: "text/plain; charset=utf-8", text: "pong")
        case .registerExtension: return await registerExtension(request)
        case .nextExtensionEvent: return await nextExtensionEvent(request)
        case .extensionInitError: return await takeExtensionError(request, .initError)
        case .extensionExitError: return await takeExtensionError(request, .exitError)
        case .methodNotAllowed: return CloudResponse(status: 405)
        case .restoreNext, .restoreError, .notFound:
            // Snapshots are not made here, and without them these two do not exist.
            return CloudResponse(status: 404, contentType: "text/plain; charset=utf-8", text: "404 page not found\n")
        }
    }

    static let accepted = CloudResponse(
        status: 202, contentType: "application/json", text: #"{"status":"OK"}"#)

    // MARK: Events out

    private func nextEvent(_ request: CloudRequest) async -> CloudResponse {
        enum Step {
            case answer(CloudResponse)
            case event(ActiveCall)
            case advance(Advance, waitsAs: UInt64?)
        }
        return await withCheckedContinuation { continuation in
            let step: Step = state.withLock { state in
                guard state.phase == .starting || state.phase == .ready else {
                    return .answer(RuntimeRefusal.ending.response)
                }
                let event: RuntimeSession.NextEvent
                let before = state.session.state
                do throws(RuntimeRefusal) { event = try state.session.next() } catch { return .answer(error.response) }
                if case .again(let id) = event {
                    return state.calls[id].map { .event($0) } ?? .answer(RuntimeRefusal.ending.response)
                }
                if state.phase == .starting || capacity == 1 && before == .responseSent {
                    state.runtimeHasAsked = true
                }
                let number = state.nextPoller
                state.nextPoller += 1
                state.pollers.append(
                    Poller(number: number, connection: request.connection, answer: continuation))
                let advance = advance(&state)
                return .advance(advance, waitsAs: state.pollers.contains { $0.number == number } ? number : nil)
            }
            switch step {
            case .answer(let response): continuation.resume(returning: response)
            case .event(let active): continuation.resume(returning: eventResponse(active))
            case .advance(let advance, let number):
                if let number { request.connection.whenClosed { [weak self] in self?.forget(poller: number) } }
                carryOut(advance)
            }
        }
    }

    /// A request for the next event whose connection has closed: an event must not be handed to it.
    private func forget(poller number: UInt64) {
        let poller = state.withLock { state -> Poller? in
            guard let index = state.pollers.firstIndex(where: { $0.number == number }) else { return nil }
            return state.pollers.remove(at: index)
        }
        poller?.answer.resume(returning: RuntimeRefusal.ending.response)
    }

    /// The event with all that the runtime is told about it. Fields without a value are left out.
    func eventResponse(_ active: ActiveCall) -> CloudResponse {
        let call = active.call
        var headers = HTTPHeaders()
        headers.reserveCapacity(8)
        // Whatever the caller said: AWS's SDK for Go calls with `application/octet-stream`, and AWS's client for Python
        // hands a function the bare bytes of an event that is not exactly this.
        headers.add(name: "Content-Type", value: "application/json")
        headers.add(name: "Lambda-Runtime-Aws-Request-Id", value: call.requestID)
        headers.add(name: "Lambda-Runtime-Deadline-Ms", value: String(active.deadlineMilliseconds))
        headers.add(name: "Lambda-Runtime-Invoked-Function-Arn", value: call.invokedARN)
        headers.add(name: "Lambda-Runtime-Trace-Id", value: call.traceID)
        if let context = call.clientContext {
            headers.add(name: "Lambda-Runtime-Client-Context", value: Self.fieldValue(context))
        }
        if let identity = call.cognitoIdentity {
            headers.add(name: "Lambda-Runtime-Cognito-Identity", value: Self.fieldValue(identity))
        }
        if let tenant = call.tenantID { headers.add(name: "Lambda-Runtime-Aws-Tenant-Id", value: tenant) }
        return CloudResponse(status: 200, headers: headers, body: .bytes(call.payload))
    }

    /// A text that a header field can carry: ends of lines between JSON's tokens mean nothing.
    private static func fieldValue(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
        return String(
            decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }

    // MARK: Answers in

    /// What of an answer is checked before its body is read.
    private func beginAnswer(_ requestID: String, isError: Bool) throws(RuntimeRefusal) -> ActiveCall {
        let outcome: Result<ActiveCall, RuntimeRefusal> = state.withLock { state in
            do throws(RuntimeRefusal) {
                try state.session.beginAnswer(requestID, isError: isError)
            } catch { return .failure(error) }
            guard let active = state.calls[requestID] else { return .failure(.ending) }
            return .success(active)
        }
        return try outcome.get()
    }

    /// The answer is complete. Returns false where the call has meanwhile ended otherwise.
    func endAnswer(_ requestID: String) -> Bool {
        let isOpen = state.withLock { state in
            state.session.endAnswer(requestID)
            return state.calls.removeValue(forKey: requestID) != nil
        }
        if isOpen { owner.environmentIsFinishing(self) }
        return isOpen
    }

    /// An environment of several calls is free for another at once; one of a single call, once it asks for it.
    func makeRoom() {
        if capacity > 1, state.withLock({ $0.phase == .ready }) { owner.environment(self, canTake: 1) }
    }

    func fail(_ active: ActiveCall, _ failure: CallFailure, _ refusal: RuntimeRefusal) -> CloudResponse {
        if endAnswer(active.call.requestID) { settle(active, failure) }
        makeRoom()
        return refusal.response
    }

    private func takeResponse(_ request: CloudRequest, requestID: String) async -> CloudResponse {
        let active: ActiveCall
        do throws(RuntimeRefusal) {
            active = try beginAnswer(requestID, isError: false)
        } catch { return error.response }
        switch request.headers.first(name: "Lambda-Runtime-Function-Response-Mode")?.lowercased() {
        case nil: break
        case "streaming": return await takeStream(request, active)
        default: return fail(active, .invalidResponseMode, .invalidResponseMode)
        }
        do {
            let body = try await request.body.collect(upTo: LambdaLimits.responseBytes)
            if endAnswer(requestID) {
                settle(active, response: body, contentType: request.headers.first(name: "Content-Type"))
            }
            makeRoom()
            return Self.accepted
        } catch RequestBodyError.tooLarge {
            let response = fail(active, .responseTooLarge, .responseTooLarge)
            await Self.discard(request.body)
            return response
        } catch {
            return fail(active, .truncatedResponse, .truncated)
        }
    }

    /// Reads what is left of a body that is refused, within reason: a peer that is still writing would otherwise find
    /// its connection closed instead of the answer.
    static func discard(_ body: RequestBody) async {
        var left = 4 * LambdaLimits.responseBytes
        while left > 0, let piece = try? await body.next() { left -= piece.readableBytes }
    }

    private func takeError(_ request: CloudRequest, requestID: String) async -> CloudResponse {
        let active: ActiveCall
        do throws(RuntimeRefusal) {
            active = try beginAnswer(requestID, isError: true)
        } catch { return error.response }
        do {
            let failure = try await Self.reportedFailure(request)
            if endAnswer(requestID) { settle(active, failure) }
            makeRoom()
            return Self.accepted
        } catch RequestBodyError.tooLarge {
            let response = fail(active, .responseTooLarge, .responseTooLarge)
            await Self.discard(request.body)
            return response
        } catch {
            return fail(active, .truncatedResponse, .truncated)
        }
    }
}
