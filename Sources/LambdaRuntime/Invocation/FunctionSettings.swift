/// What an execution environment tells its function about itself; the same for all its invocations.
///
/// A class, so that a ``Context`` carries one reference instead of seven strings.
final class FunctionSettings: Sendable {
    let name: String
    let version: String
    let memorySize: Int
    let logGroupName: String
    let logStreamName: String
    let initializationType: String
    /// How many invocations the environment takes at once.
    let concurrency: Int

    init(_ environment: Environment) {
        name = environment["AWS_LAMBDA_FUNCTION_NAME"] ?? ""
        version = environment["AWS_LAMBDA_FUNCTION_VERSION"] ?? "$LATEST"
        memorySize = environment.int("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") ?? 128
        logGroupName = environment["AWS_LAMBDA_LOG_GROUP_NAME"] ?? ""
        logStreamName = environment["AWS_LAMBDA_LOG_STREAM_NAME"] ?? ""
        initializationType = environment["AWS_LAMBDA_INITIALIZATION_TYPE"] ?? "on-demand"
        concurrency = min(max(environment.int("AWS_LAMBDA_MAX_CONCURRENCY") ?? 1, 1), 1024)
    }
}
