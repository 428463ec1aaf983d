import JSONValue

/// What a handler is told about its invocation, besides the event.
public struct Context: Sendable {
    /// The invocation's id, the same on every retry of an asynchronous invocation.
    public let requestID: String
    /// When the invocation is cut off. Where the server does not say, fifteen minutes from the event's arrival.
    public let deadline: Deadline
    /// The ARN under which the function was invoked, with version or alias if the caller gave one; empty if not told.
    public let invokedFunctionARN: String
    /// The X-Ray trace header (`Root=…;Parent=…;Sampled=…`), if the invocation is traced.
    public let traceID: String?
    /// The tenant for whom a function with tenant isolation was invoked.
    public let tenantID: String?
    /// The client context as the caller's JSON text, if there is one.
    public let clientContextJSON: String?
    /// Writes log lines that carry the request id.
    public let logger: Logger

    private let identityJSON: String?
    private let settings: FunctionSettings
    private let deferredWork: DeferredWork

    /// A context, for calling a handler without a server.
    ///
    /// - Parameters:
    ///   - environment: where the function's name, version, memory size and log names come from.
    ///   - deadline: when time runs out; nil for fifteen minutes from now.
    ///   - identityJSON: `{"cognitoIdentityId": …, "cognitoIdentityPoolId": …}`.
    public init(
        requestID: String = "00000000-0000-0000-0000-000000000000", deadline: Deadline? = nil,
        invokedFunctionARN: String = "", traceID: String? = nil, tenantID: String? = nil,
        clientContextJSON: String? = nil, identityJSON: String? = nil, environment: Environment = [:],
        logger: Logger? = nil
    ) {
        self.init(
            requestID: requestID, deadline: deadline ?? .after(.milliseconds(Deadline.longestInvocation)),
            invokedFunctionARN: invokedFunctionARN, traceID: traceID, tenantID: tenantID,
            clientContextJSON: clientContextJSON, identityJSON: identityJSON, settings: FunctionSettings(environment),
            logger: (logger ?? Logger(environment: environment)).forRequest(requestID), deferredWork: DeferredWork())
    }

    init(
        requestID: String, deadline: Deadline, invokedFunctionARN: String, traceID: String?, tenantID: String?,
        clientContextJSON: String?, identityJSON: String?, settings: FunctionSettings, logger: Logger,
        deferredWork: DeferredWork
    ) {
        self.requestID = requestID
        self.deadline = deadline
        self.invokedFunctionARN = invokedFunctionARN
        self.traceID = traceID
        self.tenantID = tenantID
        self.clientContextJSON = clientContextJSON
        self.logger = logger
        self.identityJSON = identityJSON
        self.settings = settings
        self.deferredWork = deferredWork
    }
}

extension Context {
    /// The time that is left to the invocation, never less than zero.
    public var remainingTime: Duration { deadline.remaining }

    /// The client context that a mobile SDK or the invoker sent, read anew at each use; nil if there is none or if it is
    /// not JSON.
    public var clientContext: JSONValue? { clientContextJSON.flatMap { try? JSONValue(parsing: $0) } }

    /// The Cognito identity of the caller, read anew at each use.
    public var identity: CognitoIdentity? { identityJSON.flatMap(CognitoIdentity.init(header:)) }

    /// The function's name.
    public var functionName: String { settings.name }
    /// The version that runs: a number or `$LATEST`.
    public var functionVersion: String { settings.version }
    /// The memory that the function was given, in MB.
    public var memorySize: Int { settings.memorySize }
    /// The log group that the function's output goes to.
    public var logGroupName: String { settings.logGroupName }
    /// The log stream of this execution environment.
    public var logStreamName: String { settings.logStreamName }
    /// How the environment came about: `on-demand`, `provisioned-concurrency`, `snap-start`, `lambda-managed-instances`.
    public var initializationType: String { settings.initializationType }

    /// Puts work off until the response is on its way: the caller does not wait for it, but the environment takes no
    /// other event before it is done, and the function's timeout still counts.
    ///
    /// Runs also when the handler throws later on. Pieces of work run one after another in the order given; what one throws
    /// is logged.
    public func afterResponse(_ work: @escaping @Sendable () async throws -> Void) { deferredWork.append(work) }

    /// Runs what was put off, for callers of a handler without a server.
    public func runDeferredWork() async { await deferredWork.run(logger: logger) }
}
