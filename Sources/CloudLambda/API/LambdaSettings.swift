import CloudCore
import Foundation

/// What a local Lambda can be told beside its functions.
public struct LambdaSettings: Sendable {
    /// Calls in flight at once, of all functions together.
    public var accountConcurrency = 1000
    /// How long an environment may be idle before it is ended, by the cloud's clock.
    public var idleTime = Duration.seconds(300)
    /// How long an environment may take to start, in real time.
    public var initLimit = LambdaLimits.initPhase
    /// How fast streamed responses pass; nil, unless told otherwise, for as fast as they come. ``StreamRate/lambda`` shows
    /// how long a stream takes on AWS, and whether it fits into the function's timeout there.
    public var streamRate: StreamRate?
    /// How streams wait for their turn.
    var streamPause = StreamPause.inRealTime
    /// Environments of a function that may be starting at once.
    public var startsAtOnce = max(16, 4 * ProcessInfo.processInfo.activeProcessorCount)
    /// How long a call waits for an environment that has just answered, and may still be at work, before it gets another.
    public var finishingTime = Duration.milliseconds(25)
    /// Asynchronous calls of a function that are tried at once.
    public var asynchronousCallsAtOnce = 64
    /// What every function finds in its environment unless it has a variable of that name, such as `AWS_ENDPOINT_URL`.
    public var environment: [String: String] = [:]
    /// What functions sign their AWS calls with.
    public var credentials = FunctionCredentials.local
    /// The Python that runs functions of Python runtimes; nil to look for one of the right version.
    public var pythonInterpreter: String?
    /// The environment of this process; only its `PATH` and `LD_LIBRARY_PATH` are used.
    public var hostEnvironment = ProcessInfo.processInfo.environment
    /// The waits before the second and the third attempt of an asynchronous call, by the cloud's clock.
    public var retryDelays: [Duration] = [.seconds(60), .seconds(120)]

    /// Is told of every call once it is over.
    public var observer: (any InvocationObserver)?

    /// A program that is not started as a process.
    package var hostedProgram: HostedProgram?

    /// The service's own limits and times.
    public init() {}
}
