import CloudCore
import GRDB
import NIOCore

extension S3Storage {
    // MARK: Reading

    /// An object's row; nil where there is none.
    func object(_ key: ObjectKey, in bucketID: Int64) throws -> ObjectRecord? {
        try database.read { try Self.object(key, in: bucketID, $0) }
    }

    /// An object's row with its pieces and, where it is short, its content.
    func locate(_ key: ObjectKey, in bucketID: Int64) throws -> LocatedObject? {
        try database.read { database in
            guard let record = try Self.object(key, in: bucketID, database) else { return nil }
            var located = LocatedObject(record: record, parts: [])
            if record.partCount > 0 {
                located.parts = try Self.parts(of: key, in: bucketID, database)
            } else {
                located.bytes = try Self.bytes(of: record.content, in: database)
            }
            return located
        }
    }

    /// Small contents by their rows, for objects of several parts.
    func bytes(of content: ContentReference) throws -> ByteBuffer? {
        try database.read { try Self.bytes(of: content, in: $0) }
    }

    static func object(_ key: ObjectKey, in bucketID: Int64, _ database: Database) throws -> ObjectRecord? {
        let statement = try database.cachedStatement(
            sql: "SELECT \(ObjectRecord.columns) FROM objects WHERE bucket = ? AND key = ?")
        return try statement.firstRow([bucketID, key]) { ObjectRecord(row: $0, bucketID: bucketID) }
    }

    static func parts(of key: ObjectKey, in bucketID: Int64, _ database: Database) throws -> [PartRecord] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT number, size, checksum, contentFile, contentRow FROM objectParts
                WHERE bucket = ? AND key = ? ORDER BY number
                """)
        return try Row.fetchAll(statement, arguments: [bucketID, key]).map { row in
            PartRecord(
                number: row[0], size: row[1], checksum: row[2], content: ContentReference(file: row[3], row: row[4]))
        }
    }

    // MARK: Writing

    /// Puts an object in the place of what was under its key.
    ///
    /// - Parameters:
    ///   - content: thrown away if the object is not stored.
    ///   - announcement: written to the outbox in the same transaction.
    /// - Throws: `PreconditionFailed`, `NoSuchKey`, `NoSuchBucket`.
    func put(
        _ record: ObjectRecord, content: StoredContent, bucketName: String, conditions: WriteConditions,
        announcement: Announcement?
    ) async throws {
        do {
            let files = try await writeToBucket(bucketName) { database -> [String] in
                let replaced = try Self.releaseObject(record.key, in: record.bucketID, conditions, database)
                var record = record
                record.content = try Self.insert(content, into: database)
                try Self.insert(record, into: database)
                try announcement?.insert(into: database)
                return replaced.files
            }
            contents.remove(files)
        } catch {
            discard(content)
            throw error
        }
    }

    /// Deletes an object. Deleting what is not there is no error.
    ///
    /// - Throws: `PreconditionFailed`, `NoSuchKey`.
    func delete(
        _ keys: [(key: ObjectKey, conditions: WriteConditions, announcement: Announcement?)], in bucketID: Int64
    ) async throws -> [Result<Void, ServiceError>] {
        let (outcomes, files) = try await database.write { database in
            var outcomes: [Result<Void, ServiceError>] = []
            var files: [String] = []
            for (key, conditions, announcement) in keys {
                do {
                    let deleted = try Self.releaseObject(key, in: bucketID, conditions, database)
                    if deleted.existed {
                        try database.cachedStatement(sql: "DELETE FROM objects WHERE bucket = ? AND key = ?")
                            .execute(arguments: [bucketID, key])
                        try announcement?.insert(into: database)
                    }
                    files += deleted.files
                    outcomes.append(.success(()))
                } catch let error as ServiceError {
                    outcomes.append(.failure(error))
                }
            }
            return (outcomes, files)
        }
        contents.remove(files)
        return outcomes
    }

    /// Changes an object's tags.
    ///
    /// - Throws: `NoSuchKey`.
    func setTags(_ tags: String?, of key: ObjectKey, in bucketID: Int64, announcement: Announcement?) async throws {
        try await database.write { database in
            try database.cachedStatement(sql: "UPDATE objects SET tags = ? WHERE bucket = ? AND key = ?")
                .execute(arguments: [tags, bucketID, key])
            guard database.changesCount > 0 else { throw ServiceError.noSuchKey(key) }
            try announcement?.insert(into: database)
        }
    }

    /// Checks the conditions of a write against what is there, and takes the contents of that away.
    static func releaseObject(
        _ key: ObjectKey, in bucketID: Int64, _ conditions: WriteConditions, _ database: Database
    ) throws -> (existed: Bool, files: [String]) {
        let statement = try database.cachedStatement(
            sql: "SELECT etag, partCount, contentFile, contentRow FROM objects WHERE bucket = ? AND key = ?")
        let current = try statement.firstRow([bucketID, key]) { row in
            (etag: row[0] as String, partCount: row[1] as Int, content: ContentReference(file: row[2], row: row[3]))
        }
        try conditions.check(key, etag: current?.etag)
        guard let current else { return (false, []) }
        guard current.partCount > 0 else { return (true, try release([current.content], in: database)) }
        let parts = try parts(of: key, in: bucketID, database)
        try database.cachedStatement(sql: "DELETE FROM objectParts WHERE bucket = ? AND key = ?")
            .execute(arguments: [bucketID, key])
        return (true, try release(parts.map(\.content), in: database))
    }

    static func insert(_ record: ObjectRecord, into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO objects (bucket, \(ObjectRecord.columns))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            record.bucketID, record.key, record.size, record.etag, record.modified.milliseconds, record.storageClass,
            record.checksum?.algorithm.rawValue, record.checksum?.type.rawValue, record.checksum?.value,
            record.partCount, record.content.file, record.content.row, record.storedHeaders, record.storedTags,
        ])
    }
}
