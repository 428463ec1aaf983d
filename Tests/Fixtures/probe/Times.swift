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

/// Answers how much of its earlier work is finished, and goes on working after the answer: `{"milliseconds": 50}`.
final class Background: OrderedHandler {
    struct Order: Decodable { let milliseconds: Int }

    private let finished = Mutex(0)

    func carryOut(_ order: Order, response: inout ResponseWriter, context: Context) async throws {
        response.send("{\"finished\":\(finished.withLock { $0 })}")
        context.afterResponse { [self] in
            try await Task.sleep(for: .milliseconds(order.milliseconds))
            finished.withLock { $0 += 1 }
        }
    }
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
