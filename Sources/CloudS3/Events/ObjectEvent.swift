import CloudCore
import GRDB

/// Something that happened to an object: what notifications tell.
///
/// Source: "Event message structure", Amazon S3 User Guide.
public struct ObjectEvent: Sendable, Equatable {
    /// What happens to objects, as notifications name it.
    public enum Name: String, Sendable, CaseIterable {
        /// PutObject.
        case createdByPut = "ObjectCreated:Put"
        /// CopyObject.
        case createdByCopy = "ObjectCreated:Copy"
        /// CompleteMultipartUpload.
        case createdByMultipartUpload = "ObjectCreated:CompleteMultipartUpload"
        /// DeleteObject or DeleteObjects.
        case removed = "ObjectRemoved:Delete"
        /// PutObjectTagging.
        case tagsPut = "ObjectTagging:Put"
        /// DeleteObjectTagging.
        case tagsDeleted = "ObjectTagging:Delete"
    }

    /// What happened.
    public var name: Name
    /// The bucket's name.
    public var bucket: String
    /// The key, not encoded.
    public var key: String
    /// Bytes of the object; nil where it was removed.
    public var size: Int?
    /// The entity tag without quotes; nil where the object was removed.
    public var etag: String?
    /// Hexadecimal digits, more of them later: of two events of one key, the greater text is the later one. Empty until
    /// the event is in the outbox.
    public var sequencer = ""
    /// When it happened.
    public var time: Timestamp
    /// The bucket's region.
    public var region: String
    /// The request that did it.
    public var requestID: String
    /// `x-amz-id-2` of that request.
    public var hostID: String
    /// Where that request came from.
    public var sourceAddress: String

    /// An event.
    public init(
        name: Name, bucket: String, key: String, size: Int? = nil, etag: String? = nil, time: Timestamp,
        region: String, requestID: String, hostID: String, sourceAddress: String
    ) {
        self.name = name
        self.bucket = bucket
        self.key = key
        self.size = size
        self.etag = etag
        self.time = time
        self.region = region
        self.requestID = requestID
        self.hostID = hostID
        self.sourceAddress = sourceAddress
    }
}

extension ObjectEvent {
    /// Writes the event to the outbox.
    func insert(into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO outbox (name, bucket, key, size, etag, time, region, requestID, hostID, sourceAddress)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            name.rawValue, bucket, ObjectKey(key), size, etag, time.milliseconds, region, requestID, hostID,
            sourceAddress,
        ])
    }

    /// The events of the outbox behind a place, in order, each with its own.
    static func fetch(after id: Int64, limit: Int, _ database: Database) throws -> [(id: Int64, event: ObjectEvent)] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, name, bucket, key, size, etag, time, region, requestID, hostID, sourceAddress FROM outbox
                WHERE id > ? ORDER BY id LIMIT ?
                """)
        return try Row.fetchAll(statement, arguments: [id, limit]).compactMap { row in
            guard let name = Name(rawValue: row[1]) else { return nil }
            let key: ObjectKey = row[3]
            var event = ObjectEvent(
                name: name, bucket: row[2], key: key.text, size: row[4], etag: row[5],
                time: Timestamp(milliseconds: row[6]), region: row[7], requestID: row[8], hostID: row[9],
                sourceAddress: row[10])
            let digits = String(row[0] as Int64, radix: 16, uppercase: true)
            event.sequencer = String(repeating: "0", count: max(0, 18 - digits.count)) + digits
            return (row[0], event)
        }
    }
}
