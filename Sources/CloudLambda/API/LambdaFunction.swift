import CloudCore
import Synchronization

/// A function of this cloud, and where it runs.
final class LambdaFunction: Sendable {
    private struct State: Sendable {
        var configuration: FunctionConfiguration
        var modified: Timestamp
        var revision: String
        var isStored: Bool
        var invokeConfiguration: EventInvokeConfiguration?
        var invokeConfigurationModified: Timestamp
        var versions: [Int: PublishedVersion] = [:]
        var aliases: [String: FunctionAlias] = [:]
    }

    /// Where it runs.
    let pool: EnvironmentPool
    private let state: Mutex<State>

    init(
        configuration: FunctionConfiguration, pool: EnvironmentPool, modified: Timestamp, revision: String,
        isStored: Bool
    ) {
        self.pool = pool
        state = Mutex(
            State(
                configuration: configuration, modified: modified, revision: revision, isStored: isStored,
                invokeConfigurationModified: modified))
    }

    /// How it is declared.
    var configuration: FunctionConfiguration { state.withLock { $0.configuration } }
    /// When it was last changed.
    var modified: Timestamp { state.withLock { $0.modified } }
    /// Changes with every change.
    var revision: String { state.withLock { $0.revision } }
    /// Whether it was created through the API, and is kept by the store.
    var isStored: Bool { state.withLock { $0.isStored } }

    /// What becomes of its asynchronous calls, where that is set, and since when.
    var invokeConfiguration: (configuration: EventInvokeConfiguration, modified: Timestamp)? {
        state.withLock { state in
            state.invokeConfiguration.map { ($0, state.invokeConfigurationModified) }
        }
    }

    // MARK: Versions and aliases

    /// Where `$LATEST` and the published versions run.
    var pools: [EnvironmentPool] { [pool] + state.withLock { $0.versions.values.map(\.pool) } }

    /// The published versions, the oldest first.
    var versions: [PublishedVersion] { state.withLock { $0.versions.values.sorted { $0.number < $1.number } } }

    func version(_ number: Int) -> PublishedVersion? { state.withLock { $0.versions[number] } }

    func setVersion(_ number: Int, to version: PublishedVersion?) { state.withLock { $0.versions[number] = version } }

    /// The aliases that were made through the API, by name.
    var aliases: [FunctionAlias] { state.withLock { $0.aliases.values.sorted { $0.name < $1.name } } }

    func alias(_ name: String) -> FunctionAlias? { state.withLock { $0.aliases[name] } }

    func setAlias(_ name: String, to alias: FunctionAlias?) { state.withLock { $0.aliases[name] = alias } }

    /// Whether the function can be called under a qualifier.
    func answers(to qualifier: String) -> Bool {
        if qualifier == "$LATEST" || configuration.aliases.contains(qualifier) { return true }
        return state.withLock { state in
            state.aliases[qualifier] != nil || Int(qualifier).map { state.versions[$0] != nil } == true
        }
    }

    func setInvokeConfiguration(_ configuration: EventInvokeConfiguration?, modified: Timestamp) {
        state.withLock { state in
            state.invokeConfiguration = configuration
            state.invokeConfigurationModified = modified
        }
    }

    /// Changes it. What it is doing is finished as it began.
    func update(
        _ configuration: FunctionConfiguration, modified: Timestamp, revision: String, isStored: Bool
    ) throws(ServiceError) {
        // The same declaration again, as a template that is read anew brings it, ends no environment.
        if configuration != self.configuration { try pool.update(configuration) }
        state.withLock { state in
            state.configuration = configuration
            state.modified = modified
            state.revision = revision
            state.isStored = isStored
        }
    }
}
