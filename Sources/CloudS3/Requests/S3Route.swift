/// What makes a request one of an operation: its method, whether it names a bucket or a key, and its markers.
struct S3Route: Sendable {
    /// What a request's address names.
    enum Scope: Sendable {
        case service, bucket, object
    }

    var operation: S3Operation
    var method: String
    var scope: Scope
    /// Query parameters that must be there, bare or with any value, or with the value behind `=`.
    var query: [String]
    /// Header fields that must be there.
    var headers: [String]

    init(
        _ operation: S3Operation, _ method: String, _ scope: Scope, query: [String] = [], headers: [String] = []
    ) {
        self.operation = operation
        self.method = method
        self.scope = scope
        self.query = query
        self.headers = headers
    }
}

extension S3Route {
    /// Every operation. The first route that fits is taken: of two that differ in their markers, the one with more of
    /// them stands first.
    static let table: [S3Route] = [
        // The service
        S3Route(.listBuckets, "GET", .service),

        // The bucket
        S3Route(.getBucketAnalyticsConfiguration, "GET", .bucket, query: ["analytics", "id"]),
        S3Route(.getBucketIntelligentTieringConfiguration, "GET", .bucket, query: ["intelligent-tiering", "id"]),
        S3Route(.getBucketInventoryConfiguration, "GET", .bucket, query: ["inventory", "id"]),
        S3Route(.getBucketMetricsConfiguration, "GET", .bucket, query: ["metrics", "id"]),
        S3Route(.createBucketMetadataConfiguration, "POST", .bucket, query: ["metadataConfiguration"]),
        S3Route(.createBucketMetadataTableConfiguration, "POST", .bucket, query: ["metadataTable"]),
        S3Route(.deleteBucketAnalyticsConfiguration, "DELETE", .bucket, query: ["analytics"]),
        S3Route(.deleteBucketCors, "DELETE", .bucket, query: ["cors"]),
        S3Route(.deleteBucketEncryption, "DELETE", .bucket, query: ["encryption"]),
        S3Route(.deleteBucketIntelligentTieringConfiguration, "DELETE", .bucket, query: ["intelligent-tiering"]),
        S3Route(.deleteBucketInventoryConfiguration, "DELETE", .bucket, query: ["inventory"]),
        S3Route(.deleteBucketLifecycle, "DELETE", .bucket, query: ["lifecycle"]),
        S3Route(.deleteBucketMetadataConfiguration, "DELETE", .bucket, query: ["metadataConfiguration"]),
        S3Route(.deleteBucketMetadataTableConfiguration, "DELETE", .bucket, query: ["metadataTable"]),
        S3Route(.deleteBucketMetricsConfiguration, "DELETE", .bucket, query: ["metrics"]),
        S3Route(.deleteBucketOwnershipControls, "DELETE", .bucket, query: ["ownershipControls"]),
        S3Route(.deleteBucketPolicy, "DELETE", .bucket, query: ["policy"]),
        S3Route(.deleteBucketReplication, "DELETE", .bucket, query: ["replication"]),
        S3Route(.deleteBucketTagging, "DELETE", .bucket, query: ["tagging"]),
        S3Route(.deleteBucketWebsite, "DELETE", .bucket, query: ["website"]),
        S3Route(.deleteObjects, "POST", .bucket, query: ["delete"]),
        S3Route(.deletePublicAccessBlock, "DELETE", .bucket, query: ["publicAccessBlock"]),
        S3Route(.getBucketAbac, "GET", .bucket, query: ["abac"]),
        S3Route(.getBucketAccelerateConfiguration, "GET", .bucket, query: ["accelerate"]),
        S3Route(.getBucketAcl, "GET", .bucket, query: ["acl"]),
        S3Route(.getBucketCors, "GET", .bucket, query: ["cors"]),
        S3Route(.getBucketEncryption, "GET", .bucket, query: ["encryption"]),
        S3Route(.getBucketLifecycleConfiguration, "GET", .bucket, query: ["lifecycle"]),
        S3Route(.getBucketLocation, "GET", .bucket, query: ["location"]),
        S3Route(.getBucketLogging, "GET", .bucket, query: ["logging"]),
        S3Route(.getBucketMetadataConfiguration, "GET", .bucket, query: ["metadataConfiguration"]),
        S3Route(.getBucketMetadataTableConfiguration, "GET", .bucket, query: ["metadataTable"]),
        S3Route(.getBucketNotificationConfiguration, "GET", .bucket, query: ["notification"]),
        S3Route(.getBucketOwnershipControls, "GET", .bucket, query: ["ownershipControls"]),
        S3Route(.getBucketPolicy, "GET", .bucket, query: ["policy"]),
        S3Route(.getBucketPolicyStatus, "GET", .bucket, query: ["policyStatus"]),
        S3Route(.getBucketReplication, "GET", .bucket, query: ["replication"]),
        S3Route(.getBucketRequestPayment, "GET", .bucket, query: ["requestPayment"]),
        S3Route(.getBucketTagging, "GET", .bucket, query: ["tagging"]),
        S3Route(.getBucketVersioning, "GET", .bucket, query: ["versioning"]),
        S3Route(.getBucketWebsite, "GET", .bucket, query: ["website"]),
        S3Route(.getObjectLockConfiguration, "GET", .bucket, query: ["object-lock"]),
        S3Route(.getPublicAccessBlock, "GET", .bucket, query: ["publicAccessBlock"]),
        S3Route(.listBucketAnalyticsConfigurations, "GET", .bucket, query: ["analytics"]),
        S3Route(.listBucketIntelligentTieringConfigurations, "GET", .bucket, query: ["intelligent-tiering"]),
        S3Route(.listBucketInventoryConfigurations, "GET", .bucket, query: ["inventory"]),
        S3Route(.listBucketMetricsConfigurations, "GET", .bucket, query: ["metrics"]),
        S3Route(.listMultipartUploads, "GET", .bucket, query: ["uploads"]),
        S3Route(.listObjectVersions, "GET", .bucket, query: ["versions"]),
        S3Route(.listObjectsV2, "GET", .bucket, query: ["list-type=2"]),
        S3Route(.putBucketAbac, "PUT", .bucket, query: ["abac"]),
        S3Route(.putBucketAccelerateConfiguration, "PUT", .bucket, query: ["accelerate"]),
        S3Route(.putBucketAcl, "PUT", .bucket, query: ["acl"]),
        S3Route(.putBucketAnalyticsConfiguration, "PUT", .bucket, query: ["analytics"]),
        S3Route(.putBucketCors, "PUT", .bucket, query: ["cors"]),
        S3Route(.putBucketEncryption, "PUT", .bucket, query: ["encryption"]),
        S3Route(.putBucketIntelligentTieringConfiguration, "PUT", .bucket, query: ["intelligent-tiering"]),
        S3Route(.putBucketInventoryConfiguration, "PUT", .bucket, query: ["inventory"]),
        S3Route(.putBucketLifecycleConfiguration, "PUT", .bucket, query: ["lifecycle"]),
        S3Route(.putBucketLogging, "PUT", .bucket, query: ["logging"]),
        S3Route(.putBucketMetricsConfiguration, "PUT", .bucket, query: ["metrics"]),
        S3Route(.putBucketNotificationConfiguration, "PUT", .bucket, query: ["notification"]),
        S3Route(.putBucketOwnershipControls, "PUT", .bucket, query: ["ownershipControls"]),
        S3Route(.putBucketPolicy, "PUT", .bucket, query: ["policy"]),
        S3Route(.putBucketReplication, "PUT", .bucket, query: ["replication"]),
        S3Route(.putBucketRequestPayment, "PUT", .bucket, query: ["requestPayment"]),
        S3Route(.putBucketTagging, "PUT", .bucket, query: ["tagging"]),
        S3Route(.putBucketVersioning, "PUT", .bucket, query: ["versioning"]),
        S3Route(.putBucketWebsite, "PUT", .bucket, query: ["website"]),
        S3Route(.putObjectLockConfiguration, "PUT", .bucket, query: ["object-lock"]),
        S3Route(.putPublicAccessBlock, "PUT", .bucket, query: ["publicAccessBlock"]),
        S3Route(.updateBucketMetadataInventoryTableConfiguration, "PUT", .bucket, query: ["metadataInventoryTable"]),
        S3Route(.updateBucketMetadataJournalTableConfiguration, "PUT", .bucket, query: ["metadataJournalTable"]),
        S3Route(.createBucket, "PUT", .bucket),
        S3Route(.deleteBucket, "DELETE", .bucket),
        S3Route(.headBucket, "HEAD", .bucket),
        S3Route(.listObjects, "GET", .bucket),
        S3Route(.postObject, "POST", .bucket),
        S3Route(.preflightObject, "OPTIONS", .bucket),

        // The object
        S3Route(.uploadPartCopy, "PUT", .object, query: ["partNumber", "uploadId"], headers: ["x-amz-copy-source"]),
        S3Route(.uploadPart, "PUT", .object, query: ["partNumber", "uploadId"]),
        S3Route(.abortMultipartUpload, "DELETE", .object, query: ["uploadId"]),
        S3Route(.completeMultipartUpload, "POST", .object, query: ["uploadId"]),
        S3Route(.copyObject, "PUT", .object, headers: ["x-amz-copy-source"]),
        S3Route(.createMultipartUpload, "POST", .object, query: ["uploads"]),
        S3Route(.deleteObjectTagging, "DELETE", .object, query: ["tagging"]),
        S3Route(.getObjectAcl, "GET", .object, query: ["acl"]),
        S3Route(.getObjectAttributes, "GET", .object, query: ["attributes"]),
        S3Route(.getObjectLegalHold, "GET", .object, query: ["legal-hold"]),
        S3Route(.getObjectRetention, "GET", .object, query: ["retention"]),
        S3Route(.getObjectTagging, "GET", .object, query: ["tagging"]),
        S3Route(.getObjectTorrent, "GET", .object, query: ["torrent"]),
        S3Route(.listParts, "GET", .object, query: ["uploadId"]),
        S3Route(.putObjectAcl, "PUT", .object, query: ["acl"]),
        S3Route(.putObjectLegalHold, "PUT", .object, query: ["legal-hold"]),
        S3Route(.putObjectRetention, "PUT", .object, query: ["retention"]),
        S3Route(.putObjectTagging, "PUT", .object, query: ["tagging"]),
        S3Route(.renameObject, "PUT", .object, query: ["renameObject"]),
        S3Route(.restoreObject, "POST", .object, query: ["restore"]),
        S3Route(.selectObjectContent, "POST", .object, query: ["select"]),
        S3Route(.updateObjectEncryption, "PUT", .object, query: ["encryption"]),
        S3Route(.deleteObject, "DELETE", .object),
        S3Route(.getObject, "GET", .object),
        S3Route(.headObject, "HEAD", .object),
        S3Route(.preflightObject, "OPTIONS", .object),
        S3Route(.putObject, "PUT", .object),
    ]
}
