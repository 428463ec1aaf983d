import CloudCore
import Foundation
import GRDB
import NIOCore
import Synchronization

/// AWS Lambda: runs functions, each call in a process of its own, and keeps asynchronous calls until they are done.
public final class LambdaService: CloudService, FunctionInvoker {
    /// By what the edge knows Lambda's requests.
    public let address = ServiceAddress(
        name: "lambda", signingNames: ["lambda"], pathPrefixes: LambdaOperation.pathPrefixes)

    let identity: CloudIdentity
    let identifiers: IdentifierSource
    let clock: CloudClock
    let settings: LambdaSettings
    let ledger: ConcurrencyLedger
    let codeStore: CodeStore
    let records: FunctionStore
    let events: EventQueue
    let mappings: EventSourceMappings
    let sink: any LogSink
    private let supervisor: ProcessSupervisor?
    private let context: EnvironmentContext
    private let functions = Mutex<[String: LambdaFunction]>([:])
    private let ending = Mutex(false)
    /// Taken back, with calls that are being finished.
    private let withdrawn = Mutex<[LambdaFunction]>([])

    /// Opens the service on a store: functions that were created through the API are there again, and asynchronous
    /// calls that were not done go on once their function is deployed. What became of them is told to destinations and
    /// dead-letter queues from ``deliverResults(through:)`` on.
    ///
    /// - Parameters:
    ///   - logs: takes what functions log.
    ///   - messages: the queues that event source mappings take messages from. They begin with
    ///     ``deployEventSourceMappings(_:)``.
    /// - Throws: `StoreError`; the system's errors.
    public convenience init(
        store: Store, clock: CloudClock, identity: CloudIdentity = CloudIdentity(),
        identifiers: IdentifierSource = .random, eventLoopGroup: any EventLoopGroup, logs: any LogSink = NoLogs(),
        messages: any MessageSource = NoMessageSource(), settings: LambdaSettings = LambdaSettings()
    ) throws {
        let supervisor = try ProcessSupervisor()
        let launcher: any ProcessLauncher =
            settings.hostedProgram.map { HostingLauncher(hosted: $0, others: supervisor) } ?? supervisor
        try self.init(
            store: store, clock: clock, identity: identity, identifiers: identifiers, eventLoopGroup: eventLoopGroup,
            logs: logs, messages: messages, settings: settings, launcher: launcher, supervisor: supervisor)
    }

    init(
        store: Store, clock: CloudClock, identity: CloudIdentity, identifiers: IdentifierSource,
        eventLoopGroup: any EventLoopGroup, logs: any LogSink,
        messages: any MessageSource = NoMessageSource(), settings: LambdaSettings, launcher: any ProcessLauncher,
        supervisor: ProcessSupervisor?
    ) throws {
        self.identity = identity
        self.identifiers = identifiers
        self.clock = clock
        self.settings = settings
        sink = logs
        self.supervisor = supervisor
        ledger = ConcurrencyLedger(accountLimit: settings.accountConcurrency)
        let database = try store.database("lambda", migrator: FunctionStore.migrator)
        records = FunctionStore(database: database)
        codeStore = CodeStore(
            folder: try store.folder("lambda/code"), interpreter: settings.pythonInterpreter,
            hostPath: settings.hostEnvironment["PATH"])
        let temporaryFolder = try store.folder("lambda/tmp")
        LeftEnvironments.clear(temporaryFolder)
        context = EnvironmentContext(
            launcher: launcher, group: eventLoopGroup, clock: clock, identifiers: identifiers.branch("environments"),
            sink: logs,
            variables: EnvironmentVariables(
                identity: identity, credentials: settings.credentials, platform: settings.environment,
                host: settings.hostEnvironment),
            temporaryFolder: temporaryFolder, initLimit: settings.initLimit,
            streamRate: settings.streamRate, streamPause: settings.streamPause)
        events = EventQueue(database: database, clock: clock, settings: settings)
        mappings = try EventSourceMappings(
            store: EventSourceMappingStore(database: database), source: messages, clock: clock)
        events.serve(self)
        mappings.serve(self)
        for stored in try records.functions() {
            // One whose code has gone is still listed, and says so when it is called.
            _ = try? install(stored.configuration, modified: stored.modified, isStored: true)
        }
    }

    // MARK: Functions

    /// Takes over a function as it is declared; one of that name is replaced, and what it is doing is finished.
    ///
    /// What was set through the API (reserved concurrency, the configuration of asynchronous calls) stays in force.
    ///
    /// - Throws: ``ServiceError`` where the declaration or the code is not usable.
    public func deploy(_ configuration: FunctionConfiguration) throws(ServiceError) {
        try Self.check(configuration)
        try install(configuration, modified: clock.now, isStored: false)
        events.pump(configuration.name)
    }

    /// Takes a function back that was declared: it is not found any more, and calls under way are finished. Asynchronous
    /// calls that wait stay in the store until a function of this name is deployed again.
    ///
    /// - Throws: the ledger's errors.
    public func withdraw(_ name: String) throws(ServiceError) {
        guard let function = forget(name) else { return }
        try ledger.reserve(nil, for: name)
        withdrawn.withLock { $0.append(function) }
        Task {
            for pool in function.pools { await pool.drain() }
            withdrawn.withLock { $0.removeAll { $0 === function } }
        }
    }

    /// The functions, by name.
    public var deployedFunctions: [FunctionConfiguration] {
        functions.withLock { $0.values.map(\.configuration) }.sorted { $0.name < $1.name }
    }

    @discardableResult
    func install(
        _ configuration: FunctionConfiguration, modified: Timestamp, isStored: Bool
    ) throws(ServiceError) -> LambdaFunction {
        if let known = functions.withLock({ $0[configuration.name] }) {
            try known.update(configuration, modified: modified, revision: identifiers.uuid(), isStored: isStored)
            try applyStored(to: known)
            return known
        }
        let pool = try pool(for: configuration)
        let function = LambdaFunction(
            configuration: configuration, pool: pool, modified: modified, revision: identifiers.uuid(),
            isStored: isStored)
        functions.withLock { $0[configuration.name] = function }
        try applyStored(to: function)
        try addStoredVersions(to: function)
        return function
    }

    func pool(for configuration: FunctionConfiguration) throws(ServiceError) -> EnvironmentPool {
        try EnvironmentPool(
            configuration: configuration, context: context,
            limits: .init(
                startsAtOnce: settings.startsAtOnce, idleTime: settings.idleTime,
                finishingTime: settings.finishingTime), codeStore: codeStore)
    }

    /// What was set through the API stands above what is declared.
    private func applyStored(to function: LambdaFunction) throws(ServiceError) {
        let configuration = function.configuration
        let name = configuration.name
        let reserved: Int?
        do {
            reserved = try records.concurrency(of: name).map(\.reserved) ?? configuration.reservedConcurrency
            if let stored = try records.invokeConfiguration(of: name) {
                function.setInvokeConfiguration(stored.configuration, modified: stored.modified)
            } else {
                // One that says nothing else than the service's defaults is none.
                let isDeclared = configuration.asynchronous != EventInvokeConfiguration()
                function.setInvokeConfiguration(
                    isDeclared ? configuration.asynchronous : nil, modified: function.modified)
            }
        } catch {
            throw LambdaErrors.service(UnexpectedFailure.message(for: error))
        }
        try ledger.reserve(reserved, for: name)
    }

    func function(named name: String) -> LambdaFunction? { functions.withLock { $0[name] } }

    var allFunctions: [LambdaFunction] {
        functions.withLock { Array($0.values) }.sorted { $0.configuration.name < $1.configuration.name }
    }

    func forget(_ name: String) -> LambdaFunction? { functions.withLock { $0.removeValue(forKey: name) } }

    /// The ARN of a function, without a qualifier.
    func arn(_ name: String) -> String { identity.arn("lambda", "function:" + name) }

    /// The function that a caller means.
    ///
    /// - Throws: `ResourceNotFoundException`.
    func resolve(_ name: FunctionName) throws(ServiceError) -> LambdaFunction {
        let arn = arn(name.name) + (name.qualifier.map { ":" + $0 } ?? "")
        guard let function = function(named: name.name) else { throw LambdaErrors.functionNotFound(arn) }
        if let qualifier = name.qualifier, !function.answers(to: qualifier) {
            throw LambdaErrors.functionNotFound(arn)
        }
        return function
    }

    /// What a call under a name runs: `$LATEST`, a published version, or one of the two that an alias divides its calls
    /// between.
    ///
    /// - Throws: `ResourceNotFoundException`.
    func resolveVersion(_ name: FunctionName) throws(ServiceError) -> (pool: EnvironmentPool, number: String) {
        let function = try resolve(name)
        guard let qualifier = name.qualifier else { return (function.pool, "$LATEST") }
        let number = function.alias(qualifier)?.version(drawing: identifiers) ?? qualifier
        guard let version = Int(number).flatMap({ function.version($0) }) else { return (function.pool, "$LATEST") }
        return (version.pool, number)
    }

    static func check(_ configuration: FunctionConfiguration) throws(ServiceError) {
        guard FunctionName.isValid(configuration.name) else {
            throw LambdaErrors.invalidParameter(
                "\(configuration.name) is no name for a function: 1 to 64 letters, digits, - and _.")
        }
        guard (1...900).contains(configuration.timeout) else {
            throw LambdaErrors.invalidParameter("Timeout must be 1 to 900 seconds, not \(configuration.timeout).")
        }
        guard (128...32768).contains(configuration.memorySize) else {
            throw LambdaErrors.invalidParameter(
                "MemorySize must be 128 to 32768 MB, not \(configuration.memorySize).")
        }
        if let size = configuration.ephemeralStorage, !(512...10240).contains(size) {
            throw LambdaErrors.outOfRange("ephemeralStorage.size", size, 512...10240)
        }
        try EnvironmentVariables.checkSize(configuration.environment)
    }

    // MARK: Ending

    /// Whether the service has begun to end.
    var isEnding: Bool { ending.withLock { $0 } }

    /// Ends every function's every process and all that waits. Asynchronous calls stay in the store.
    public func shutdown() async {
        ending.withLock { $0 = true }
        events.stop()
        mappings.stop()
        let all = allFunctions + withdrawn.withLock { $0 }
        await withTaskGroup(of: Void.self) { group in
            for pool in all.flatMap(\.pools) { group.addTask { await pool.end() } }
        }
        await supervisor?.stop()
        await events.settled()
        await events.exchangeOutbox(for: nil)?.stop()
        await mappings.settled()
    }
}
