/// The life of a function process: make the handler, serve events until told to stop, close the handler.
///
/// Holds nothing of the process (no `exit`, no signals), so that tests run it on a thread of theirs.
struct RunLoop: Sendable {
    /// Where and how to serve.
    struct Configuration: Sendable {
        var endpoint: RuntimeEndpoint
        var environment: Environment
        var logger: Logger
        /// How long to wait before each further attempt to get an event; after the last, the loop gives up.
        var retryDelays: [Duration] = [.milliseconds(10), .milliseconds(100)]
        /// What the handler gets for closing: Lambda kills an environment 300 ms after SIGTERM at the earliest.
        var shutdownBudget = Duration.milliseconds(250)
        /// Lambda's events end at 6 MB; other servers may be more generous.
        var eventLimit = 64 * 1024 * 1024
        /// Whether to keep `_X_AMZN_TRACE_ID` up to date: belongs to the process, so only one loop may.
        var exportsTrace = true
    }

    let configuration: Configuration
    let stop: StopSignal

    /// Serves until the end, on this thread and, where several invocations at once are allowed, on more.
    func run(_ handlers: HandlerTable) -> ExitReason {
        let settings = FunctionSettings(configuration.environment)
        let executor = RunLoopExecutor()
        guard let client = makeClient() else { return .initializationFailed }
        let handler: any ByteHandler
        do {
            handler = try makeHandler(handlers, executor)
        } catch {
            return reportInitialization(error, client)
        }
        defer { shutDown(handler, executor) }
        guard settings.concurrency > 1 else {
            return worker(handler, client, executor, settings, exportsTrace: configuration.exportsTrace).run()
        }
        return runConcurrently(handler, client, executor, settings)
    }

    private func makeClient() -> RuntimeClient? {
        RuntimeClient(endpoint: configuration.endpoint, stop: stop, eventLimit: configuration.eventLimit)
    }

    private func worker(
        _ handler: any ByteHandler, _ client: RuntimeClient, _ executor: RunLoopExecutor,
        _ settings: FunctionSettings, exportsTrace: Bool
    ) -> InvocationWorker {
        InvocationWorker(
            handler: handler, client: client, executor: executor, settings: settings, stop: stop,
            logger: configuration.logger, retryDelays: configuration.retryDelays, exportsTrace: exportsTrace)
    }

    // MARK: Initialisation and shutdown

    private func makeHandler(_ handlers: HandlerTable, _ executor: RunLoopExecutor) throws -> any ByteHandler {
        let environment = configuration.environment
        let make = try handlers.selection(for: environment["_HANDLER"])
        return try executor.runToEnd {
            do { return Result<any ByteHandler, any Error>.success(try await make(environment)) } catch {
                return .failure(error)
            }
        }.get()
    }

    private func reportInitialization(_ error: any Error, _ client: RuntimeClient) -> ExitReason {
        let report = ErrorReport(error)
        configuration.logger.fatal(
            "initialisation failed: \(report.message)", ["errorType": .string(report.type)])
        do { try client.reportInitError(report) } catch {
            configuration.logger.error("the failure could not be reported: \(error)")
        }
        return .initializationFailed
    }

    private func shutDown(_ handler: any ByteHandler, _ executor: RunLoopExecutor) {
        let isDone = executor.start { await handler.shutDown() }
        if !executor.run(within: configuration.shutdownBudget, until: { isDone() != nil }) {
            configuration.logger.warn("the handler's shutDown took too long and was abandoned")
        }
    }

    // MARK: Several invocations at once

    /// One thread for each invocation that may be under way, each with a connection and an executor of its own.
    private func runConcurrently(
        _ handler: any ByteHandler, _ client: RuntimeClient, _ executor: RunLoopExecutor, _ settings: FunctionSettings
    ) -> ExitReason {
        let gathering = WorkerGathering(stop: stop)
        for _ in 1..<settings.concurrency {
            gathering.add()
            let isStarted = WorkerThread.start {
                guard let client = makeClient() else { return gathering.leave(.initializationFailed) }
                let worker = worker(handler, client, RunLoopExecutor(), settings, exportsTrace: false)
                gathering.leave(worker.run())
            }
            if !isStarted { gathering.leave(.initializationFailed) }
        }
        gathering.add()
        gathering.leave(worker(handler, client, executor, settings, exportsTrace: false).run())
        return gathering.waitForAll()
    }
}
