import CloudCore
import GRDB
import JSONValue
import Synchronization

/// Amazon CloudWatch Logs (API version 2014-03-28): groups, streams and events, kept in a ``Store``.
///
/// Speaks JSON 1.1. What was acknowledged is committed; what functions print comes in through ``intake``. Events expire by
/// the cloud's clock.
public final class LogsService: CloudService {
    /// An operation: input in, output out; nil where an operation has none.
    typealias Operation = @Sendable (LogsService, LogsInput) async throws -> JSONObject?

    /// Every operation there is, but for ``streamingOperation``.
    static let operations: [String: Operation] = [
        // Groups
        "CreateLogGroup": { try await $0.createLogGroup($1) },
        "DeleteLogGroup": { try await $0.deleteLogGroup($1) },
        "DescribeLogGroups": { try $0.describeLogGroups($1) },
        "PutLogGroupDeletionProtection": { try await $0.putLogGroupDeletionProtection($1) },
        "PutRetentionPolicy": { try await $0.putRetentionPolicy($1) },
        "DeleteRetentionPolicy": { try await $0.deleteRetentionPolicy($1) },
        "TagResource": { try await $0.tagResource($1) },
        "UntagResource": { try await $0.untagResource($1) },
        "ListTagsForResource": { try $0.listTagsForResource($1) },
        "TagLogGroup": { try await $0.tagLogGroup($1) },
        "UntagLogGroup": { try await $0.untagLogGroup($1) },
        "ListTagsLogGroup": { try $0.listTagsLogGroup($1) },
        // Streams
        "CreateLogStream": { try await $0.createLogStream($1) },
        "DeleteLogStream": { try await $0.deleteLogStream($1) },
        "DescribeLogStreams": { try $0.describeLogStreams($1) },
        // Events
        "PutLogEvents": { try await $0.putLogEvents($1) },
        "GetLogEvents": { try $0.getLogEvents($1) },
        "FilterLogEvents": { try $0.filterLogEvents($1) },
        "TestMetricFilter": { try $0.testMetricFilter($1) },
    ]
    /// The operation whose answer does not end by itself.
    static let streamingOperation = "StartLiveTail"

    /// Bytes that a request may have: a put of a mebibyte, all of it escaped, and its frame.
    static let requestLimit = 8 * 1024 * 1024

    /// By what the edge knows which requests are this service's.
    public let address = ServiceAddress(name: "logs", signingNames: ["logs"], targetPrefixes: ["Logs_20140328"])

    /// Where lines that functions print come in.
    public let intake: LogIntake

    let database: StoreDatabase
    let clock: CloudClock
    let identity: CloudIdentity
    let identifiers: IdentifierSource
    let retention: RetentionSchedule
    let liveTails: LiveTailBoard

    /// Opens the service on a store.
    ///
    /// - Parameters:
    ///   - functionLogLimit: bytes of events that are kept in each group that a function made; the oldest make room for
    ///     new ones. Nil for no limit. Groups that were created by a call keep everything, as their retention says.
    ///   - report: takes sentences for the cloud's user, such as that lines could not be stored.
    /// - Throws: ``StoreError``; SQLite's errors.
    public init(
        store: Store, clock: CloudClock, identity: CloudIdentity = CloudIdentity(),
        identifiers: IdentifierSource = .random, functionLogLimit: Int? = LogsService.defaultFunctionLogLimit,
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        database = try store.database("logs", migrator: LogsSchema.migrator)
        self.clock = clock
        self.identity = identity
        self.identifiers = identifiers
        liveTails = LiveTailBoard()
        retention = RetentionSchedule(database: database, clock: clock)
        intake = LogIntake(
            database: database, clock: clock, retention: retention, liveTails: liveTails,
            groupLimit: functionLogLimit.map { Int64($0) }, report: report)
        try retention.start()
        startPurging()
    }

    /// What is kept of each function's log unless something else is said: 128 MiB.
    public static let defaultFunctionLogLimit = 128 * 1024 * 1024

    /// Stores what has come in, and ends everything that waits.
    public func stop() async {
        liveTails.close()
        await intake.stop()
        retention.stop()
    }

    /// Answers a request of the JSON 1.1 protocol.
    public func respond(to request: CloudRequest, call: ServiceCall) async -> CloudResponse {
        do {
            let name = AWSJSON.operation(of: request) ?? ""
            // Whoever asks after a function has printed sees what it printed.
            await intake.flush()
            guard let operation = Self.operations[name] else {
                guard name == Self.streamingOperation else { throw ServiceError.logs(.unknownOperation, "") }
                let members = try await AWSJSON.input(of: request, limit: Self.requestLimit)
                return try startLiveTail(LogsInput(members, call))
            }
            let members = try await AWSJSON.input(of: request, limit: Self.requestLimit)
            let output = try await operation(self, LogsInput(members, call))
            return AWSJSON.response(
                bytes: output.map { JSONValue.object($0).encoded() } ?? [], status: 200, version: .v1_1,
                requestID: call.requestID)
        } catch {
            let error =
                error as? ServiceError ?? .logs(.serviceUnavailable, UnexpectedFailure.message(for: error))
            return response(to: error, for: request, call: call)
        }
    }

    // MARK: For the operations

    var now: Int64 { clock.now.milliseconds }

    /// A group.
    ///
    /// - Throws: ``ServiceError`` where there is none of this name; SQLite's errors.
    static func group(_ name: String, _ database: Database) throws -> LogGroup {
        guard let group = try LogsStorage.group(name, database) else { throw ServiceError.groupDoesNotExist }
        return group
    }

    /// A stream of a group.
    ///
    /// - Throws: ``ServiceError`` where there is none of this name; SQLite's errors.
    static func stream(_ name: String, in group: LogGroup, _ database: Database) throws -> LogStream {
        guard let stream = try LogsStorage.stream(name, in: group.number, database) else {
            throw ServiceError.streamDoesNotExist
        }
        return stream
    }

    /// Removes what deleted groups and streams have left, piece by piece, while others write.
    func startPurging() {
        Task { [database] in
            // What cannot be removed now is removed after the next deletion or start.
            while (try? await database.write { try LogsStorage.purge($0) }) == true {}
        }
    }
}
