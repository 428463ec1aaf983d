import CloudCore
import JSONValue

/// The environment of a function's process, put together as the service does: defaults that the function may replace,
/// the function's own variables, and the reserved ones, which win.
struct EnvironmentVariables {
    /// Keys that a function cannot set.
    static let reservedKeys: Set<String> = [
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "AWS_LAMBDA_MAX_CONCURRENCY",
    ]
    /// Bytes that a function's own variables may take.
    static let limit = 4096

    /// Keys that a process gets from its environment, not from its function.
    var identity: CloudIdentity
    var credentials: FunctionCredentials
    /// What the platform adds beneath the function's own, such as `AWS_ENDPOINT_URL`.
    var platform: [String: String]
    /// The `PATH` and `LD_LIBRARY_PATH` of the machine, behind those of the service.
    var host: [String: String]

    /// The environment of one process.
    func variables(
        of function: FunctionConfiguration, code: FunctionCode, logStream: String, runtimeAPI: String,
        temporaryDirectory: String
    ) -> [String: String] {
        let root = code.taskRoot
        var variables: [String: String] = [
            "TZ": ":UTC", "LANG": "en_US.UTF-8",
            "PATH": Self.joined("/usr/local/bin:/usr/bin:/bin:/opt/bin", host["PATH"]),
            "LD_LIBRARY_PATH": Self.joined("\(root):\(root)/lib:/opt/lib", host["LD_LIBRARY_PATH"]),
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR", "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
            "AWS_SAM_LOCAL": "true", "TMPDIR": temporaryDirectory, "HOME": temporaryDirectory,
        ]
        variables.merge(platform) { $1 }
        if function.isPython { variables["PYTHONPATH"] = root }
        // Not reserved: what a function says of its own log stands.
        if function.logging.format == .json {
            variables["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
            variables["AWS_LAMBDA_LOG_LEVEL"] = function.logging.applicationLevel ?? "INFO"
        }
        // One that is reserved and has no value here is not passed on either: a runtime that finds a concurrency asks for
        // several events at once, and one that finds a trace takes it for a call's.
        variables.merge(function.environment.filter { !Self.reservedKeys.contains($0.key) }) { $1 }
        variables.merge(reserved(function, root: root, logStream: logStream, runtimeAPI: runtimeAPI)) { $1 }
        variables[ProcessCommand.markVariable] = temporaryDirectory
        return variables.filter { Self.canBePassed($0.key, $0.value) }
    }

    /// What an extension does not get: what is the runtime's own business ("Using the Lambda Extensions API to create
    /// extensions"), and every name that begins with an underscore.
    private static let runtimeOnly: Set<String> = [
        "AWS_EXECUTION_ENV", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_XRAY_CONTEXT_MISSING",
        "AWS_XRAY_DAEMON_ADDRESS", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
    ]

    /// The environment of an external extension, made from its function's.
    static func variables(ofExtension name: String, beside function: [String: String]) -> [String: String] {
        var variables = function.filter { !$0.key.hasPrefix("_") && !runtimeOnly.contains($0.key) }
        // Each process has a mark of its own, so that what one of them leaves behind is not taken for another's.
        variables[ProcessCommand.markVariable] = function[ProcessCommand.markVariable].map { "\($0):\(name)" }
        return variables
    }

    private func reserved(
        _ function: FunctionConfiguration, root: String, logStream: String, runtimeAPI: String
    ) -> [String: String] {
        var variables: [String: String] = [
            "_HANDLER": function.handler, "AWS_DEFAULT_REGION": identity.region, "AWS_REGION": identity.region,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": String(function.memorySize),
            "AWS_LAMBDA_FUNCTION_VERSION": function.version, "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": function.logging.group ?? "/aws/lambda/" + function.name,
            "AWS_LAMBDA_LOG_STREAM_NAME": logStream, "AWS_ACCESS_KEY_ID": credentials.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": credentials.secretAccessKey, "AWS_LAMBDA_RUNTIME_API": runtimeAPI,
            "LAMBDA_TASK_ROOT": root, "LAMBDA_RUNTIME_DIR": "/var/runtime",
        ]
        // The service leaves it out for runtimes that are an operating system only.
        if !function.runtime.hasPrefix("provided") {
            variables["AWS_EXECUTION_ENV"] = "AWS_Lambda_" + function.runtime
        }
        if let token = credentials.sessionToken { variables["AWS_SESSION_TOKEN"] = token }
        if function.callsPerEnvironment > 1 {
            variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = "lambda-managed-instances"
            variables["AWS_LAMBDA_MAX_CONCURRENCY"] = String(function.callsPerEnvironment)
        }
        return variables
    }

    private static func joined(_ own: String, _ host: String?) -> String {
        guard let host, !host.isEmpty else { return own }
        return own + ":" + host
    }

    /// The system takes no zero bytes, and no `=` in a name.
    private static func canBePassed(_ key: String, _ value: String) -> Bool {
        !key.isEmpty && !key.utf8.contains(UInt8(ascii: "=")) && !key.utf8.contains(0) && !value.utf8.contains(0)
    }

    /// Refuses variables that are too long together.
    static func checkSize(_ variables: [String: String]) throws(ServiceError) {
        let count = variables.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard count > limit else { return }
        let text = JSONValue.object(
            JSONObject(variables.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        ).text()
        throw LambdaErrors.invalidParameter(
            "Lambda was unable to configure your environment variables because the environment variables you have "
                + "provided exceeded the 4KB limit. String measured: \(text)")
    }

    /// Refuses keys that only the platform sets.
    static func checkKeys(_ variables: [String: String]) throws(ServiceError) {
        let taken = variables.keys.filter(reservedKeys.contains).sorted()
        guard !taken.isEmpty else { return }
        throw LambdaErrors.invalidParameter(
            "Lambda was unable to configure your environment variables because the environment variables you have "
                + "provided contains reserved keys that are currently not supported for modification. Reserved keys "
                + "used in this request: \(taken.joined(separator: ", "))")
    }
}

/// What functions sign their AWS calls with.
public struct FunctionCredentials: Sendable, Equatable {
    /// The access key.
    public var accessKeyID: String
    /// Its secret.
    public var secretAccessKey: String
    /// The session token of temporary credentials.
    public var sessionToken: String?

    /// Credentials.
    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    /// What a local cloud that checks no signatures takes as well as anything else.
    public static let local = FunctionCredentials(
        accessKeyID: "darkroom", secretAccessKey: "darkroom", sessionToken: "darkroom")
}
