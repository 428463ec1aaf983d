import URLEncoding

/// What Amazon S3 tells about changes to objects.
///
/// Source: Amazon S3 User Guide, "Event message structure", version 2.1 to 2.3.
public struct S3Event: Codable, Sendable, Equatable {
    /// The changes; S3 sends one a message.
    public var records: [Record]

    /// An event of these changes.
    public init(records: [Record]) { self.records = records }

    enum CodingKeys: String, CodingKey { case records = "Records" }

    /// One change.
    public struct Record: Codable, Sendable, Equatable {
        /// The version of the message's structure: `2.1`.
        public var eventVersion: String
        /// `aws:s3`.
        public var eventSource: String
        /// The bucket's region.
        public var awsRegion: String
        /// When it happened, ISO 8601 in UTC with milliseconds.
        public var eventTime: String
        /// What happened: `ObjectCreated:Put`, `ObjectRemoved:Delete`, …
        public var eventName: String
        /// Who did it.
        public var userIdentity: Identity?
        /// From where.
        public var requestParameters: RequestParameters?
        /// The identifiers of the S3 request.
        public var responseElements: [String: String]?
        /// Where.
        public var s3: Entity
    }

    /// Who caused a change, or owns a bucket.
    public struct Identity: Codable, Sendable, Equatable {
        /// `AWS:` and the principal.
        public var principalId: String
    }

    /// How the change was asked for.
    public struct RequestParameters: Codable, Sendable, Equatable {
        /// The client's address.
        public var sourceIPAddress: String
    }

    /// The bucket and the object.
    public struct Entity: Codable, Sendable, Equatable {
        /// The version of this structure: `1.0`.
        public var s3SchemaVersion: String
        /// The identifier of the notification's configuration.
        public var configurationId: String?
        /// The bucket.
        public var bucket: Bucket
        /// The object.
        public var object: Object
    }

    /// A bucket.
    public struct Bucket: Codable, Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its owner.
        public var ownerIdentity: Identity?
        /// Its ARN.
        public var arn: String
    }

    /// An object.
    public struct Object: Codable, Sendable, Equatable {
        /// The key as it was sent: URL-encoded, `+` for a space. Use ``decodedKey``.
        public var key: String
        /// Bytes; absent when the object was removed.
        public var size: Int?
        /// The entity tag, without quotes; absent when the object was removed.
        public var eTag: String?
        /// The version, in buckets with versions.
        public var versionId: String?
        /// A hexadecimal text that orders the changes of one key.
        public var sequencer: String?

        /// The object's key; nil where it was sent in a broken form.
        public var decodedKey: String? { PercentEncoding.decodeStrictly(key, plusIsSpace: true) }
    }
}
