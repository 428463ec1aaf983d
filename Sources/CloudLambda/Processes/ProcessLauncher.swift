/// Starts the programs of execution environments. Tests put peers in its place that live in their own process.
package protocol ProcessLauncher: Sendable {
    /// Starts a program.
    ///
    /// - Parameters:
    ///   - onOutput: takes what it writes to its standard output and standard error, in order, never two pieces at once.
    ///   - onEnd: called once, after all output, when the process has ended and nothing of it remains.
    /// - Throws: ``ProcessLaunchError``; neither closure is called then.
    func launch(
        _ command: ProcessCommand, onOutput: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        onEnd: @escaping @Sendable (ProcessEnd) -> Void
    ) async throws -> any RunningProcess
}

/// A program that was started.
package protocol RunningProcess: Sendable {
    /// Its number.
    var processID: Int32 { get }
    /// The most memory that it has held so far, in bytes; nil where that is not known.
    var peakMemory: Int? { get }
    /// Tells it and its group to end (SIGTERM).
    func terminate()
    /// Ends it and every process of its group, at once.
    func kill()
    /// Passes on what it has written so far and nobody has read yet.
    func drainOutput()
}
