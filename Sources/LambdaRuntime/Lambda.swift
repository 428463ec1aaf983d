#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a function program begins. Call one of the `run` functions as the last thing in `main.swift`:
///
///     import LambdaRuntime
///
///     struct Order: Decodable { let item: String, count: Int }
///     struct Receipt: Encodable { let total: Int }
///
///     Lambda.run { (order: Order, context: Context) in
///         context.logger.info("ordered", ["item": .string(order.item)])
///         return Receipt(total: order.count * 3)
///     }
///
/// `run` keeps the main thread and serves invocations on it. It ends the process: with status 0 after SIGTERM, with 1 when
/// the function cannot be made ready (which is reported to Lambda) or when the Runtime API is lost.
public enum Lambda {
    /// Serves the one of several functions that `_HANDLER` names.
    public static func run(_ handlers: HandlerTable) -> Never {
        exit(serve(handlers, environment: .process).status)
    }

    /// Serves one function. What its initialiser throws is reported to Lambda.
    public static func run(_ handler: @autoclosure @escaping @Sendable () throws -> some ByteHandler) -> Never {
        run(["handler": { _ in try handler() }])
    }

    /// Serves a closure.
    public static func run<Event: Decodable & Sendable, Output: Encodable & Sendable>(
        _ body: @escaping @Sendable (Event, Context) async throws -> Output
    ) -> Never {
        run(ClosureHandler(body: body))
    }

    /// Serves a closure that answers nothing: its callers get `null`.
    public static func run<Event: Decodable & Sendable>(
        _ body: @escaping @Sendable (Event, Context) async throws -> Void
    ) -> Never {
        run(
            ClosureHandler { (event: Event, context) -> NoOutput in
                try await body(event, context)
                return NoOutput()
            })
    }

    private static func serve(_ handlers: HandlerTable, environment: Environment) -> ExitReason {
        let logger = Logger(environment: environment)
        guard let setting = environment["AWS_LAMBDA_RUNTIME_API"], let endpoint = RuntimeEndpoint(setting) else {
            logger.fatal(
                "AWS_LAMBDA_RUNTIME_API is not set to an address. This program is a Lambda function: Lambda or a local "
                    + "cloud such as \"darkroom up\" starts it.")
            return .initializationFailed
        }
        guard let stop = StopSignal() else {
            logger.fatal("there are no file descriptors left")
            return .initializationFailed
        }
        stop.stopOnTermination()
        // A closed connection is an error where it is used, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        let configuration = RunLoop.Configuration(endpoint: endpoint, environment: environment, logger: logger)
        return RunLoop(configuration: configuration, stop: stop).run(handlers)
    }
}
