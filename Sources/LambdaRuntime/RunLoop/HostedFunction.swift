#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A function inside another program, on a thread of its own: the run loop that a function process has, against the same
/// Runtime API, only without the process around it. Test support runs handlers this way.
///
/// What belongs to a process as a whole is left alone: SIGTERM is not caught, and `_X_AMZN_TRACE_ID` is not set.
package final class HostedFunction: Sendable {
    private let stop: StopSignal

    /// Starts to serve.
    ///
    /// - Parameters:
    ///   - handlers: the functions, of which `_HANDLER` names one.
    ///   - environment: the variables that a process would have; the hosting program's own are not looked at.
    ///   - output: takes what the loop and the handler log.
    ///   - onEnd: called once, on the loop's thread, with the status that a process would have exited with.
    /// - Returns: nil where `AWS_LAMBDA_RUNTIME_API` is no address, or the system has no descriptors or threads left.
    package init?(
        _ handlers: HandlerTable, environment: [String: String], output: LogSink,
        onEnd: @escaping @Sendable (Int32) -> Void
    ) {
        let environment = Environment(environment)
        guard let endpoint = environment["AWS_LAMBDA_RUNTIME_API"].flatMap(RuntimeEndpoint.init),
            let stop = StopSignal()
        else { return nil }
        self.stop = stop
        // A closed connection is an error where it is used, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        var configuration = RunLoop.Configuration(
            endpoint: endpoint, environment: environment, logger: Logger(environment: environment, sink: output))
        configuration.exportsTrace = false
        let loop = RunLoop(configuration: configuration, stop: stop)
        guard WorkerThread.start({ onEnd(loop.run(handlers).status) }) else { return nil }
    }

    /// Tells it to end: it does once its handler has answered, and has been shut down.
    package func end() { stop.stop() }
}
