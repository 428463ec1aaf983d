import LambdaRuntime

extension Router: ByteHandler {
    /// Answers one event of the run loop.
    public func handle(_ event: [UInt8], response: inout ResponseWriter, context: Context) async throws {
        response.send(try await respond(to: event, context: context))
    }
}
