import JSONValue
import NIOConcurrencyHelpers
import Testing

@testable import LambdaRuntime

/// What came of a run loop that a test let run to its end.
struct Served: Sendable {
    var exit: ExitReason
    var requests: [ReceivedRequest]
    var log: [String]

    func calls(_ name: String) -> [ReceivedRequest] { requests.filter { $0.call == name } }
    var posts: [ReceivedRequest] { requests.filter { $0.method == .POST } }
    /// The calls in order, by the last part of their paths.
    var order: [String] { requests.map(\.call) }
}

/// Runs a loop against a server that behaves like this, until the server stops it or the loop gives up.
func serve(
    _ behaviour: some RuntimeAPIBehaviour, _ handlers: HandlerTable, environment: [String: String] = [:],
    configure: (inout RunLoop.Configuration) -> Void = { _ in }
) async throws -> Served {
    let stop = try #require(StopSignal())
    let server = MockRuntimeAPI(behaviour, stop: stop)
    let endpoint = try #require(RuntimeEndpoint(await server.listen()))
    let lines = NIOLockedValueBox<[String]>([])
    let sink = LogSink { line in lines.withLockedValue { $0.append(String(decoding: line, as: UTF8.self)) } }
    var configuration = RunLoop.Configuration(
        endpoint: endpoint, environment: Environment(environment), logger: Logger(level: .trace, sink: sink))
    configuration.retryDelays = [.zero, .zero]
    configuration.exportsTrace = false
    configure(&configuration)
    let loop = RunLoop(configuration: configuration, stop: stop)
    let exit = await withCheckedContinuation { continuation in
        if !WorkerThread.start({ continuation.resume(returning: loop.run(handlers)) }) {
            continuation.resume(returning: .initializationFailed)
        }
    }
    await server.close()
    return Served(exit: exit, requests: server.requests, log: lines.withLockedValue { $0 })
}

/// Runs a loop with one byte-level handler.
func serve(
    _ behaviour: some RuntimeAPIBehaviour, environment: [String: String] = [:],
    configure: (inout RunLoop.Configuration) -> Void = { _ in },
    _ body: @escaping @Sendable ([UInt8], inout ResponseWriter, Context) async throws -> Void
) async throws -> Served {
    try await serve(behaviour, ["test": { _ in Probe(body) }], environment: environment, configure: configure)
}

/// A byte-level handler that is a closure.
struct Probe: ByteHandler {
    let body: @Sendable ([UInt8], inout ResponseWriter, Context) async throws -> Void

    init(_ body: @escaping @Sendable ([UInt8], inout ResponseWriter, Context) async throws -> Void) {
        self.body = body
    }

    func handle(_ event: [UInt8], response: inout ResponseWriter, context: Context) async throws {
        try await body(event, &response, context)
    }

    static let echo = Probe { event, response, _ in response.send(event) }
}

struct OutOfStock: Error, CustomStringConvertible {
    var description: String { "no \"pears\" left\n\u{1}\u{7F}\t\\ \u{1F350}" }
}
