import CloudCore
import JSONValue
import NIOCore
import NIOHTTP1
import Synchronization

@testable import CloudGateway

/// Functions that are closures; remembers what they were called with.
final class FakeInvoker: FunctionInvoker {
    typealias Function = @Sendable (Invocation) async throws -> InvocationResult

    private let function: Function
    private let seen = Mutex<[Invocation]>([])

    init(_ function: @escaping Function) { self.function = function }

    /// A function that always answers this text.
    convenience init(answering text: String, error: String? = nil) {
        self.init { _ in
            InvocationResult(payload: ByteBuffer(string: text), functionError: error, requestID: "r")
        }
    }

    /// A function that streams its answer.
    convenience init(streaming pieces: [String], type: String? = nil, error: String? = nil) {
        self.init { invocation in
            try await invocation.onResponsePiece?(.head(contentType: type))
            for piece in pieces { try await invocation.onResponsePiece?(.body(ByteBuffer(string: piece))) }
            return InvocationResult(payload: ByteBuffer(), functionError: error, requestID: "r")
        }
    }

    var invocations: [Invocation] { seen.withLock { $0 } }

    /// The last event, as JSON.
    var event: JSONValue? {
        invocations.last.flatMap { try? JSONValue(parsing: $0.payload.readableBytesView) }
    }

    func invoke(_ invocation: Invocation) async throws -> InvocationResult {
        seen.withLock { $0.append(invocation) }
        return try await function(invocation)
    }

    func hasFunction(_ function: String) -> Bool { true }

    func enqueue(_ invocation: Invocation) async throws -> String {
        seen.withLock { $0.append(invocation) }
        return "r"
    }
}

/// 2026-03-01T12:00:00.123Z, for ever.
let frozen = CloudClock(startingAt: Timestamp(milliseconds: 1_772_366_400_123), pace: .frozen)

/// Identifiers that are always the same.
let fixedIdentifiers = IdentifierSource { [UInt8](repeating: 0xAB, count: $0) }

func gateway(_ apis: [GatewayAPI], _ invoker: FakeInvoker) -> Gateway {
    Gateway(apis: apis, invoker: invoker, clock: frozen, identifiers: fixedIdentifiers)
}

func api(
    _ routes: [(String, String)] = [("ANY", "$default")], kind: GatewayAPI.Kind = .http, id: String = "abcdefghij",
    stage: String? = nil, format: GatewayRoute.PayloadFormat? = nil, cors: GatewayCORS? = nil, binary: [String] = [],
    variables: [String: String] = [:], timeout: Duration = .seconds(30)
) -> GatewayAPI {
    GatewayAPI(
        id: id, kind: kind, stage: stage ?? (kind == .rest ? "Prod" : "$default"),
        routes: routes.map { method, path in
            GatewayRoute(
                method: method, path: path, function: "fn", payloadFormat: format ?? (kind == .rest ? .v1 : .v2),
                timeout: timeout)
        }, cors: cors, binaryMediaTypes: binary, stageVariables: variables)
}

/// A function URL that answers as the function writes.
let streamingURL: GatewayAPI = {
    var url = api(kind: .functionURL, id: "url1")
    url.streamsResponses = true
    return url
}()

func request(
    _ method: String, _ target: String, _ headers: HTTPHeaders = [:], body: String = ""
) -> CloudRequest {
    var headers = headers
    if !headers.contains(name: "host") { headers.add(name: "Host", value: "127.0.0.1:3000") }
    return CloudRequest(
        method: method, target: target, headers: headers, body: RequestBody(ByteBuffer(string: body)),
        remoteAddress: "10.0.0.9")
}

extension CloudResponse {
    var text: String { bytes.map { String(buffer: $0) } ?? "" }
}
