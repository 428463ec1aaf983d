import CloudCore
import JSONValue

/// A configuration of a bucket that is put, got and removed as a whole, and given back as it was put.
struct BucketConfiguration: Sendable {
    enum Action: Sendable {
        case get, put, delete
    }

    /// What is answered where nothing was put.
    enum Fallback: Sendable {
        case error(S3ErrorCode)
        /// An empty document with the root element.
        case empty
        /// A document of elements inside elements, one in each: what buckets have from the beginning.
        case path([String], String)
    }

    /// The marker of requests, and the name under which it is kept.
    var kind: String
    /// The root element; nil where the document is JSON.
    var root: String?
    var get: S3Operation
    var put: S3Operation
    var delete: S3Operation?
    var fallback: Fallback
    /// The status of a successful put.
    var putStatus = 200

    /// Every configuration that is kept.
    static let table: [BucketConfiguration] = [
        BucketConfiguration(
            kind: "cors", root: "CORSConfiguration", get: .getBucketCors, put: .putBucketCors,
            delete: .deleteBucketCors, fallback: .error(.noSuchCORSConfiguration)),
        BucketConfiguration(
            kind: "notification", root: "NotificationConfiguration", get: .getBucketNotificationConfiguration,
            put: .putBucketNotificationConfiguration, fallback: .empty),
        BucketConfiguration(
            kind: "tagging", root: "Tagging", get: .getBucketTagging, put: .putBucketTagging,
            delete: .deleteBucketTagging, fallback: .error(.noSuchTagSet), putStatus: 204),
        BucketConfiguration(
            kind: "lifecycle", root: "LifecycleConfiguration", get: .getBucketLifecycleConfiguration,
            put: .putBucketLifecycleConfiguration, delete: .deleteBucketLifecycle,
            fallback: .error(.noSuchLifecycleConfiguration)),
        BucketConfiguration(
            kind: "policy", root: nil, get: .getBucketPolicy, put: .putBucketPolicy, delete: .deleteBucketPolicy,
            fallback: .error(.noSuchBucketPolicy), putStatus: 204),
        BucketConfiguration(
            kind: "website", root: "WebsiteConfiguration", get: .getBucketWebsite, put: .putBucketWebsite,
            delete: .deleteBucketWebsite, fallback: .error(.noSuchWebsiteConfiguration)),
        BucketConfiguration(
            kind: "publicAccessBlock", root: "PublicAccessBlockConfiguration", get: .getPublicAccessBlock,
            put: .putPublicAccessBlock, delete: .deletePublicAccessBlock,
            fallback: .error(.noSuchPublicAccessBlockConfiguration)),
        BucketConfiguration(
            kind: "ownershipControls", root: "OwnershipControls", get: .getBucketOwnershipControls,
            put: .putBucketOwnershipControls, delete: .deleteBucketOwnershipControls,
            fallback: .path(["Rule", "ObjectOwnership"], "BucketOwnerEnforced")),
        BucketConfiguration(
            kind: "encryption", root: "ServerSideEncryptionConfiguration", get: .getBucketEncryption,
            put: .putBucketEncryption, delete: .deleteBucketEncryption,
            fallback: .path(["Rule", "ApplyServerSideEncryptionByDefault", "SSEAlgorithm"], "AES256")),
        BucketConfiguration(
            kind: "requestPayment", root: "RequestPaymentConfiguration", get: .getBucketRequestPayment,
            put: .putBucketRequestPayment, fallback: .path(["Payer"], "BucketOwner")),
        BucketConfiguration(
            kind: "accelerate", root: "AccelerateConfiguration", get: .getBucketAccelerateConfiguration,
            put: .putBucketAccelerateConfiguration, fallback: .empty),
        BucketConfiguration(
            kind: "logging", root: "BucketLoggingStatus", get: .getBucketLogging, put: .putBucketLogging,
            fallback: .empty),
    ]

    private static let actions: [S3Operation: (BucketConfiguration, Action)] = {
        var actions: [S3Operation: (BucketConfiguration, Action)] = [:]
        for configuration in table {
            actions[configuration.get] = (configuration, .get)
            actions[configuration.put] = (configuration, .put)
            if let delete = configuration.delete { actions[delete] = (configuration, .delete) }
        }
        return actions
    }()

    /// What an operation does, and to which configuration; nil where it is about something else.
    static func action(for operation: S3Operation) -> (BucketConfiguration, Action)? { actions[operation] }

    /// Looks whether a document is one of this configuration.
    ///
    /// - Throws: `MalformedXML`, `MalformedPolicy`; what the parts that are read have to say.
    func validate(_ document: [UInt8]) throws(ServiceError) {
        guard let root else {
            guard case .object? = try? JSONValue(parsing: document) else { throw .s3(.malformedPolicy) }
            return
        }
        guard let element = try? XMLReader.parse(document), element.name == root else { throw .s3(.malformedXML) }
        switch kind {
        case "tagging": _ = try TagSet(document: element, limit: TagSet.bucketLimit)
        case "cors": _ = try CORSConfiguration(document: element)
        case "notification": _ = try NotificationConfiguration(document: element)
        default: break
        }
    }
}
