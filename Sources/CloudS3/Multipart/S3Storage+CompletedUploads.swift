import CloudCore
import GRDB

/// Uploads that have become objects: whoever did not hear the answer may ask for the completion again.
extension S3Storage {
    /// For how long a completion can be repeated.
    private static let memory = Duration.seconds(24 * 3600)

    static func remember(_ upload: MultipartUpload, completed record: ObjectRecord, in database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM completedUploads WHERE completed < ?")
            .execute(arguments: [(record.modified - memory).milliseconds])
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO completedUploads (id, bucket, key, etag, completed) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [upload.id, record.bucketID, record.key, record.etag, record.modified.milliseconds])
    }

    /// The object that an upload has become; nil where it never did, or where something else has taken its place.
    func object(completedBy uploadID: String, _ key: ObjectKey, in bucket: Bucket) throws -> ObjectRecord? {
        let etag = try database.read { database in
            try String.fetchOne(
                database, sql: "SELECT etag FROM completedUploads WHERE id = ? AND bucket = ? AND key = ?",
                arguments: [uploadID, bucket.id, key])
        }
        guard let etag, let record = try object(key, in: bucket.id), record.etag == etag else { return nil }
        return record
    }
}
