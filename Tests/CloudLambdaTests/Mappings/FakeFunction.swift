import CloudCore
import JSONValue
import NIOCore
import Synchronization

/// A function that does as a test says, and remembers what it was called with.
final class FakeFunction: FunctionInvoker {
    enum Answer: Sendable {
        case text(String)
        case error
        case throttled
        case missing
    }

    private struct Behaviour: Sendable {
        let answer: @Sendable (_ bodies: [String]) -> Answer
    }

    private struct State: Sendable {
        var behaviour: Behaviour
        var events: [JSONValue] = []
        var running = 0
        var most = 0
        var isClosed = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ answer: @escaping @Sendable (_ bodies: [String]) -> Answer = { _ in .text("null") }) {
        state = Mutex(State(behaviour: Behaviour(answer: answer)))
    }

    func behave(_ answer: @escaping @Sendable (_ bodies: [String]) -> Answer) {
        state.withLock { $0.behaviour = Behaviour(answer: answer) }
    }

    /// The events, in the order of the calls.
    var events: [JSONValue] { state.withLock { $0.events } }
    /// The bodies of each event.
    var batches: [[String]] { events.map(Self.bodies) }
    /// Calls that have not returned.
    var running: Int { state.withLock { $0.running } }
    /// The most calls that were running at once.
    var most: Int { state.withLock { $0.most } }

    /// Lets calls wait.
    func close() { state.withLock { $0.isClosed = true } }

    /// Lets all calls go on.
    func open() {
        let waiting = state.withLock { state in
            state.isClosed = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Lets the call go on that waits longest.
    func openOnce() {
        let first = state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
        first?.resume()
    }

    static func bodies(_ event: JSONValue) -> [String] {
        event["Records"]?.array?.compactMap { $0["body"]?.string } ?? []
    }

    func invoke(_ invocation: Invocation) async throws -> InvocationResult {
        let event = try JSONValue(parsing: invocation.payload.readableBytesView)
        state.withLock { state in
            state.events.append(event)
            state.running += 1
            state.most = max(state.most, state.running)
        }
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                if state.isClosed { state.waiting.append(continuation) }
                return !state.isClosed
            }
            if goesOn { continuation.resume() }
        }
        let behaviour = state.withLock { state in
            state.running -= 1
            return state.behaviour
        }
        switch behaviour.answer(Self.bodies(event)) {
        case .text(let text): return InvocationResult(payload: ByteBuffer(string: text), requestID: "r")
        case .error:
            return InvocationResult(
                payload: ByteBuffer(string: #"{"errorMessage":"no"}"#), functionError: "Unhandled", requestID: "r")
        case .throttled: throw ServiceError("TooManyRequestsException", "Rate Exceeded.", status: 429)
        case .missing: throw ServiceError("ResourceNotFoundException", "Function not found", status: 404)
        }
    }

    func enqueue(_ invocation: Invocation) async throws -> String { "r" }
    func hasFunction(_ function: String) -> Bool { true }
}
