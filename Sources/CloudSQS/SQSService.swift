import CloudCore
import JSONValue
import Synchronization

/// Amazon SQS (API version 2012-11-05): standard and FIFO queues, kept in a ``Store``.
///
/// Speaks JSON 1.0 and the query protocol. What was acknowledged is committed; everything that waits (visibility, delay,
/// retention, deduplication, long polling) waits on the cloud's clock.
public final class SQSService: CloudService {
    /// An operation: input in, output out; nil where an operation has none.
    typealias Operation = @Sendable (SQSService, SQSInput) async throws -> JSONObject?

    /// Every operation there is.
    static let operations: [String: Operation] = [
        // Queues
        "CreateQueue": { try await $0.createQueue($1) },
        "DeleteQueue": { try await $0.deleteQueue($1) },
        "GetQueueUrl": { try $0.getQueueURL($1) },
        "ListQueues": { try $0.listQueues($1) },
        "GetQueueAttributes": { try $0.getQueueAttributes($1) },
        "SetQueueAttributes": { try await $0.setQueueAttributes($1) },
        "PurgeQueue": { try await $0.purgeQueue($1) },
        "TagQueue": { try await $0.tagQueue($1) },
        "UntagQueue": { try await $0.untagQueue($1) },
        "ListQueueTags": { try $0.listQueueTags($1) },
        "AddPermission": { try await $0.addPermission($1) },
        "RemovePermission": { try await $0.removePermission($1) },
        // Messages
        "SendMessage": { try await $0.sendMessage($1) },
        "SendMessageBatch": { try await $0.sendMessageBatch($1) },
        "ReceiveMessage": { try await $0.receiveMessage($1) },
        "DeleteMessage": { try await $0.deleteMessage($1) },
        "DeleteMessageBatch": { try await $0.deleteMessageBatch($1) },
        "ChangeMessageVisibility": { try await $0.changeMessageVisibility($1) },
        "ChangeMessageVisibilityBatch": { try await $0.changeMessageVisibilityBatch($1) },
        // Dead letters
        "ListDeadLetterSourceQueues": { try $0.listDeadLetterSourceQueues($1) },
        "StartMessageMoveTask": { try await $0.startMessageMoveTask($1) },
        "ListMessageMoveTasks": { try $0.listMessageMoveTasks($1) },
        "CancelMessageMoveTask": { try await $0.cancelMessageMoveTask($1) },
    ]

    /// The namespace of the answers in XML.
    static let namespace = "http://queue.amazonaws.com/doc/2012-11-05/"
    /// Bytes that a request may have: a batch of a mebibyte, all of it escaped, and its frame.
    static let requestLimit = 8 * 1024 * 1024

    /// By what the edge knows which requests are this service's.
    public let address: ServiceAddress

    let storage: SQSStorage
    let board = ArrivalBoard()
    let clock: CloudClock
    let identity: CloudIdentity
    let identifiers: IdentifierSource
    let baseURL: String
    let settings: SQSSettings
    let retention = Mutex<[Int64: (due: Int64, id: CloudClock.TimerID)]>([:])

    /// Opens the service on a store.
    ///
    /// - Parameter baseURL: how the queues' URLs start where a caller does not say which host it spoke to.
    /// - Throws: ``StoreError``; SQLite's errors.
    public init(
        store: Store, clock: CloudClock, identity: CloudIdentity = CloudIdentity(),
        identifiers: IdentifierSource = .random, baseURL: String = "http://localhost:4566",
        settings: SQSSettings = SQSSettings()
    ) throws {
        self.clock = clock
        self.identity = identity
        self.identifiers = identifiers
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.settings = settings
        address = ServiceAddress(
            name: "sqs", signingNames: ["sqs"], targetPrefixes: ["AmazonSQS"],
            pathPrefixes: ["/\(identity.accountID)/", "/queue/\(identity.region)/"])
        storage = try SQSStorage(store: store, identity: identity, identifiers: identifiers)
        for queue in storage.catalog.withLock({ $0.queues.keys.sorted() }) { armRetention(queue) }
        try resumeMoveTasks()
    }

    /// Ends everything that waits: long polls are answered with nothing.
    public func stop() {
        board.close()
        let timers = retention.withLock { timers in
            defer { timers = [:] }
            return timers.values.map(\.id)
        }
        for timer in timers { clock.cancel(timer) }
    }

    /// Answers a request of either protocol.
    public func respond(to request: CloudRequest, call: ServiceCall) async -> CloudResponse {
        if Self.speaksJSON(request) { return await respondInJSON(to: request, call: call) }
        var action = ""
        do {
            let parameters = try await AWSQuery.parameters(of: request, limit: Self.requestLimit)
            guard let name = parameters.text("Action"), !name.isEmpty else {
                throw ServiceError(
                    "MissingAction", "The request must contain the parameter Action.", queryCode: "MissingAction")
            }
            guard let operation = Self.operations[name] else { throw Self.unknownOperation(name) }
            action = name
            let output = try await operation(self, SQSInput(QueryMember.object(parameters), request, call))
            return AWSQuery.response(
                to: name, namespace: Self.namespace, requestID: call.requestID,
                result: output.map { output in { QueryMember.write(output, of: action, to: &$0) } })
        } catch {
            return response(to: Self.serviceError(for: error), for: request, call: call)
        }
    }

    private func respondInJSON(to request: CloudRequest, call: ServiceCall) async -> CloudResponse {
        do {
            let name = AWSJSON.operation(of: request) ?? ""
            guard let operation = Self.operations[name] else { throw Self.unknownOperation(name) }
            let members = try await AWSJSON.input(of: request, limit: Self.requestLimit)
            let output = try await operation(self, SQSInput(members, request, call))
            return AWSJSON.response(.object(output ?? [:]), version: .v1_0, requestID: call.requestID)
        } catch {
            return response(to: Self.serviceError(for: error), for: request, call: call)
        }
    }

    /// Writes an error in the protocol of its request.
    public func response(to error: ServiceError, for request: CloudRequest, call: ServiceCall) -> CloudResponse {
        guard Self.speaksJSON(request) else {
            var error = error
            if error.code == SQSErrorCode.queueDoesNotExist.rawValue {
                // The older protocol has its own wording, on which older programs match.
                error.message = "The specified queue does not exist for this wsdl version."
            }
            return AWSQuery.response(error: error, namespace: Self.namespace, requestID: call.requestID)
        }
        let namespace = SQSErrorCode(rawValue: error.code)?.namespace ?? "com.amazon.coral.service"
        return AWSJSON.response(error: error, version: .v1_0, requestID: call.requestID, namespace: namespace)
    }

    private static func speaksJSON(_ request: CloudRequest) -> Bool {
        request.headers.contains(name: "x-amz-target")
    }

    private static func unknownOperation(_ name: String) -> ServiceError {
        .sqs(.invalidAction, "The action \(name) is not valid for this endpoint.")
    }

    static func serviceError(for error: any Error) -> ServiceError {
        error as? ServiceError ?? .sqs(.internalError, UnexpectedFailure.message(for: error))
    }

    // MARK: For the operations

    var now: Int64 { clock.now.milliseconds }

    /// The URL of a queue, at the host that the caller spoke to.
    func url(of name: String, host: String?) -> String {
        (host.map { "http://" + $0 } ?? baseURL) + "/\(identity.accountID)/\(name)"
    }

    /// The queue of a request.
    ///
    /// - Throws: `QueueDoesNotExist`, `InvalidAddress`, `MissingParameter`.
    func queue(_ input: SQSInput) throws(ServiceError) -> QueueFacts {
        let url = try input.text("QueueUrl") ?? ""
        if url.isEmpty, QueueAddress.parts(inURL: input.path) == nil { throw .missingParameter("QueueUrl") }
        guard let parts = QueueAddress.parts(inURL: url.isEmpty ? input.path : url) else {
            throw .sqs(.invalidAddress, "The address \(url) is not valid for this endpoint.")
        }
        guard parts.account == identity.accountID else { throw .queueDoesNotExist }
        return try queue(named: parts.name)
    }

    func queue(named name: String) throws(ServiceError) -> QueueFacts {
        guard let queue = storage.catalog.withLock({ $0.facts(named: name) }) else { throw .queueDoesNotExist }
        return queue
    }

    /// The queue that an ARN names.
    ///
    /// - Throws: `QueueDoesNotExist`.
    func queue(arn: String) throws(ServiceError) -> QueueFacts {
        guard let queue = storage.catalog.withLock({ catalog in catalog.number(arn: arn).flatMap(catalog.facts) })
        else {
            throw .queueDoesNotExist
        }
        return queue
    }
}

/// How closely the service keeps to waits that SQS asks of its callers.
public struct SQSSettings: Sendable {
    /// For how long the name of a deleted queue cannot be used again.
    public var deletedNameWait: Duration = .seconds(60)
    /// For how long a queue cannot be purged again.
    public var purgeWait: Duration = .seconds(60)

    /// The waits of SQS.
    public init() {}
}
