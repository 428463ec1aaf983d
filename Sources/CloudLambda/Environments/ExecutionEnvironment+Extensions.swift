import CloudCore
import JSONValue
import NIOCore
import NIOHTTP1
import Synchronization

/// The Extensions API of one environment.
extension ExecutionEnvironment {
    func registerExtension(_ request: CloudRequest) async -> CloudResponse {
        do throws(ExtensionRefusal) {
            guard let name = request.headers.first(name: "Lambda-Extension-Name"), !name.isEmpty else {
                throw .nameIsEmpty
            }
            let events = try Self.registeredEvents(await Self.body(of: request))
            let outcome: Result<String, ExtensionRefusal> = state.withLock { state in
                do throws(ExtensionRefusal) {
                    guard state.phase == .starting || state.phase == .ready else { throw .ending }
                    return .success(
                        try state.extensions.register(
                            name, events: events, identifier: context.identifiers.uuid()))
                } catch { return .failure(error) }
            }
            let identifier = try outcome.get()
            lookAtRegistration()
            return registered(as: identifier, features: request.header("Lambda-Extension-Accept-Feature"))
        } catch { return error.response }
    }

    private func registered(as identifier: String, features: String?) -> CloudResponse {
        let function = generation.configuration
        var body: JSONObject = [
            "functionName": .string(function.name), "functionVersion": .string(function.version),
            "handler": .string(function.handler),
        ]
        let accepted = (features ?? "").split(separator: ",").map { $0.drop { $0 == " " } }
        if accepted.contains("accountId") { body["accountId"] = .string(context.variables.identity.accountID) }
        return CloudResponse(
            status: 200,
            headers: ["Content-Type": "application/json", "Lambda-Extension-Identifier": identifier],
            body: .bytes(ByteBuffer(bytes: JSONValue.object(body).encoded())))
    }

    /// What a registration asks to be told.
    static func registeredEvents(_ body: ByteBuffer) throws(ExtensionRefusal) -> [String] {
        let value: JSONValue
        do { value = try JSONValue(parsing: body.readableBytesView) } catch { throw .invalidFormat("\(error)") }
        guard let members = value.object else { throw .invalidFormat("the registration is no JSON object") }
        switch members["events"] {
        case nil, .null?: return []
        case .array(let items)?:
            var events: [String] = []
            for item in items {
                guard let event = item.string else { throw .invalidFormat("an event is no string") }
                events.append(event)
            }
            return events
        default: throw .invalidFormat("events is no list")
        }
    }

    private static func body(of request: CloudRequest) async throws(ExtensionRefusal) -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: LambdaLimits.extensionRequestBytes)
        } catch RequestBodyError.tooLarge {
            await discard(request.body)
            throw .bodyTooLarge
        } catch {
            throw .invalidFormat("the request ended before its body was complete")
        }
    }

    /// Who asks.
    private static func identifier(of request: CloudRequest) throws(ExtensionRefusal) -> String {
        guard let text = request.headers.first(name: "Lambda-Extension-Identifier"), !text.isEmpty else {
            throw .missingIdentifier
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12], parts.allSatisfy({ $0.allSatisfy(\.isHexDigit) }) else {
            throw .invalidIdentifier
        }
        return text.lowercased()
    }

    // MARK: Events

    func nextExtensionEvent(_ request: CloudRequest) async -> CloudResponse {
        enum Step {
            case answer(CloudResponse)
            case waits(UInt64, Advance)
        }
        let identifier: String
        do throws(ExtensionRefusal) { identifier = try Self.identifier(of: request) } catch { return error.response }
        return await withCheckedContinuation { continuation in
            let step: Step = state.withLock { state in
                do throws(ExtensionRefusal) {
                    // While the processes are told to end, extensions still ask, and are told so.
                    guard state.hasProcess else { throw .ending }
                    let isWaiting = state.extensionPollers.contains { $0.identifier == identifier }
                    if let event = try state.extensions.next(identifier, again: !isWaiting) {
                        return .answer(event.response(identifier: context.identifiers.uuid()))
                    }
                } catch { return .answer(error.response) }
                let number = state.nextPoller
                state.nextPoller += 1
                state.extensionPollers.append(
                    ExtensionPoller(number: number, identifier: identifier, answer: continuation))
                return .waits(number, advance(&state))
            }
            switch step {
            case .answer(let response): continuation.resume(returning: response)
            case .waits(let number, let advance):
                request.connection.whenClosed { [weak self] in self?.forget(extensionPoller: number) }
                carryOut(advance)
                // The call in whose time the start was has its own from here on.
                armTimer()
            }
        }
    }

    private func forget(extensionPoller number: UInt64) {
        let poller = state.withLock { state -> ExtensionPoller? in
            guard let index = state.extensionPollers.firstIndex(where: { $0.number == number }) else { return nil }
            return state.extensionPollers.remove(at: index)
        }
        poller?.answer.resume(returning: ExtensionRefusal.ending.response)
    }

    // MARK: Errors

    func takeExtensionError(_ request: CloudRequest, _ error: ExtensionState) async -> CloudResponse {
        do throws(ExtensionRefusal) {
            let identifier = try Self.identifier(of: request)
            guard let type = request.headers.first(name: "Lambda-Extension-Function-Error-Type"), !type.isEmpty else {
                throw .missingErrorType
            }
            let body = try await Self.body(of: request)
            let outcome: Result<Void, ExtensionRefusal> = state.withLock { state in
                do throws(ExtensionRefusal) {
                    let name = try state.extensions.report(error, by: identifier)
                    let kind = error == .initError ? "Extension.InitError" : "Extension.ExitError"
                    if state.failure == nil, !state.isShuttingDown {
                        state.failure = .extensionFailed(
                            type: kind, reason: "Extension \(name): \(Self.message(body) ?? String(type.prefix(200)))")
                    }
                    return .success(())
                } catch { return .failure(error) }
            }
            try outcome.get()
            shutDown(.failure)
            return Self.accepted
        } catch { return error.response }
    }

    private static func message(_ body: ByteBuffer) -> String? {
        guard let error = try? JSONValue(parsing: body.readableBytesView).object else { return nil }
        return error["errorMessage"]?.string.map { String($0.prefix(1000)) }
    }

    /// A process has ended by itself while another was still there.
    func lost(_ member: EnvironmentProcesses.Member, _ end: ProcessEnd, _ incarnation: Int) {
        let isCurrent = state.withLock { state in
            guard state.incarnation == incarnation else { return false }
            if case .external = member, state.failure == nil, !state.isShuttingDown {
                state.failure = .extensionFailed(type: "Extension.Crash", reason: end.extensionReason)
            }
            return true
        }
        if isCurrent { shutDown(.failure) }
    }
}
