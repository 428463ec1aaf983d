import JSONValue

/// A Lambda function, from `AWS::Serverless::Function` or `AWS::Lambda::Function`.
public struct FunctionDefinition: Sendable, Hashable {
    /// The name of the resource in the template.
    public var logicalID: String
    /// The function's name: the explicit one, or one made from the stack's name and the logical id.
    public var name: String
    /// Its ARN, unqualified.
    public var arn: String
    /// What to run within the code; passed on as `_HANDLER`.
    public var handler: String
    /// The runtime's identifier, as `provided.al2023`.
    public var runtime: String
    /// Where the code is.
    public var code: FunctionCode
    /// What the function is for, as written.
    public var description: String?
    /// Seconds until an invocation is ended, 1 to 900.
    public var timeout: Int
    /// Megabytes, 128 to 10,240.
    public var memorySize: Int
    /// The variables of the environment.
    public var environment: [String: String]
    /// The instruction set.
    public var architecture: Architecture
    /// Megabytes of `/tmp`, 512 to 10,240.
    public var ephemeralStorage: Int
    /// How many invocations may run at once; nil for as many as the account allows.
    public var reservedConcurrency: Int?
    /// The alias that each deployment publishes, if any.
    public var autoPublishAlias: String?
    /// How many environments are kept ready.
    public var provisionedConcurrency: Int?
    /// What becomes of asynchronous invocations.
    public var eventInvokeConfig: EventInvokeConfig
    /// The ARN of the queue or topic that takes asynchronous events that failed.
    public var deadLetterARN: String?
    /// How the function logs.
    public var logging: FunctionLogging
    /// The function's own address, if it has one.
    public var url: FunctionURL?
    /// ARNs of layers, in order.
    public var layers: [String]
    /// Tags.
    public var tags: [String: String]
    /// The ARN of an explicit role.
    public var role: String?
    /// SAM's `Policies`, as written.
    public var policies: JSONValue?
    /// What invokes the function, as `Events` declares it.
    public var events: [FunctionEvent]
    /// What runs in place of ``code`` on a local cloud, for a `provided` runtime.
    public var localProgram = LocalProgram.shared

    /// Instruction sets.
    public enum Architecture: String, Sendable, Hashable, CaseIterable {
        case x86 = "x86_64"
        case arm = "arm64"
    }
}

/// Where a function's code is.
public enum FunctionCode: Sendable, Hashable {
    /// A folder or a zip file, relative to the template.
    case path(String)
    /// A zip file in a bucket.
    case object(bucket: String, key: String, version: String?)
    /// The source text itself.
    case inline(String)
}

/// What becomes of asynchronous invocations of a function.
public struct EventInvokeConfig: Sendable, Hashable {
    /// How often a failed event is tried again, 0 to 2.
    public var maximumRetryAttempts: Int
    /// Seconds after which an event is given up, 60 to 21,600.
    public var maximumEventAge: Int
    /// The ARN that is told of successes.
    public var onSuccess: String?
    /// The ARN that is told of failures.
    public var onFailure: String?

    /// A configuration; the defaults are Lambda's.
    public init(
        maximumRetryAttempts: Int = 2, maximumEventAge: Int = 21_600, onSuccess: String? = nil, onFailure: String? = nil
    ) {
        self.maximumRetryAttempts = maximumRetryAttempts
        self.maximumEventAge = maximumEventAge
        self.onSuccess = onSuccess
        self.onFailure = onFailure
    }
}

/// How a function logs.
public struct FunctionLogging: Sendable, Hashable {
    /// The form of the lines.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        case text = "Text"
        case json = "JSON"
    }

    /// The form of the lines.
    public var format: Format
    /// The log group; nil for `/aws/lambda/<name>`.
    public var group: String?
    /// The least level of the function's own lines that is kept, as `INFO`.
    public var applicationLevel: String?
    /// The least level of the platform's lines that is kept, as `WARN`.
    public var systemLevel: String?
}

/// A function's own address.
public struct FunctionURL: Sendable, Hashable {
    /// Who may call it.
    public enum Authorization: String, Sendable, Hashable, CaseIterable {
        /// Everybody.
        case none = "NONE"
        /// Whoever signs the request.
        case iam = "AWS_IAM"
    }

    /// How the answer is passed on.
    public enum InvokeMode: String, Sendable, Hashable, CaseIterable {
        /// When it is complete.
        case buffered = "BUFFERED"
        /// As it comes.
        case responseStream = "RESPONSE_STREAM"
    }

    /// The identifier that is the first label of the address's host.
    public var id: String
    /// The address, with a slash at the end, as `Fn::GetAtt: [FunctionUrl, FunctionUrl]` gives it.
    public var url: String
    /// Who may call it.
    public var authorization: Authorization
    /// How the answer is passed on.
    public var invokeMode: InvokeMode
    /// Which origins may call it from a browser; nil when the gateway does not answer preflights.
    public var cors: CORSDefinition?
}
