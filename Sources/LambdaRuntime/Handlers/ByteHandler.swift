/// A function at its lowest level: the bytes of an event in, the bytes of a response out.
///
/// This is all that the run loop knows. ``Handler`` is the typed form above it. One handler is made at each cold start and
/// serves every invocation of its execution environment.
///
/// `handle` runs on the run loop's own thread, and so does what it awaits without asking for another executor: it may
/// block, but it must not be isolated to the main actor, whose queue nobody serves while the run loop has the main thread.
public protocol ByteHandler: Sendable {
    /// Answers one event.
    ///
    /// - Parameters:
    ///   - event: the event's bytes exactly as they arrived; for most sources JSON, at most 6 MB.
    ///   - response: takes the response, whole with `send` or piece by piece with `stream` and `write`. A handler that
    ///     leaves it alone answers `null`.
    ///   - context: which invocation this is and how much time it has.
    /// - Throws: whatever went wrong; the caller gets it as a function error, see ``ErrorReport``.
    func handle(_ event: [UInt8], response: inout ResponseWriter, context: Context) async throws

    /// Called once when the environment is told to end (SIGTERM), to flush and close what the handler holds. What is not
    /// done within a fraction of a second is abandoned. Does nothing by default.
    func shutDown() async
}

extension ByteHandler {
    /// Nothing to close.
    public func shutDown() async {}
}
