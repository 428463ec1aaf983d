import JSONValue

/// A DynamoDB table, from `AWS::DynamoDB::Table` or `AWS::Serverless::SimpleTable`.
public struct TableDefinition: Sendable, Hashable {
    /// Types of key attributes.
    public enum AttributeType: String, Sendable, Hashable, CaseIterable {
        case string = "S"
        case number = "N"
        case binary = "B"
    }

    /// The key of a table or an index.
    public struct Key: Sendable, Hashable {
        /// The partition key's attribute.
        public var hash: String
        /// The sort key's attribute.
        public var range: String?
    }

    /// How reads and writes are paid for.
    public enum Billing: Sendable, Hashable {
        /// By the request.
        case payPerRequest
        /// By capacity units reserved.
        case provisioned(read: Int, write: Int)
    }

    /// What of an item an index holds.
    public enum Projection: Sendable, Hashable {
        case all
        case keysOnly
        /// The keys and these attributes.
        case include([String])
    }

    /// A secondary index.
    public struct Index: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its key.
        public var key: Key
        /// What it holds.
        public var projection: Projection
        /// Its billing (global indexes; a local one shares its table's).
        public var billing: Billing
    }

    /// What a stream's records hold.
    public enum StreamView: String, Sendable, Hashable, CaseIterable {
        case keysOnly = "KEYS_ONLY"
        case newImage = "NEW_IMAGE"
        case oldImage = "OLD_IMAGE"
        case newAndOldImages = "NEW_AND_OLD_IMAGES"
    }

    /// The name of the resource in the template.
    public var logicalID: String
    /// The table's name.
    public var name: String
    /// Its ARN.
    public var arn: String
    /// The types of the attributes that keys use.
    public var attributes: [String: AttributeType]
    /// The primary key.
    public var key: Key
    /// How it is paid for.
    public var billing: Billing
    /// Global secondary indexes, in order.
    public var globalIndexes: [Index]
    /// Local secondary indexes, in order.
    public var localIndexes: [Index]
    /// The attribute that holds the time (epoch seconds) at which an item expires.
    public var timeToLiveAttribute: String?
    /// What the stream's records hold; nil without a stream.
    public var streamView: StreamView?
    /// Whether the table may not be deleted.
    public var deletionProtection: Bool
    /// Whether any moment of the last 35 days can be restored.
    public var pointInTimeRecovery: Bool
    /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`.
    public var tableClass: String?
    /// Encryption, as written.
    public var encryption: JSONValue?
    /// Tags.
    public var tags: [String: String]
}
