import CloudCore
import Digests
import NIOHTTP1
import Synchronization

/// Amazon S3: buckets and objects over the REST API, kept in a ``Store``.
///
/// Source of shapes, limits and errors: the service's model and the Amazon S3 API Reference.
public final class S3Service: CloudService {
    /// The namespace of S3's documents.
    static let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
    /// Host names below which buckets have names of their own, the longest suffix first. Amazon's names are always known.
    public static let defaultEndpointHosts = ["s3.localhost", "localhost"]

    /// By what the edge knows requests of S3.
    public let address = ServiceAddress(name: "s3", signingNames: ["s3"])

    let storage: S3Storage
    let clock: CloudClock
    let identity: CloudIdentity
    let identifiers: IdentifierSource
    let endpointHosts: [String]
    /// `x-amz-id-2`: names the host that answered.
    let hostID: String
    private let delivery = Mutex<NotificationDelivery?>(nil)

    /// Opens the service's part of a store.
    ///
    /// - Parameter endpointHosts: host names, lower-case, below which `<bucket>.<host>` is a bucket; the longest first.
    /// - Throws: ``StoreError``; SQLite's and the file system's errors.
    public init(
        store: Store, clock: CloudClock, identity: CloudIdentity = CloudIdentity(),
        identifiers: IdentifierSource = .random, endpointHosts: [String] = S3Service.defaultEndpointHosts
    ) throws {
        self.clock = clock
        self.identity = identity
        self.identifiers = identifiers
        self.endpointHosts = endpointHosts
        hostID = Base64.encode(identifiers.bytes(48))
        storage = try S3Storage(store: store, session: Hex.encode(randomBytes(8)))
        // Off the path of the start: it only gives back space that nothing shows.
        Task.detached(priority: .background) { [storage] in try? storage.sweep() }
    }

    /// Answers a request.
    public func respond(to http: CloudRequest, call: ServiceCall) async -> CloudResponse {
        var response: CloudResponse
        do {
            let request = try S3Request(http, call: call, endpointHosts: endpointHosts)
            do {
                response = try await perform(request)
            } catch {
                response = errorResponse(S3Storage.serviceError(for: error), to: http, call: call)
            }
            addCORSHeaders(to: &response, for: request)
        } catch {
            response = errorResponse(error, to: http, call: call)
        }
        return stamped(response, call)
    }

    /// Writes an error that the edge found as an `Error` document.
    public func response(to error: ServiceError, for request: CloudRequest, call: ServiceCall) -> CloudResponse {
        stamped(errorResponse(error, to: request, call: call), call)
    }

    /// Adds what every answer of S3 carries.
    private func stamped(_ response: CloudResponse, _ call: ServiceCall) -> CloudResponse {
        var response = response
        response.headers.replaceOrAdd(name: "x-amz-request-id", value: call.requestID)
        response.headers.replaceOrAdd(name: "x-amz-id-2", value: hostID)
        response.headers.replaceOrAdd(name: "Server", value: "AmazonS3")
        return response
    }

    /// The operations. What is not among them is answered with `NotImplemented`.
    private func perform(_ request: S3Request) async throws -> CloudResponse {
        switch request.operation {
        case .listBuckets: return try listBuckets(request)
        case .createBucket: return try await createBucket(request)
        case .headBucket: return try headBucket(request)
        case .deleteBucket: return try await deleteBucket(request)
        case .getBucketLocation: return try getBucketLocation(request)
        case .getBucketVersioning: return try getBucketVersioning(request)
        case .getBucketAcl: return try getBucketAcl(request)

        case .putObject: return try await putObject(request)
        case .getObject: return try getObject(request)
        case .headObject: return try headObject(request)
        case .getObjectAttributes: return try getObjectAttributes(request)
        case .getObjectAcl: return try getObjectAcl(request)
        case .deleteObject: return try await deleteObject(request)
        case .deleteObjects: return try await deleteObjects(request)
        case .copyObject: return try await copyObject(request)
        case .listObjects: return try listObjects(request)
        case .listObjectsV2: return try listObjectsV2(request)
        case .listObjectVersions: return try listObjectVersions(request)

        case .createMultipartUpload: return try await createMultipartUpload(request)
        case .uploadPart: return try await uploadPart(request)
        case .uploadPartCopy: return try await uploadPartCopy(request)
        case .completeMultipartUpload: return try await completeMultipartUpload(request)
        case .abortMultipartUpload: return try await abortMultipartUpload(request)
        case .listMultipartUploads: return try listMultipartUploads(request)
        case .listParts: return try listParts(request)

        case .getObjectTagging: return try getObjectTagging(request)
        case .putObjectTagging: return try await putObjectTagging(request)
        case .deleteObjectTagging: return try await deleteObjectTagging(request)

        case .preflightObject: return try preflight(request)

        case let operation:
            guard let (configuration, action) = BucketConfiguration.action(for: operation) else {
                throw ServiceError.s3(
                    .notImplemented, "\(operation.rawValue) is not implemented by this local S3.",
                    ["Operation": .string(operation.rawValue)])
            }
            switch action {
            case .get: return try getConfiguration(configuration, request)
            case .put: return try await putConfiguration(configuration, request)
            case .delete: return try await deleteConfiguration(configuration, request)
            }
        }
    }

    // MARK: Beside the API

    /// Makes a bucket if there is none of this name, as a template declares it.
    ///
    /// - Throws: ``ServiceError`` `InvalidBucketName`; the store's errors.
    public func createBucketIfMissing(_ name: String) async throws {
        guard BucketName.isValid(name) else {
            throw ServiceError.s3(.invalidBucketName, members: ["BucketName": .string(name)])
        }
        guard storage.catalog[name] == nil else { return }
        _ = try await storage.createBucket(name: name, region: identity.region, created: clock.now)
    }

    /// The names of all buckets, in order.
    public var bucketNames: [String] { storage.catalog.all.map(\.name) }

    /// Ends the delivery of notifications; those that are left wait in the outbox.
    public func stop() { exchangeDelivery(for: nil)?.outbox.end() }

    var currentDelivery: NotificationDelivery? { delivery.withLock { $0 } }

    /// Puts another delivery in the place of the one that is there, which is answered.
    func exchangeDelivery(for new: NotificationDelivery?) -> NotificationDelivery? {
        delivery.withLock { delivery in
            defer { delivery = new }
            return delivery
        }
    }

    // MARK: For the operations

    /// The bucket of a request.
    ///
    /// - Throws: `NoSuchBucket`, `InvalidBucketName`, `AccessDenied` where the caller expects another owner.
    func bucket(_ request: S3Request) throws(ServiceError) -> Bucket {
        let bucket = try bucket(named: request.bucketName)
        if let owner = request.header("x-amz-expected-bucket-owner"), owner != identity.accountID {
            throw .s3(.accessDenied)
        }
        return bucket
    }

    /// A bucket.
    ///
    /// - Throws: `NoSuchBucket`, `InvalidBucketName`.
    func bucket(named name: String) throws(ServiceError) -> Bucket {
        if let bucket = storage.catalog[name] { return bucket }
        guard BucketName.isValid(name) else { throw .s3(.invalidBucketName, members: ["BucketName": .string(name)]) }
        throw .noSuchBucket(name)
    }

    /// The canonical identifier of the account that owns everything.
    var ownerID: String { Hex.encode(Digest.of(identity.accountID.utf8, .sha256)) }

    func writeOwner(_ element: String = "Owner", to writer: inout XMLWriter) {
        writer.element(element) { writer in
            writer.element("ID", ownerID)
            writer.element("DisplayName", identity.accountID)
        }
    }
}
