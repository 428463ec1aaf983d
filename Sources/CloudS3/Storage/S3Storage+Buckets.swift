import CloudCore
import Foundation
import GRDB

extension S3Storage {
    /// Makes a bucket. Answers false where it is there already.
    func createBucket(name: String, region: String, created: Timestamp) async throws -> Bool {
        let id: Int64? = try await database.write { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO buckets (name, region, created) VALUES (?, ?, ?)",
                arguments: [name, region, created.milliseconds])
            return database.changesCount > 0 ? database.lastInsertedRowID : nil
        }
        guard let id else { return false }
        catalog[name] = Bucket(id: id, name: name, region: region, created: created)
        return true
    }

    /// Deletes a bucket without objects, and the uploads to it that were never completed.
    ///
    /// - Throws: `NoSuchBucket`, `BucketNotEmpty`.
    func deleteBucket(_ bucket: Bucket) async throws {
        let files = try await database.write { database -> [String] in
            guard
                try Bool.fetchOne(
                    database, sql: "SELECT EXISTS (SELECT 1 FROM objects WHERE bucket = ?)", arguments: [bucket.id])
                    == false
            else { throw ServiceError.s3(.bucketNotEmpty, members: ["BucketName": .string(bucket.name)]) }
            var files: [String] = []
            for id in try String.fetchAll(
                database, sql: "SELECT id FROM uploads WHERE bucket = ?", arguments: [bucket.id])
            {
                files += try Self.deleteParts(ofUpload: id, in: database)
            }
            try database.execute(sql: "DELETE FROM uploads WHERE bucket = ?", arguments: [bucket.id])
            try database.execute(sql: "DELETE FROM buckets WHERE id = ?", arguments: [bucket.id])
            guard database.changesCount > 0 else { throw ServiceError.noSuchBucket(bucket.name) }
            return files
        }
        catalog[bucket.name] = nil
        contents.remove(files)
    }

    /// A configuration of a bucket, as it was put; nil where there is none.
    func configuration(_ kind: String, of bucket: Bucket) throws -> [UInt8]? {
        try database.read { database in
            try Data.fetchOne(
                database, sql: "SELECT document FROM bucketConfigurations WHERE bucket = ? AND kind = ?",
                arguments: [bucket.id, kind])
        }.map(Array.init)
    }

    /// Puts a configuration of a bucket, or removes it.
    ///
    /// - Throws: `NoSuchBucket` where the bucket has gone meanwhile.
    func setConfiguration(_ kind: String, of bucket: Bucket, to document: [UInt8]?) async throws {
        try await writeToBucket(bucket.name) { database in
            if let document {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO bucketConfigurations (bucket, kind, document) VALUES (?, ?, ?)",
                    arguments: [bucket.id, kind, Data(document)])
            } else {
                try database.execute(
                    sql: "DELETE FROM bucketConfigurations WHERE bucket = ? AND kind = ?", arguments: [bucket.id, kind])
            }
        }
    }

    /// Writes rows of a bucket.
    ///
    /// - Throws: `NoSuchBucket` where the bucket has gone meanwhile; what `change` throws.
    func writeToBucket<Value: Sendable>(
        _ name: String, _ change: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await database.write(change)
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY {
            throw ServiceError.noSuchBucket(name)
        }
    }
}
