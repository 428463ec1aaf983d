import CloudCore
import Foundation
import JSONValue
import NIOCore
import NIOPosix
import Synchronization

@testable import CloudLambda

/// Keeps what functions log.
final class CollectedLogs: LogSink {
    private let lines = Mutex<[LogLine]>([])

    func append(_ line: LogLine) { lines.withLock { $0.append(line) } }

    var all: [LogLine] { lines.withLock { $0 } }
    var texts: [String] { all.map(\.text) }
}

/// Keeps what is delivered, or refuses it as it is told.
final class CollectedDeliveries: TargetDelivery {
    private struct State {
        var all: [Delivery] = []
        var refusals: [String: ServiceError] = [:]
        var attempts = 0
    }

    private let state = Mutex(State())

    func canDeliver(to arn: String) -> Bool { true }

    func deliver(_ delivery: Delivery) async throws {
        let refusal = state.withLock { state in
            state.attempts += 1
            return state.refusals[delivery.target]
        }
        if let refusal { throw refusal }
        state.withLock { $0.all.append(delivery) }
    }

    /// Refuses everything for a target from now on; with nil, takes it again.
    func refuse(_ target: String, with error: ServiceError?) { state.withLock { $0.refusals[target] = error } }

    var all: [Delivery] { state.withLock { $0.all } }
    var attempts: Int { state.withLock { $0.attempts } }
}

/// A Lambda service on a store of its own, and a folder for its functions' code.
final class LocalLambda: Sendable {
    let service: LambdaService
    let store: Store
    let clock: CloudClock
    let logs = CollectedLogs()
    let deliveries = CollectedDeliveries()
    let folder: String

    /// Runs a test on a service, and ends it, whatever comes of the test.
    static func with<Value>(
        clock: CloudClock = CloudClock(), launcher: (any ProcessLauncher)? = nil,
        settings: (inout LambdaSettings) -> Void = { _ in }, _ body: (LocalLambda) async throws -> Value
    ) async throws -> Value {
        let store = try Store.ephemeral()
        let lambda = try LocalLambda(store: store, clock: clock, launcher: launcher, settings: settings)
        do {
            let value = try await body(lambda)
            await lambda.end()
            return value
        } catch {
            await lambda.end()
            throw error
        }
    }

    init(
        store: Store, clock: CloudClock, launcher: (any ProcessLauncher)? = nil,
        source: any MessageSource = NoMessageSource(), delivers: Bool = true,
        settings change: (inout LambdaSettings) -> Void = { _ in }
    ) throws {
        self.store = store
        self.clock = clock
        folder = store.directory + "/test-code"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var settings = LambdaSettings()
        // However busy the machine is, tests that call in turn get the same process.
        settings.finishingTime = .seconds(60)
        change(&settings)
        let group = MultiThreadedEventLoopGroup.singleton
        if let launcher {
            service = try LambdaService(
                store: store, clock: clock, identity: CloudIdentity(), identifiers: .random, eventLoopGroup: group,
                logs: logs, messages: source, settings: settings, launcher: launcher, supervisor: nil)
        } else {
            service = try LambdaService(
                store: store, clock: clock, eventLoopGroup: group, logs: logs, messages: source, settings: settings)
        }
        if delivers { service.deliverResults(through: deliveries) }
    }

    /// A folder for a store that is opened more than once.
    static func temporaryPath() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("lambda-\(UUID().uuidString)").path
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    func end() async {
        await service.shutdown()
        store.close()
    }

    /// Deploys a function whose `bootstrap` is a script.
    func deploy(
        _ name: String, script: String = Scripts.obedient, _ change: (inout FunctionConfiguration) -> Void = { _ in }
    ) throws {
        let directory = "\(folder)/\(name)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Self.write(script, to: directory + "/bootstrap")
        var configuration = FunctionConfiguration(name: name, handler: "main", code: .directory(path: directory))
        configuration.timeout = 30
        change(&configuration)
        try service.deploy(configuration)
    }

    static func write(_ script: String, to path: String) throws {
        // Written aside and renamed, as a build should.
        let aside = path + ".new"
        try script.write(toFile: aside, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: aside)
        guard rename(aside, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    func invoke(_ name: String, _ event: String = "{}") async throws -> InvocationResult {
        try await service.invoke(Invocation(function: name, payload: ByteBuffer(string: event), source: "test"))
    }

    /// A request to the API.
    func request(
        _ method: String, _ target: String, _ body: String = "", headers: [(String, String)] = []
    ) async -> CloudResponse {
        let request = CloudRequest(
            method: method, target: target, headers: .init(headers), body: RequestBody(ByteBuffer(string: body)))
        return await service.respond(to: request, call: ServiceCall(requestID: service.identifiers.uuid()))
    }
}

extension InvocationResult {
    var text: String { String(decoding: payload.readableBytesView, as: UTF8.self) }
    var json: JSONValue { (try? JSONValue(parsing: payload.readableBytesView)) ?? .null }
}

extension CloudResponse {
    var text: String { bytes.map { String(decoding: $0.readableBytesView, as: UTF8.self) } ?? "" }
    var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
}
