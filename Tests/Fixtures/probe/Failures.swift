import Glibc
import LambdaRuntime

/// A failure in words of the event's choosing.
struct Failure: Error, CustomStringConvertible {
    let description: String
}

/// Fails with the text that it is given: `{"text": "no \"such\" thing"}`.
struct Fail: OrderedHandler {
    struct Order: Decodable { let text: String }

    func carryOut(_ order: Order, response: inout ResponseWriter, context: Context) async throws {
        throw Failure(description: order.text)
    }
}

/// Ends the process in the middle of an invocation: `{"status": 7}`, `{"signal": 11}`; without either it answers `null`.
struct Leave: OrderedHandler {
    struct Order: Decodable {
        let status: Int32?
        let signal: Int32?
    }

    func carryOut(_ order: Order, response: inout ResponseWriter, context: Context) async throws {
        if let status = order.status { exit(status) }
        // Raised on this thread, so that nothing more is answered.
        if let signal = order.signal { raise(signal) }
    }
}

/// What keeps a function from becoming ready.
struct StartRefused: Error, CustomStringConvertible {
    let description = "not \"ready\":\n\tthe configuration is missing"
}

/// Ends the process before it has asked for its first event.
func leaveAtStart() -> any ByteHandler { exit(9) }
