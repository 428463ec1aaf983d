import CloudCore
import NIOCore

/// Who gives an execution environment its calls.
protocol EnvironmentOwner: AnyObject, Sendable {
    /// The environment can take this many more calls.
    func environment(_ environment: ExecutionEnvironment, canTake calls: Int)
    /// The environment's call has ended, and it will soon say what it can take next. Said before the caller is answered.
    func environmentIsFinishing(_ environment: ExecutionEnvironment)
    /// The environment could not be started for want of resources of the machine, and has ended.
    func environment(_ environment: ExecutionEnvironment, cannotBeMade reason: String)
    /// The environment could not start: it starts again for a call, whose time then counts. With nil, it ends.
    func callToStartWith(_ environment: ExecutionEnvironment) -> Call?
    /// The environment could not start for a call. Returns whether the call is taken back, to run elsewhere, since the
    /// program has been replaced meanwhile.
    func environment(_ environment: ExecutionEnvironment, givesBack call: Call) -> Bool
    /// The environment is no more.
    func environmentHasEnded(_ environment: ExecutionEnvironment)
}

/// What all environments of a cloud share.
struct EnvironmentContext: Sendable {
    var launcher: any ProcessLauncher
    var group: any EventLoopGroup
    var clock: CloudClock
    var identifiers: IdentifierSource
    var sink: any LogSink
    var variables: EnvironmentVariables
    /// Where each environment has a folder for its temporary files.
    var temporaryFolder: String
    var initLimit: Duration
    /// How fast streamed responses pass; nil for as fast as they come.
    var streamRate: StreamRate?
    var streamPause: StreamPause
}

/// A function's code and configuration as they stood at one time: environments belong to one and end with it.
struct FunctionGeneration: Sendable {
    var number: Int
    var configuration: FunctionConfiguration
    var code: FunctionCode
    var fingerprint: CodeFingerprint

    /// How long a call may take.
    var timeout: Duration { .seconds(configuration.timeout) }
}
