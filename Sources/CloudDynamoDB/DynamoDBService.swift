import CloudCore
import JSONValue
import Synchronization

/// Amazon DynamoDB (API version 2012-08-10): tables, items, indexes, expressions, transactions, time to
/// live, backups.
///
/// Speaks JSON 1.0. Items, index entries and sizes live in one SQLite database; what was acknowledged is committed. The
/// items of backups are in files beside it.
public final class DynamoDBService: CloudService {
    /// An operation: input in, the answer's JSON out.
    typealias Operation = @Sendable (DynamoDBService, RequestInput) async throws -> [UInt8]

    /// Every operation that is served. Others are unknown.
    static let operations: [String: Operation] = [
        // Tables
        "CreateTable": { try await $0.createTable($1) },
        "DescribeTable": { try $0.describeTable($1) },
        "ListTables": { try $0.listTables($1) },
        "UpdateTable": { try await $0.updateTable($1) },
        "DeleteTable": { try await $0.deleteTable($1) },
        "UpdateTimeToLive": { try await $0.updateTimeToLive($1) },
        "DescribeTimeToLive": { try $0.describeTimeToLive($1) },
        "TagResource": { try await $0.tagResource($1) },
        "UntagResource": { try await $0.untagResource($1) },
        "ListTagsOfResource": { try $0.listTagsOfResource($1) },
        // Backups
        "CreateBackup": { try await $0.createBackup($1) },
        "DescribeBackup": { try $0.describeBackup($1) },
        "ListBackups": { try $0.listBackups($1) },
        "DeleteBackup": { try await $0.deleteBackup($1) },
        "RestoreTableFromBackup": { try await $0.restoreTableFromBackup($1) },
        "DescribeContinuousBackups": { try $0.describeContinuousBackups($1) },
        "UpdateContinuousBackups": { try $0.updateContinuousBackups($1) },
        "RestoreTableToPointInTime": { try $0.restoreTableToPointInTime($1) },
        // Items
        "GetItem": { try $0.getItem($1) },
        "PutItem": { try await $0.putItem($1) },
        "UpdateItem": { try await $0.updateItem($1) },
        "DeleteItem": { try await $0.deleteItem($1) },
        "Query": { try $0.query($1) },
        "Scan": { try $0.scan($1) },
        "BatchGetItem": { try $0.batchGetItem($1) },
        "BatchWriteItem": { try await $0.batchWriteItem($1) },
        "TransactGetItems": { try $0.transactGetItems($1) },
        "TransactWriteItems": { try await $0.transactWriteItems($1) },
        // The account
        "DescribeLimits": { service, _ in service.describeLimits() },
        "DescribeEndpoints": { service, _ in service.describeEndpoints() },
    ]

    /// Bytes that a request may have.
    static let requestLimit = 16 * 1024 * 1024 + 1024 * 1024

    /// By what the edge knows which requests are this service's.
    public let address = ServiceAddress(
        name: "dynamodb", signingNames: ["dynamodb"], targetPrefixes: ["DynamoDB_20120810"])

    let database: StoreDatabase
    let catalog: TableCatalog
    let expressions = ExpressionCache()
    let clock: CloudClock
    let identity: CloudIdentity
    let identifiers: IdentifierSource
    let expiry: ExpirySchedule
    let copying: BackupCopying
    let activity = BackupActivity()
    /// Takes in the changes of tables whose stream is on.
    let changeLog: (any ItemChangeLog)?

    /// Opens the service on a store.
    ///
    /// - Throws: `StoreError`; SQLite's errors.
    public convenience init(
        store: Store, clock: CloudClock, identity: CloudIdentity, identifiers: IdentifierSource
    ) throws {
        try self.init(store: store, clock: clock, identity: identity, identifiers: identifiers, changeLog: nil)
    }

    init(
        store: Store, clock: CloudClock, identity: CloudIdentity, identifiers: IdentifierSource,
        changeLog: (any ItemChangeLog)?
    ) throws {
        let database = try store.database("dynamodb", migrator: DynamoDBSchema.migrator)
        try Self.abandonUnfinished(database)
        let folder = BackupFolder(path: try store.folder("dynamodb/backups"), durability: store.durability)
        folder.removeAll(except: Set(try database.read { try BackupShelf.all(ofTable: nil, $0) }.map(\.identifier)))
        copying = BackupCopying(database: database, folder: folder)
        self.database = database
        catalog = try database.read { try TableCatalog($0) }
        self.clock = clock
        self.identity = identity
        self.identifiers = identifiers
        self.changeLog = changeLog
        expiry = ExpirySchedule(database: database, catalog: catalog, clock: clock, changeLog: changeLog)
        try expiry.start()
        resumeFillings()
    }

    /// Answers a request of the JSON 1.0 protocol.
    public func respond(to request: CloudRequest, call: ServiceCall) async -> CloudResponse {
        do {
            guard let name = AWSJSON.operation(of: request), let operation = Self.operations[name] else {
                throw DynamoDBErrors.unknownOperation
            }
            let input = try await AWSJSON.input(of: request, limit: Self.requestLimit)
            let output = try await operation(self, RequestInput(input))
            return AWSJSON.response(
                bytes: output, status: 200, version: .v1_0, requestID: call.requestID, checksum: true)
        } catch let error as ServiceError {
            return response(to: error, for: request, call: call)
        } catch {
            var failure = DynamoDBErrors.internalFailure
            failure.message = UnexpectedFailure.message(for: error)
            return response(to: failure, for: request, call: call)
        }
    }

    /// Writes an error with its namespace and the checksum that every answer has.
    public func response(to error: ServiceError, for request: CloudRequest, call: ServiceCall) -> CloudResponse {
        AWSJSON.response(
            error: error, version: .v1_0, requestID: call.requestID,
            namespace: DynamoDBErrors.namespace(of: error.code), checksum: true)
    }
}
