/// A typed handler that consists of one closure.
struct ClosureHandler<Event: Decodable & Sendable, Output: Encodable & Sendable>: Handler {
    let body: @Sendable (Event, Context) async throws -> Output

    func handle(_ event: Event, context: Context) async throws -> Output { try await body(event, context) }
}
