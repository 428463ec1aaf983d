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
    private let transport: HTTPTransport
    private let retryTokens: RetryTokens
    private let signingKeys = SigningKeyCache()
    private let state = Mutex(State())

    private struct State {
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

    // MARK: Calls

    /// Sends a request and collects its answer, as often as the policy allows.
    func send(
        _ request: ServiceRequest, options: CallOptions, check: (HTTPResponse) throws -> Void = { _ in }
    ) async throws -> HTTPResponse {
        try await attempt(request, options) { wire, timeout in
            let response = try await transport.collect(wire, limit: request.responseLimit, timeout: timeout)
            guard (200..<300).contains(response.head.status) else {
                throw failure(request.service, response)
            }
            try check(response)
            return response
        }
    }

    /// Sends a request and returns with the head of its answer, while the body is still to be read.
    func open(_ request: ServiceRequest, options: CallOptions) async throws -> (HTTPHead, StreamedBody) {
        try await attempt(request, options) { wire, timeout in
            let (head, body) = try await transport.stream(wire, timeout: timeout)
            guard (200..<300).contains(head.status) else {
                let response = HTTPResponse(head: head, body: try await body.collect(limit: 1 << 20))
                throw failure(request.service, response)
            }
            return (head, body)
        }
    }

    private func failure(_ service: AWSService, _ response: HTTPResponse) -> AWSError {
        let error = AWSError(service: service, response: response)
        if error.isClockSkew, let text = response.head.headers["date"], let date = SigningDate(httpDate: text) {
            let skew = Int64(date.secondsSinceEpoch) - dependencies.now() / 1000
            // Within the services' own tolerance, the clock is not what is wrong.
            if abs(skew) > 240 { state.withLock { $0.clockSkew = skew } }
        }
        return error
    }

    private func attempt<Answer>(
        _ request: ServiceRequest, _ options: CallOptions,
        _ body: (HTTPRequest, Duration?) async throws -> Answer
    ) async throws -> Answer {
        var retries = Retries(
            policy: retryPolicy, maximumAttempts: options.maximumAttempts,
            isIdempotent: options.isIdempotent ?? request.isIdempotent, isReplayable: request.isReplayable)
        let deadline = deadline(of: options)
        while true {
            let skew = state.withLock { $0.clockSkew }
            do {
                let timeout = try timeout(before: deadline)
                let answer = try await withWire(request, retries.isIdempotent) { try await body($0, timeout) }
                retryTokens.giveBack(max(1, retries.tokensTaken))
                return answer
            } catch {
                let isSkewCorrected = state.withLock { $0.clockSkew } != skew
                guard let cost = retries.cost(ofRetryAfter: error, isSkewCorrected: isSkewCorrected),
                    retryTokens.take(cost)
                else { throw error }
                retries.tokensTaken = cost
                let delay = retries.delay(after: error, random: dependencies.random())
                guard fits(delay, before: deadline) else { throw error }
                try await sleep(delay)
            }
        }
    }

    private func deadline(of options: CallOptions) -> Deadline? {
        [options.deadline, deadline].compactMap { $0 }.min()
    }

    private func fits(_ delay: Duration, before deadline: Deadline?) -> Bool {
        guard let deadline else { return true }
        return Int64(delay.milliseconds) < deadline.millisecondsSinceEpoch - dependencies.now()
    }

    private func sleep(_ delay: Duration) async throws {
        do { try await dependencies.sleep(delay) } catch {
            throw TransportError(
                kind: .cancelled, message: "cancelled between two attempts", mayHaveBeenExecuted: true)
        }
    }

    /// Waits between two calls that belong together, unless the deadline comes first.
    func pause(_ delay: Duration, options: CallOptions) async throws {
        guard fits(delay, before: deadline(of: options)) else {
            throw TransportError(
                kind: .timeout, message: "the deadline passes before the next call", mayHaveBeenExecuted: true)
        }
        try await sleep(delay)
    }

    /// What is left of the time for one attempt.
    private func timeout(before deadline: Deadline?) throws -> Duration? {
        guard let deadline else { return transport.options.totalTimeout }
        let left = deadline.millisecondsSinceEpoch - dependencies.now()
        guard left > 0 else {
            throw TransportError(
                kind: .timeout, message: "the deadline passed before the request was sent", mayHaveBeenExecuted: false)
        }
        let rest = Duration.milliseconds(left)
        return transport.options.totalTimeout.map { min($0, rest) } ?? rest
    }

    /// Signs a request, and produces its streamed body while `body` runs.
    private func withWire<Answer>(
        _ request: ServiceRequest, _ isIdempotent: Bool, _ body: (HTTPRequest) async throws -> Answer
    ) async throws -> Answer {
        let signed = sign(request, isRepeatable: isIdempotent)
        guard case .stream(let upload) = request.body, let signer = signed.signer,
            case .upload(let queue) = signed.request.body
        else { return try await body(signed.request) }
        let producer = Task { await ChunkedUpload.pump(upload, signer: signer, into: queue) }
        defer { producer.cancel() }
        return try await body(signed.request)
    }

    /// Addresses and signs a request.
    func sign(_ request: ServiceRequest, isRepeatable: Bool) -> (request: HTTPRequest, signer: ChunkSigner?) {
        let date = signingDate
        let credentials = configuration.credentials
        let payload: PayloadHash
        let body: WireBody
        var headers: [(name: String, value: String)] = [("Host", request.endpoint.authority)]
        headers += request.headers
        switch request.body {
        case .bytes(let bytes):
            payload = bytes.isEmpty ? .empty : .of(bytes)
            body = bytes.isEmpty ? .none : .bytes(bytes)
        case .stream(let upload):
            payload = .signedChunks(trailer: true)
            body = .upload(UploadQueue(length: ChunkedUpload.encodedLength(of: upload.length)))
            headers += [
                ("Content-Encoding", "aws-chunked"), ("X-Amz-Decoded-Content-Length", String(upload.length)),
                ("X-Amz-Trailer", "x-amz-checksum-crc32"),
            ]
        }
        let path = request.endpoint.basePath + request.path
        let signed = SignatureV4.sign(
            SignableRequest(method: request.method, path: path, query: request.query, headers: headers),
            payload: payload, credentials: credentials, region: configuration.region,
            service: request.service.signingName, date: date, keys: signingKeys)
        headers += signed.headers
        headers.append(("User-Agent", "aws-client-swift/1.0"))
        var signer: ChunkSigner?
        if payload.isChunked {
            let scope = CredentialScope(
                date: date, region: configuration.region, service: request.service.signingName)
            let key = signingKeys.key(secretAccessKey: credentials.secretAccessKey, scope: scope)
            signer = ChunkSigner(seed: signed.signature, key: key, date: date)
        }
        let wire = HTTPRequest(
            method: request.method, endpoint: request.endpoint, path: path, query: request.query, headers: headers,
            body: body, isRepeatable: isRepeatable)
        return (wire, signer)
    }

    /// Signs a request in its query and returns the whole address.
    func presign(_ request: ServiceRequest, lifetime: Duration) -> String {
        let path = request.endpoint.basePath + request.path
        let headers = [(name: "Host", value: request.endpoint.authority)] + request.headers
        let query = SignatureV4.presign(
            SignableRequest(method: request.method, path: path, query: request.query, headers: headers),
            lifetime: Int(lifetime.components.seconds), credentials: configuration.credentials,
            region: configuration.region, service: request.service.signingName, date: signingDate, keys: signingKeys)
        return "\(request.endpoint.isSecure ? "https" : "http")://\(request.endpoint.authority)\(path)?\(query)"
    }
}
