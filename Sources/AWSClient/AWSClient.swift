import AWSSigning
import JSONValue
import Synchronization

/// Calls AWS, or a cloud that speaks as AWS does: signs, sends, tries again what may be tried again, and reads errors.
///
/// Make one at the cold start and keep it: it owns the connections and the one thread that serves them, and may be used
/// from any number of tasks at once. ``S3Client``, ``DynamoDBClient`` and ``LambdaClient`` are thin views of it; for
/// other services there is ``json(_:operation:body:idempotent:options:)``.
///
/// Calls throw ``AWSError`` when the service refuses, and ``TransportError`` when no whole answer comes.
public final class AWSClient: Sendable {
    /// Where AWS is and who asks.
    public let configuration: AWSConfiguration
    /// How calls are tried again.
    public let retryPolicy: RetryPolicy
    let dependencies: ClientDependencies
    let transport: HTTPTransport
    let retryTokens: RetryTokens
    let signingKeys = SigningKeyCache()
    let state = Mutex(State())

    struct State {
        var deadline: Deadline?
        /// Seconds by which the services' clocks are ahead of this one.
        var clockSkew: Int64 = 0
    }

    /// A client.
    ///
    /// - Parameters:
    ///   - configuration: usually read from the environment.
    ///   - transport: timeouts and bounds.
    ///   - retryPolicy: how calls are tried again.
    ///   - dependencies: the time and chance that it works with.
    public init(
        configuration: AWSConfiguration, transport: TransportOptions = TransportOptions(),
        retryPolicy: RetryPolicy = .standard, dependencies: ClientDependencies = ClientDependencies()
    ) {
        self.configuration = configuration
        self.retryPolicy = retryPolicy
        self.dependencies = dependencies
        self.transport = HTTPTransport(options: transport, certificateBundle: configuration.certificateBundle)
        retryTokens = RetryTokens(capacity: retryPolicy.tokenCapacity)
    }

    /// By when every call must have its answer, until another is set: a function sets it at each invocation.
    public var deadline: Deadline? {
        get { state.withLock { $0.deadline } }
        set { state.withLock { $0.deadline = newValue } }
    }

    /// Now, as far as the services are concerned.
    var signingDate: SigningDate {
        let skew = state.withLock { $0.clockSkew }
        return SigningDate(secondsSinceEpoch: Int(dependencies.now() / 1000 + skew))
    }

    // MARK: Services of the JSON protocols

    /// Calls an operation of a service that speaks JSON 1.0 or 1.1, such as SQS, Rekognition or CloudWatch.
    ///
    /// - Parameters:
    ///   - operation: its name in the service's model: `DetectLabels`.
    ///   - idempotent: whether it may be carried out twice without harm.
    /// - Returns: the answer; an empty object where the service answers with nothing.
    /// - Throws: ``AWSError``, ``TransportError``.
    public func json(
        _ service: AWSService, operation: String, body: JSONValue, idempotent: Bool, options: CallOptions = .none
    ) async throws -> JSONValue {
        let target = service.targetPrefix.map { "\($0).\(operation)" } ?? operation
        let request = ServiceRequest(
            service: service, method: "POST", endpoint: configuration.endpoint(for: service), path: "/",
            headers: [("Content-Type", "application/x-amz-json-\(service.jsonVersion)"), ("X-Amz-Target", target)],
            body: .bytes(body.encoded()), isIdempotent: idempotent)
        let response = try await send(request, options: options)
        guard !response.body.isEmpty else { return [:] }
        do { return try JSONValue(parsing: response.body) } catch {
            throw TransportError(
                kind: .incompleteAnswer, message: "\(service.name) \(operation): the answer is not JSON: \(error)",
                mayHaveBeenExecuted: true)
        }
    }
}
