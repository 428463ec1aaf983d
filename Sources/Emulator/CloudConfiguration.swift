import CloudCore
import CloudLambda
import CloudLogs
import Template

/// What a local cloud is to be: where it listens, where it keeps its data, what it runs.
public struct CloudConfiguration: Sendable {
    /// Where the data goes.
    public enum Data: Sendable, Equatable {
        /// A directory that lasts.
        case directory(String)
        /// A directory that is removed when the cloud ends.
        case ephemeral
    }

    /// The template's path; nil for a cloud without functions.
    public var template: String?
    /// Values for the template's parameters.
    public var parameters: [String: String] = [:]
    /// The program that runs the functions of `provided` runtimes; nil for what the template names.
    public var bootstrap: String?
    /// A program that is not started as a process; it runs those functions then.
    package var hostedProgram: HostedProgram?
    /// The address that all listeners bind to.
    public var host = "127.0.0.1"
    /// The port of the AWS services; 0 lets the system choose.
    public var edgePort = 4566
    /// The port of the gateway; 0 lets the system choose.
    public var gatewayPort = 3000
    /// The certificate for a listener of the gateway that speaks TLS; nil for none.
    public var certificate: ServerCertificate?
    /// The port of that listener; 0 lets the system choose.
    public var tlsPort = 3443
    /// Where the data goes.
    public var data = Data.directory(".darkroom")
    /// What acknowledged writes survive.
    public var durability = Durability.process
    /// Bytes of events that are kept in each log group that a function made; nil for no limit.
    public var functionLogLimit: Int? = LogsService.defaultFunctionLogLimit
    /// How fast functions' streamed responses pass to their callers; nil for as fast as they come.
    public var streamRate: StreamRate?
    /// Whether requests must be signed with ``credentials``.
    public var verifiesSignatures = false
    /// The credentials that functions get, and that callers must have where signatures are verified.
    public var credentials = (accessKeyID: "test", secretAccessKey: "test")
    /// The folder of the models that recognise pictures; nil for `.models` beside the template.
    public var models: String?
    /// A file of fixed answers for pictures, so that they do not depend on models; nil for none.
    public var recognitionRules: String?
    /// The account and the region.
    public var identity = CloudIdentity()
    /// The clock that everything runs by.
    public var clock = CloudClock()
    /// Where identifiers come from.
    public var identifiers = IdentifierSource.random
    /// Is told of every call of a function once it is over.
    public var observer: (any InvocationObserver)?

    /// The defaults.
    public init() {}
}

/// Why a local cloud does not start; each case says what to do.
public enum CloudStartError: Error, Sendable, CustomStringConvertible {
    /// The template cannot be deployed.
    case template(path: String, [TemplateDiagnostic])
    /// A function's code is not there.
    case missingCode(function: String, path: String, advice: String)

    /// The sentences.
    public var description: String {
        switch self {
        case .template(let path, let diagnostics):
            diagnostics.map { "\(path):\($0.line): \($0.path.isEmpty ? "" : "\($0.path): ")\($0.message)" }
                .joined(separator: "\n")
        case .missingCode(let function, let path, let advice):
            "The function \(function) has no code at \(path). \(advice)"
        }
    }
}
