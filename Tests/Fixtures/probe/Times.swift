import LambdaRuntime
import Synchronization

/// Takes its time before it answers: `{"milliseconds": 200}`.
struct Sleep: OrderedHandler {
    struct Order: Decodable { let milliseconds: Int }

    /// One that is ready at once.
    init() {}

    /// One that becomes ready late.
    init(startingAfter milliseconds: Int) async throws { try await Task.sleep(for: .milliseconds(milliseconds)) }

    func carryOut(_ order: Order, response: inout ResponseWriter, context: Context) async throws {
        try await Task.sleep(for: .milliseconds(order.milliseconds))
        response.send("{\"slept\":\(order.milliseconds)}")
    }
}

/// Answers how many events its process took before and how many of those it has worked off, and goes on working after the
/// answer: `{"milliseconds": 50}`.
final class Background: OrderedHandler {
    struct Order: Decodable { let milliseconds: Int }

    private let work = Mutex((taken: 0, finished: 0))

    func carryOut(_ order: Order, response: inout ResponseWriter, context: Context) async throws {
        let (taken, finished) = work.withLock { work in
            defer { work.taken += 1 }
            return work
        }
        response.send("{\"taken\":\(taken),\"finished\":\(finished)}")
        context.afterResponse { [self] in
            try await Task.sleep(for: .milliseconds(order.milliseconds))
            work.withLock { $0.finished += 1 }
        }
    }
}

/// Takes its time, `{"milliseconds": 100}`, and writes `closed` when it is told to end.
struct Closing: OrderedHandler {
    struct Order: Decodable { let milliseconds: Int? }

    func carryOut(_ order: Order, response: inout ResponseWriter, context: Context) async throws {
        if let milliseconds = order.milliseconds { try await Task.sleep(for: .milliseconds(milliseconds)) }
    }

    func shutDown() async { StandardError.write("closed\n") }
}

/// Writes to each of the places that end up in the log: `{"output": "a", "error": "b", "log": "c"}`.
struct Print: OrderedHandler {
    struct Order: Decodable {
        let output: String?
        let error: String?
        let log: String?
    }

    func carryOut(_ order: Order, response: inout ResponseWriter, context: Context) async throws {
        if let output = order.output { print(output) }
        if let error = order.error { StandardError.write(error + "\n") }
        if let log = order.log { context.logger.info(log) }
        response.send("{}")
    }
}
