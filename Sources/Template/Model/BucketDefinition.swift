import JSONValue

/// An S3 bucket, from `AWS::S3::Bucket`, with the notifications that functions' `S3` events add.
public struct BucketDefinition: Sendable, Hashable {
    /// Whether old versions of objects are kept.
    public enum Versioning: String, Sendable, Hashable, CaseIterable {
        case enabled = "Enabled"
        case suspended = "Suspended"
    }

    /// One rule of the bucket's CORS configuration.
    public struct CORSRule: Sendable, Hashable {
        /// The rule's name.
        public var id: String?
        /// Origins, with at most one `*` each.
        public var allowedOrigins: [String]
        /// Methods: GET, PUT, HEAD, POST, DELETE.
        public var allowedMethods: [String]
        /// Request headers, with at most one `*` each.
        public var allowedHeaders: [String]
        /// Response headers that a page may read.
        public var exposedHeaders: [String]
        /// Seconds for which a browser may keep the answer to a preflight.
        public var maxAge: Int?
    }

    /// The name of the resource in the template.
    public var logicalID: String
    /// The bucket's name.
    public var name: String
    /// Its ARN.
    public var arn: String
    /// Who is told of what happens to objects.
    public var notifications: [BucketNotification]
    /// Whether everything that happens is also sent to EventBridge.
    public var notifiesEventBridge: Bool
    /// Cross-origin rules, in order.
    public var cors: [CORSRule]
    /// Whether old versions are kept; nil when it was never said.
    public var versioning: Versioning?
    /// `LifecycleConfiguration`, as written.
    public var lifecycle: JSONValue?
    /// `WebsiteConfiguration`, as written.
    public var website: JSONValue?
    /// `BucketEncryption`, as written.
    public var encryption: JSONValue?
    /// `PublicAccessBlockConfiguration`, as written.
    public var publicAccessBlock: JSONValue?
    /// Tags.
    public var tags: [String: String]
}

/// Who is told when something happens to an object of a bucket.
public struct BucketNotification: Sendable, Hashable {
    /// The notification's id in the bucket's configuration and in events.
    public var id: String
    /// The ARN of a function or a queue.
    public var targetARN: String
    /// What happens, as `s3:ObjectCreated:*`.
    public var events: [String]
    /// How the object's key must start.
    public var prefix: String?
    /// How the object's key must end.
    public var suffix: String?
}
