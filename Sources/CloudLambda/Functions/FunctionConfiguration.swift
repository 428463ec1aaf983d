import CloudCore

/// A function, as it is declared: what to run, with what, within which limits.
public struct FunctionConfiguration: Sendable, Equatable, Codable {
    /// How the platform and the runtime write the function's log.
    public struct Logging: Sendable, Equatable, Codable {
        /// Lines of text or objects.
        public enum Format: String, Sendable, Codable {
            case text = "Text"
            case json = "JSON"
        }

        /// The format.
        public var format: Format
        /// The least level that the function logs, such as `INFO`; only for JSON.
        public var applicationLevel: String?
        /// The least level that the platform logs; only for JSON.
        public var systemLevel: String?
        /// The log group; nil for `/aws/lambda/<name>`.
        public var group: String?

        /// How to log.
        public init(
            format: Format = .text, applicationLevel: String? = nil, systemLevel: String? = nil, group: String? = nil
        ) {
            self.format = format
            self.applicationLevel = applicationLevel
            self.systemLevel = systemLevel
            self.group = group
        }
    }

    /// The name: letters, digits, `-` and `_`.
    public var name: String
    /// What the runtime runs, as `_HANDLER`.
    public var handler: String
    /// The runtime, such as `provided.al2023` or `python3.12`.
    public var runtime: String
    /// Where the code is.
    public var code: CodeLocation
    /// Seconds that a call may take, 1 to 900.
    public var timeout: Int
    /// Memory in MB, 128 to 32768. Told to the function and reported; not enforced.
    public var memorySize: Int
    /// The function's own environment variables.
    public var environment: [String: String]
    /// What the function is for.
    public var description: String
    /// The role's ARN; shown, not assumed.
    public var role: String
    /// `x86_64` or `arm64`.
    public var architecture: String
    /// Megabytes for temporary files, 512 to 10240; nil for the service's 512. Shown, not enforced.
    public var ephemeralStorage: Int?
    /// How many calls may be in flight at once, taken out of the account's; nil for no share of its own.
    public var reservedConcurrency: Int?
    /// Calls that one process takes at once (`AWS_LAMBDA_MAX_CONCURRENCY`); 1 but on managed instances.
    public var callsPerEnvironment: Int
    /// Names under which the function can be called beside its own, as a template declares them. They stand for what is
    /// being worked on, `$LATEST`, so that a program that is built anew answers under them too.
    public var aliases: [String]
    /// What becomes of asynchronous calls.
    public var asynchronous: EventInvokeConfiguration
    /// Where events go whose every attempt failed: the ARN of a queue or a topic.
    public var deadLetterTarget: String?
    /// How it logs.
    public var logging: Logging
    /// Tags.
    public var tags: [String: String]
    /// The number of a published version; nil for `$LATEST`.
    var publishedVersion: Int?

    /// `$LATEST` or a number.
    var version: String { publishedVersion.map { String($0) } ?? "$LATEST" }

    /// A function. The defaults are those of the service.
    public init(
        name: String, handler: String, runtime: String = "provided.al2023", code: CodeLocation, timeout: Int = 3,
        memorySize: Int = 128, environment: [String: String] = [:], description: String = "", role: String = "",
        architecture: String = "x86_64", ephemeralStorage: Int? = nil, reservedConcurrency: Int? = nil,
        callsPerEnvironment: Int = 1, aliases: [String] = [],
        asynchronous: EventInvokeConfiguration = EventInvokeConfiguration(),
        deadLetterTarget: String? = nil, logging: Logging = Logging(), tags: [String: String] = [:]
    ) {
        self.name = name
        self.handler = handler
        self.runtime = runtime
        self.code = code
        self.timeout = timeout
        self.memorySize = memorySize
        self.environment = environment
        self.description = description
        self.role = role
        self.architecture = architecture
        self.ephemeralStorage = ephemeralStorage
        self.reservedConcurrency = reservedConcurrency
        self.callsPerEnvironment = callsPerEnvironment
        self.aliases = aliases
        self.asynchronous = asynchronous
        self.deadLetterTarget = deadLetterTarget
        self.logging = logging
        self.tags = tags
    }

    /// Whether the runtime is one of AWS's for Python.
    var isPython: Bool { runtime.hasPrefix("python3.") }

    /// Whether there is something here that runs functions of this runtime.
    static func runs(_ runtime: String) -> Bool {
        ["provided", "provided.al2", "provided.al2023"].contains(runtime) || runtime.hasPrefix("python3.")
    }
}

/// What becomes of asynchronous calls of a function that fail or succeed.
public struct EventInvokeConfiguration: Sendable, Equatable, Codable {
    /// Attempts after the first, 0 to 2.
    public var maximumRetryAttempts: Int
    /// Seconds after which an event is given up, 60 to 21600.
    public var maximumEventAge: Int
    /// The ARN of what is told of every success.
    public var onSuccess: String?
    /// The ARN of what is told of every event that is given up.
    public var onFailure: String?

    /// What becomes of them. The defaults are those of the service.
    public init(
        maximumRetryAttempts: Int = 2, maximumEventAge: Int = 21600, onSuccess: String? = nil, onFailure: String? = nil
    ) {
        self.maximumRetryAttempts = maximumRetryAttempts
        self.maximumEventAge = maximumEventAge
        self.onSuccess = onSuccess
        self.onFailure = onFailure
    }
}

/// Where a function's code is.
public enum CodeLocation: Sendable, Equatable, Codable {
    /// A zip archive, unpacked once for each content.
    case zip(path: String)
    /// A folder that holds what the archive would.
    case directory(path: String)
    /// The `bootstrap` itself, wherever it lies and whatever it is called: a build's product.
    case executable(path: String)

    /// The path, of whichever kind.
    public var path: String {
        switch self {
        case .zip(let path), .directory(let path), .executable(let path): path
        }
    }
}
