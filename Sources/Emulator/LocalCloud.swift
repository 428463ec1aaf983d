import CloudCore
import CloudDynamoDB
import CloudGateway
import CloudLambda
import CloudS3
import Foundation
import JSONValue
import NIOCore
import NIOPosix
import Synchronization
import Template

/// A running local cloud: AWS's services on one port, the HTTP APIs of its template on another, its functions in
/// processes of their own.
public final class LocalCloud: Sendable {
    /// The base URL of the AWS services, such as `http://127.0.0.1:4566`.
    public let edgeURL: String
    /// The base URL of the HTTP APIs.
    public let gatewayURL: String
    /// The base URL of the HTTP APIs over TLS; nil where no certificate was given.
    public let secureGatewayURL: String?
    /// What the template declares, as it was taken up last.
    public var template: ServerlessTemplate { currentTemplate.withLock { $0 } }
    /// The clock that everything runs by.
    public let clock: CloudClock

    private let store: Store
    private let log: ActivityLog
    let services: CloudServices
    private let configuration: CloudConfiguration
    private let currentTemplate: Mutex<ServerlessTemplate>
    private let takingUp = OneAtATime()
    private let recorder: ExchangeRecorder
    private let listeners: [HTTPServer]

    private init(
        edgeURL: String, gatewayURL: String, secureGatewayURL: String?, template: ServerlessTemplate,
        configuration: CloudConfiguration, store: Store, log: ActivityLog, services: CloudServices,
        listeners: [HTTPServer]
    ) {
        self.edgeURL = edgeURL
        self.gatewayURL = gatewayURL
        self.secureGatewayURL = secureGatewayURL
        currentTemplate = Mutex(template)
        self.configuration = configuration
        clock = configuration.clock
        self.store = store
        self.log = log
        self.services = services
        recorder = ExchangeRecorder(functionToken: services.functionToken, clock: configuration.clock)
        self.listeners = listeners
    }

    /// Starts a cloud. When this returns, everything that the template declares is there and answers.
    ///
    /// - Throws: `StoreError`, `HTTPServerError`, ``CloudStartError``, `TemplateFile.Failure`: each says what to do.
    ///   Nothing is left running.
    public static func start(_ configuration: CloudConfiguration, log: ActivityLog) async throws -> LocalCloud {
        // The process's own, which all clouds in it share: a test's cloud is there for a moment, and starting and joining
        // threads would be a good part of it. What runs on them ends with its listener.
        let eventLoops = MultiThreadedEventLoopGroup.singleton
        var undo: [@Sendable () async -> Void] = []
        do {
            let store =
                switch configuration.data {
                case .directory(let path): try Store(directory: path, durability: configuration.durability)
                case .ephemeral: try Store.ephemeral()
                }
            undo.append { store.close() }
            if case .directory = configuration.data { keepPosition(of: configuration.clock, in: store, log: log) }
            // The listeners come first: their ports are part of what the template's references resolve to.
            let edge = Entrance()
            let gateway = Entrance()
            let edgeListener = try await HTTPServer.start(
                host: configuration.host, port: configuration.edgePort, group: eventLoops, respond: edge.respond)
            undo.append { await edgeListener.stop() }
            let gatewayListener = try await HTTPServer.start(
                host: configuration.host, port: configuration.gatewayPort, limits: .gateway, group: eventLoops,
                respond: gateway.respond)
            undo.append { await gatewayListener.stop() }
            var listeners = [edgeListener, gatewayListener]
            if let certificate = configuration.certificate {
                let secureListener = try await HTTPServer.start(
                    host: configuration.host, port: configuration.tlsPort, limits: .gateway, certificate: certificate,
                    group: eventLoops, respond: gateway.respond)
                undo.append { await secureListener.stop() }
                listeners.append(secureListener)
            }
            let edgeURL = url(of: edgeListener)
            let gatewayURL = url(of: gatewayListener)
            let template = try readTemplate(configuration, edgeURL: edgeURL, gatewayURL: gatewayURL, log: log)
            let services = try CloudServices(
                configuration: configuration, store: store, edgeURL: edgeURL, eventLoops: eventLoops, log: log)
            undo.append { await services.stop() }
            try await services.deploy(template, configuration)
            let cloud = LocalCloud(
                edgeURL: edgeURL, gatewayURL: gatewayURL,
                secureGatewayURL: listeners.count > 2 ? url(of: listeners[2], scheme: "https") : nil,
                template: template, configuration: configuration, store: store, log: log, services: services,
                listeners: listeners)
            let router = cloud.edgeRouter(configuration)
            edge.open { [recorder = cloud.recorder] in await recorder.edge($0, respond: router.respond) }
            gateway.open { [recorder = cloud.recorder] in await recorder.gateway($0, services.gateway) }
            if case .directory = configuration.data {
                let address = CloudAddressFile(edge: edgeURL, gateway: gatewayURL, process: Int(getpid()))
                try address.write(in: store.directory)
            }
            return cloud
        } catch {
            for step in undo.reversed() { await step() }
            throw error
        }
    }

    /// Reads the template again, and brings the cloud to what it declares now: what is new or different is made or changed,
    /// and what is declared no longer stops acting, with its data kept. Requests go on meanwhile; other calls wait their turn.
    ///
    /// - Returns: what changed, in sentences; none where the template declares what it did.
    /// - Throws: ``CloudStartError``, `TemplateFile.Failure`, with everything as before; `ServiceError` and the store's
    ///   errors, after which a part may have changed and another attempt goes on from there.
    public func takeUpTemplate() async throws -> [String] {
        try await takingUp.run {
            let new = try Self.readTemplate(configuration, edgeURL: edgeURL, gatewayURL: gatewayURL, log: log)
            let changes = TemplateChanges(from: template, to: new)
            try await services.update(changes, configuration)
            currentTemplate.withLock { $0 = new }
            return changes.sentences
        }
    }

    /// Ends everything: no process, no open port and no lock remains. What was acknowledged is kept.
    public func stop() async {
        recorder.end()
        CloudAddressFile.remove(in: store.directory)
        for listener in listeners { await listener.stop() }
        await services.stop()
        for listener in listeners { await listener.answered() }
        store.close()
    }

    /// Writes down where the clock is put; said once where it cannot be.
    private static func keepPosition(of clock: CloudClock, in store: Store, log: ActivityLog) {
        let hasFailed = Atomic(false)
        clock.observePosition { position in
            do { try ClockFile.write(position, in: store.directory) } catch {
                guard !hasFailed.exchange(true, ordering: .relaxed) else { return }
                log.note("Where the clock stands cannot be written down: \(error)")
            }
        }
    }

    private func edgeRouter(_ configuration: CloudConfiguration) -> EdgeRouter {
        EdgeRouter(
            services: services.all,
            authorization: services.signatures,
            identity: configuration.identity, identifiers: configuration.identifiers,
            control: ControlEndpoints(
                clock: clock,
                recording: RecordingEndpoint(
                    recorder: recorder, clock: clock, identity: configuration.identity, edge: edgeURL,
                    gateway: gatewayURL), state: { [weak self] in self?.state ?? .null },
                fireTimes: { [weak services] in services?.fireTimes(from: $0, to: $1, limit: $2) ?? [] }), log: log)
    }

    private static func readTemplate(
        _ configuration: CloudConfiguration, edgeURL: String, gatewayURL: String, log: ActivityLog
    ) throws -> ServerlessTemplate {
        guard let path = configuration.template else { return ServerlessTemplate() }
        let target = DeploymentTarget(
            region: configuration.identity.region, accountID: configuration.identity.accountID, edgeURL: edgeURL,
            gatewayURL: gatewayURL)
        let reading = try TemplateFile.read(path, parameters: configuration.parameters, in: target)
        guard reading.errors.isEmpty else { throw CloudStartError.template(path: path, reading.errors) }
        for diagnostic in reading.diagnostics { log.note("\(path):\(diagnostic)") }
        return reading.template
    }

    private static func url(of listener: HTTPServer, scheme: String = "http") -> String {
        let host = listener.host == "0.0.0.0" || listener.host == "::" ? "127.0.0.1" : listener.host
        return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(listener.port)"
    }

    /// What the cloud consists of, as `/_darkroom/state` tells it.
    public var state: JSONValue {
        [
            "edge": .string(edgeURL), "gateway": .string(gatewayURL),
            "functions": .array(template.functions.map { .string($0.name) }),
            "logGroups": .object(logGroups),
            "tables": .array(template.tables.map { .string($0.name) }),
            "buckets": .array(template.buckets.map { .string($0.name) }),
            "queues": .array(template.queues.map { .string($0.name) }),
            "routes": .array(
                template.apis.flatMap(\.routes).map { ["route": .string($0.key), "function": .string($0.functionARN)] }),
        ]
    }

    /// The log groups that functions write to, by the functions' names.
    private var logGroups: JSONObject {
        var groups = JSONObject()
        for function in template.functions {
            groups[function.name] = .string(function.logging.group ?? "/aws/lambda/" + function.name)
        }
        return groups
    }

    /// What a person reads once the cloud is up: its addresses, and commands to try.
    public var greeting: String {
        var lines = ["", "  The local cloud is up.", "", "    AWS services  \(edgeURL)"]
        let hasRoutes = template.apis.contains { !$0.routes.isEmpty }
        if hasRoutes { lines.append("    HTTP APIs     \(gatewayURL)") }
        if hasRoutes, let secureGatewayURL { lines.append("    over TLS      \(secureGatewayURL)") }
        if !template.functions.isEmpty {
            lines.append("    Functions     \(template.functions.map(\.name).joined(separator: ", "))")
        }
        lines += ["", "  Try:", ""]
        lines += tries.map { "    \($0)" }
        return (lines + ["", "  Ctrl-C ends it.", "", ""]).joined(separator: "\n")
    }

    private var tries: [String] {
        var tries: [String] = []
        if let route = template.apis.flatMap(\.routes).first(where: { $0.method == "GET" && !$0.path.contains("{") }) {
            tries.append("curl \(gatewayURL)\(route.path)")
        }
        if let function = template.functions.first(where: { $0.name == "echo" }) ?? template.functions.first {
            tries.append("darkroom invoke \(function.name) --payload '{\"hello\": \"world\"}'")
        }
        let service = template.tables.isEmpty ? "s3 ls" : "dynamodb list-tables"
        tries.append("aws --endpoint-url \(edgeURL) \(service)")
        if !template.buckets.isEmpty, tries.count < 3 { tries.append("aws --endpoint-url \(edgeURL) s3 ls") }
        return tries
    }
}

/// A door that is shut until what is behind it is ready.
private final class Entrance: Sendable {
    /// A closure in a generic container is wrapped anew at each access under a lock, and written back so: the chain would
    /// grow by a link a request. Inside a type of its own it stays as it is.
    private struct Inside: Sendable {
        let respond: HTTPServer.Responder
    }

    private let inside = Mutex<Inside?>(nil)

    func open(to responder: @escaping HTTPServer.Responder) {
        inside.withLock { $0 = Inside(respond: responder) }
    }

    @Sendable func respond(to request: CloudRequest) async -> CloudResponse {
        guard let inside = inside.withLock({ $0 }) else {
            return CloudResponse(status: 503, contentType: "text/plain", text: "The local cloud is starting.\n")
        }
        return await inside.respond(request)
    }
}
