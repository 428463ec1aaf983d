import CloudCore
import Synchronization

/// All event source mappings of a cloud, and the pollers that serve them.
final class EventSourceMappings: Sendable {
    /// A mapping as it is told to those who ask.
    struct View: Sendable {
        var stored: StoredMapping
        var state: MappingState
        var lastResult: String?
    }

    private struct Entry: Sendable {
        var stored: StoredMapping
        var isDeleted = false
        let poller: QueuePoller
    }

    private struct State: Sendable {
        var entries: [String: Entry] = [:]
        /// Whether pollers run: once the functions that they call are there.
        var isStarted = false
    }

    let store: EventSourceMappingStore
    private let functions = MappedFunctions()
    private let context: QueuePoller.Context
    private let state = Mutex(State())

    init(store: EventSourceMappingStore, source: any MessageSource, clock: CloudClock) throws {
        self.store = store
        context = QueuePoller.Context(source: source, functions: functions, clock: clock)
        for stored in try store.all() { adopt(stored) }
    }

    /// The queues that messages come from.
    var source: any MessageSource { context.source }

    /// Sets what is called: once, before the first.
    func serve(_ functions: any FunctionInvoker & AnyObject) { self.functions.set(functions) }

    // MARK: Looking

    /// All of them, in the order in which they were made.
    var all: [View] {
        state.withLock { Array($0.entries.values) }.sorted { $0.stored.number < $1.stored.number }.map(view)
    }

    func view(_ id: String) -> View? { state.withLock { $0.entries[id] }.map(view) }

    private func view(_ entry: Entry) -> View {
        View(
            stored: entry.stored,
            state: .current(
                isEnabled: entry.stored.mapping.isEnabled, isDeleted: entry.isDeleted, isBusy: entry.poller.isBusy),
            lastResult: entry.poller.lastResult)
    }

    // MARK: Changing

    /// Takes over a mapping as the store has it.
    func adopt(_ stored: StoredMapping) {
        // Patterns are checked before they are stored; one that a later version refuses lets nothing through unseen.
        let filter = (try? MessageFilter(stored.mapping.filterPatterns ?? [])) ?? nil
        let (poller, isNew, isStarted) = state.withLock { state in
            if let known = state.entries[stored.mapping.id] {
                // Changes may come here in another order than they were stored in.
                guard stored.revision > known.stored.revision else { return (QueuePoller?.none, false, false) }
                state.entries[stored.mapping.id]?.stored = stored
                return (known.poller, false, state.isStarted)
            }
            let poller = QueuePoller(stored.mapping, filter: filter, context: context)
            state.entries[stored.mapping.id] = Entry(stored: stored, poller: poller)
            return (poller, true, state.isStarted)
        }
        guard let poller else { return }
        if !isNew, isStarted { poller.apply(stored.mapping, filter: filter) }
        if isNew, isStarted { poller.start() }
    }

    /// Ends a mapping that is no longer in the store. It is told as being deleted until its last batch has ended.
    func retire(_ id: String) {
        let poller = state.withLock { state in
            state.entries[id]?.isDeleted = true
            return state.entries[id]?.poller
        }
        guard let poller else { return }
        poller.stop()
        guard poller.isBusy else { return forget(id) }
        Task {
            await poller.settled()
            forget(id)
        }
    }

    private func forget(_ id: String) { _ = state.withLock { $0.entries.removeValue(forKey: id) } }

    // MARK: Beginning and ending

    /// Begins to take messages.
    func start() {
        let pollers = state.withLock { state in
            guard !state.isStarted else { return [QueuePoller]() }
            state.isStarted = true
            return state.entries.values.sorted { $0.stored.number < $1.stored.number }.map(\.poller)
        }
        for poller in pollers { poller.start() }
    }

    /// Takes no more messages.
    func stop() {
        let pollers = state.withLock { state in
            state.isStarted = false
            return state.entries.values.map(\.poller)
        }
        for poller in pollers { poller.stop() }
    }

    /// Returns once no batch is under way any more.
    func settled() async {
        for poller in state.withLock({ $0.entries.values.map(\.poller) }) { await poller.settled() }
    }
}

/// Calls the service that the mappings belong to, without keeping it.
private final class MappedFunctions: FunctionInvoker {
    private struct Host: Sendable {
        weak var functions: (any FunctionInvoker & AnyObject)?
    }

    private let host = Mutex(Host())

    func set(_ functions: any FunctionInvoker & AnyObject) { host.withLock { $0.functions = functions } }

    private var functions: (any FunctionInvoker & AnyObject)? { host.withLock { $0.functions } }

    func invoke(_ invocation: Invocation) async throws -> InvocationResult {
        guard let functions else { throw LambdaErrors.service("The cloud is ending.") }
        return try await functions.invoke(invocation)
    }

    func enqueue(_ invocation: Invocation) async throws -> String {
        guard let functions else { throw LambdaErrors.service("The cloud is ending.") }
        return try await functions.enqueue(invocation)
    }

    func hasFunction(_ function: String) -> Bool { functions?.hasFunction(function) ?? false }
}
