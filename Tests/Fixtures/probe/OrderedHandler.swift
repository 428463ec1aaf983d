import FoundationEssentials
import LambdaRuntime

/// A function whose event is an order, and which answers in bytes: for answers that are no plain values.
protocol OrderedHandler: ByteHandler {
    /// What the event says.
    associatedtype Order: Decodable & Sendable

    func carryOut(_ order: Order, response: inout ResponseWriter, context: Context) async throws
}

extension OrderedHandler {
    func handle(_ event: [UInt8], response: inout ResponseWriter, context: Context) async throws {
        let order = try JSONDecoder().decode(Order.self, from: Data(event))
        try await carryOut(order, response: &response, context: context)
    }
}
