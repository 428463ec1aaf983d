import LambdaRuntime

/// Returns its event: the smoke test of a deployment, and what the runtime's own cost is measured with.
public struct EchoFunction: ByteHandler {
    /// An echo.
    public init() {}

    /// Sends the event's bytes back as they are.
    public func handle(_ event: [UInt8], response: inout ResponseWriter, context: Context) async throws {
        response.send(event)
    }
}
