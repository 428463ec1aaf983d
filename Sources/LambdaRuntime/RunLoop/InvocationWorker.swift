#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Serves one invocation after another on one thread.
final class InvocationWorker {
    private let handler: any ByteHandler
    private let client: RuntimeClient
    private let executor: RunLoopExecutor
    private let settings: FunctionSettings
    private let stop: StopSignal
    private let logger: Logger
    private let retryDelays: [Duration]
    private let exportsTrace: Bool

    init(
        handler: any ByteHandler, client: RuntimeClient, executor: RunLoopExecutor, settings: FunctionSettings,
        stop: StopSignal, logger: Logger, retryDelays: [Duration], exportsTrace: Bool
    ) {
        self.handler = handler
        self.client = client
        self.executor = executor
        self.settings = settings
        self.stop = stop
        self.logger = logger
        self.retryDelays = retryDelays
        self.exportsTrace = exportsTrace
    }

    /// Serves until told to stop or until the Runtime API is lost.
    func run() -> ExitReason {
        var trace: TraceVariable? = exportsTrace ? TraceVariable() : nil
        var failures = 0
        while !stop.isGiven {
            do throws(RuntimeAPIError) {
                let invocation = try client.next()
                failures = 0
                trace?.set(invocation.headers.traceID)
                try serve(invocation)
            } catch {
                switch error {
                case .stopped: return .stopped
                case .containerError:
                    logger.fatal("\(error)")
                    return .environmentBroken
                case .eventTooLarge(let requestID, _):
                    failures = 0
                    refuseEvent(error, requestID)
                case .unreachable, .refused, .missingRequestID:
                    logger.error("\(error)")
                    guard failures < retryDelays.count else { return .runtimeAPILost }
                    pause(retryDelays[failures])
                    failures += 1
                }
            }
        }
        return .stopped
    }

    /// Waits, but no longer than until the stop.
    private func pause(_ duration: Duration) {
        var waiting = pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&waiting, 1, Int32(duration / .milliseconds(1)))
    }

    private func refuseEvent(_ error: RuntimeAPIError, _ requestID: String) {
        let report = ErrorReport(message: error.description, type: "Runtime.EventTooLarge")
        do { try client.report(report, for: requestID) } catch { note(error, requestID) }
    }

    // MARK: One invocation

    /// What a handler leaves behind when it returns.
    private enum Outcome: Sendable {
        case response([UInt8], contentType: String)
        case streamed
        case failed(ErrorReport)
    }

    /// - Throws: only what ends the loop; a response that the server refuses is noted, and the loop goes on.
    private func serve(_ invocation: consuming RuntimeClient.Invocation) throws(RuntimeAPIError) {
        let requestID = invocation.requestID
        let deferredWork = DeferredWork()
        let context = context(for: invocation.headers, requestID, deferredWork)
        let response = StreamedResponse()
        let outcome = start(invocation.event, context, response)

        // A stream has to leave while the handler is still at work; all else leaves when it is done.
        executor.run { response.hasStarted || outcome() != nil }
        do throws(RuntimeAPIError) {
            if response.hasStarted {
                defer { response.abandon() }
                try client.stream(response, to: requestID, executor: executor)
            }
        } catch {
            try noteUnlessFatal(error, requestID)
        }
        executor.run { outcome() != nil }

        flushStandardOutput()
        do throws(RuntimeAPIError) {
            switch outcome() {
            case .response(let body, let contentType):
                try client.respond(to: requestID, with: body, contentType: contentType)
            case .failed(let report) where !response.hasStarted:
                context.logger.error(
                    "the invocation failed: \(report.message)", ["errorType": .string(report.type)])
                try client.report(report, for: requestID)
            case .failed(let report):
                context.logger.error(
                    "the invocation failed in the middle of its response: \(report.message)",
                    ["errorType": .string(report.type)])
            case .streamed, nil: break
            }
        } catch {
            try noteUnlessFatal(error, requestID)
        }

        if !deferredWork.isEmpty {
            let logger = context.logger
            executor.runToEnd { await deferredWork.run(logger: logger) }
            flushStandardOutput()
        }
    }

    private func start(
        _ event: consuming [UInt8], _ context: Context, _ response: StreamedResponse
    ) -> () -> Outcome? {
        let handler = handler
        let event = consume event
        return executor.start {
            var writer = ResponseWriter(channel: response)
            do {
                try await handler.handle(event, response: &writer, context: context)
                response.end(.complete)
                if response.hasStarted { return .streamed }
                return .response(writer.body ?? Array("null".utf8), contentType: writer.contentType)
            } catch {
                let report = ErrorReport(error)
                response.end(.failed(report))
                return .failed(report)
            }
        }
    }

    private func context(
        for headers: InvocationHeaders, _ requestID: String, _ deferredWork: DeferredWork
    ) -> Context {
        Context(
            requestID: requestID, deadline: Deadline(header: headers.deadline, now: WallClock.milliseconds()),
            invokedFunctionARN: headers.invokedFunctionARN ?? "", traceID: headers.traceID,
            tenantID: headers.tenantID, clientContextJSON: headers.clientContext,
            identityJSON: headers.cognitoIdentity, settings: settings, logger: logger.forRequest(requestID),
            deferredWork: deferredWork)
    }

    private func noteUnlessFatal(_ error: RuntimeAPIError, _ requestID: String) throws(RuntimeAPIError) {
        switch error {
        case .containerError, .stopped: throw error
        case .refused, .unreachable, .missingRequestID, .eventTooLarge: note(error, requestID)
        }
    }

    private func note(_ error: RuntimeAPIError, _ requestID: String) {
        logger.forRequest(requestID).error("the response was not taken: \(error)")
    }

    /// What the handler has printed belongs in the log of this invocation: later the environment may be frozen.
    private func flushStandardOutput() { fflush(nil) }
}
