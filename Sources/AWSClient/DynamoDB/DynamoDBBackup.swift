import JSONValue

/// What DynamoDB says of a backup.
public struct DynamoDBBackup: Sendable, Hashable {
    /// How far a backup is.
    public enum Status: String, Sendable, Hashable {
        /// It is being made, and cannot be restored yet.
        case creating = "CREATING"
        /// It is whole.
        case available = "AVAILABLE"
        /// It was deleted.
        case deleted = "DELETED"
    }

    /// Its ARN, by which it is named in every call.
    public var arn: String
    /// The name that it was given; several may have one name.
    public var name: String
    /// The table that it is of; nil where the answer does not say so.
    public var table: String?
    /// How far it is; nil for a status that this client does not know.
    public var status: Status?
    /// `USER`, `SYSTEM` or `AWS_BACKUP`.
    public var type: String
    /// When it was made, by DynamoDB's clock, in milliseconds since 1970.
    public var created: Int64
    /// Bytes that its items count for; nil until DynamoDB knows.
    public var byteCount: Int?

    init?(_ json: JSONValue?) {
        guard let arn = json?["BackupArn"]?.string, let name = json?["BackupName"]?.string,
            let seconds = json?["BackupCreationDateTime"]?.double
        else { return nil }
        self.arn = arn
        self.name = name
        table = json?["TableName"]?.string
        status = json?["BackupStatus"]?.string.flatMap(Status.init(rawValue:))
        type = json?["BackupType"]?.string ?? "USER"
        created = Int64((seconds * 1000).rounded())
        byteCount = json?["BackupSizeBytes"]?.int
    }
}

extension AWSError.Code {
    /// There is no such backup.
    public static let backupNotFound: Self = "BackupNotFoundException"
    /// Another operation on the backup, or on backups of the table, is under way.
    public static let backupInUse: Self = "BackupInUseException"
    /// The target of a restore is there.
    public static let tableAlreadyExists: Self = "TableAlreadyExistsException"
    /// The table of a backup operation is being made or deleted.
    public static let tableInUse: Self = "TableInUseException"
    /// A table is being made, changed or deleted.
    public static let resourceInUse: Self = "ResourceInUseException"
}
