import CloudCore
import Foundation
import GRDB

extension S3Storage {
    // MARK: Uploads

    private static let uploadColumns = """
        key, id, initiated, storageClass, checksumAlgorithm, checksumType, isChecksumExplicit, headers, tags
        """

    func create(_ upload: MultipartUpload, bucketName: String) async throws {
        try await writeToBucket(bucketName) { database in
            try database.cachedStatement(
                sql: "INSERT INTO uploads (bucket, \(Self.uploadColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            ).execute(arguments: [
                upload.bucketID, upload.key, upload.id, upload.initiated.milliseconds, upload.storageClass,
                upload.checksumAlgorithm.rawValue, upload.checksumType.rawValue, upload.isChecksumExplicit,
                upload.storedHeaders, upload.storedTags,
            ])
        }
    }

    /// An upload.
    ///
    /// - Throws: `NoSuchUpload`.
    func upload(_ id: String, of key: ObjectKey, in bucketID: Int64) throws -> MultipartUpload {
        try database.read { try Self.upload(id, of: key, in: bucketID, $0) }
    }

    private static func upload(
        _ id: String, of key: ObjectKey, in bucketID: Int64, _ database: Database
    ) throws -> MultipartUpload {
        let statement = try database.cachedStatement(
            sql: "SELECT \(uploadColumns) FROM uploads WHERE bucket = ? AND key = ? AND id = ?")
        guard
            let upload = try statement.firstRow([bucketID, key, id], { try upload(row: $0, bucketID: bucketID) })
        else { throw ServiceError.noSuchUpload(id) }
        return upload
    }

    private static func upload(row: Row, bucketID: Int64) throws -> MultipartUpload {
        guard let algorithm = ChecksumAlgorithm(rawValue: row[4]), let type = ChecksumType(rawValue: row[5]) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "an upload has a checksum of no kind")
        }
        return MultipartUpload(
            bucketID: bucketID, key: row[0], id: row[1], initiated: Timestamp(milliseconds: row[2]),
            storageClass: row[3], checksumAlgorithm: algorithm, checksumType: type, isChecksumExplicit: row[6],
            storedHeaders: row[7], storedTags: row[8])
    }

    /// The uploads of a bucket, by key and identifier, from a place on.
    func uploads(
        in bucketID: Int64, prefix: [UInt8], from key: [UInt8], id: String, _ visit: (MultipartUpload) throws -> Bool
    ) throws {
        let end = prefix.successorOfPrefix
        try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT \(Self.uploadColumns) FROM uploads
                    WHERE bucket = ? AND (key, id) > (?, ?) AND key >= ? AND (? IS NULL OR key < ?) ORDER BY key, id
                    """,
                arguments: [bucketID, Data(key), id, Data(prefix), end.map { Data($0) }, end.map { Data($0) }])
            while let row = try rows.next(), try visit(Self.upload(row: row, bucketID: bucketID)) {}
        }
    }

    /// Ends an upload without an object.
    ///
    /// - Throws: `NoSuchUpload`.
    func abort(_ id: String, of key: ObjectKey, in bucketID: Int64) async throws {
        let files = try await database.write { database -> [String] in
            try database.cachedStatement(sql: "DELETE FROM uploads WHERE bucket = ? AND key = ? AND id = ?")
                .execute(arguments: [bucketID, key, id])
            guard database.changesCount > 0 else { throw ServiceError.noSuchUpload(id) }
            return try Self.deleteParts(ofUpload: id, in: database)
        }
        contents.remove(files)
    }

    /// Deletes the parts of an upload. Answers the files to remove after the commit.
    static func deleteParts(ofUpload id: String, in database: Database) throws -> [String] {
        let contents = try parts(ofUpload: id, after: 0, limit: -1, database).map(\.content)
        try database.cachedStatement(sql: "DELETE FROM uploadParts WHERE upload = ?").execute(arguments: [id])
        return try release(contents, in: database)
    }

    // MARK: Parts

    /// Parts of an upload behind a number, in order; all of them where `limit` is negative.
    func parts(ofUpload id: String, after number: Int, limit: Int) throws -> [UploadedPart] {
        try database.read { try Self.parts(ofUpload: id, after: number, limit: limit, $0) }
    }

    private static func parts(
        ofUpload id: String, after number: Int, limit: Int, _ database: Database
    ) throws -> [UploadedPart] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT number, size, etag, modified, checksum, contentFile, contentRow FROM uploadParts
                WHERE upload = ? AND number > ? ORDER BY number LIMIT ?
                """)
        return try Row.fetchAll(statement, arguments: [id, number, limit]).map { row in
            UploadedPart(
                number: row[0], size: row[1], etag: row[2], modified: Timestamp(milliseconds: row[3]),
                checksum: row[4], content: ContentReference(file: row[5], row: row[6]))
        }
    }

    /// Puts a part in the place of what had its number.
    ///
    /// - Throws: `NoSuchUpload` where the upload has ended meanwhile.
    func put(_ part: UploadedPart, content: StoredContent, to upload: MultipartUpload) async throws {
        do {
            let files = try await database.write { database -> [String] in
                _ = try Self.upload(upload.id, of: upload.key, in: upload.bucketID, database)
                let replaced = try Self.parts(ofUpload: upload.id, after: part.number - 1, limit: 1, database)
                    .filter { $0.number == part.number }
                let files = try Self.release(replaced.map(\.content), in: database)
                let reference = try Self.insert(content, into: database)
                try database.cachedStatement(
                    sql: """
                        INSERT OR REPLACE INTO uploadParts
                        (upload, number, size, etag, modified, checksum, contentFile, contentRow)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                        """
                ).execute(arguments: [
                    upload.id, part.number, part.size, part.etag, part.modified.milliseconds, part.checksum,
                    reference.file, reference.row,
                ])
                return files
            }
            contents.remove(files)
        } catch {
            discard(content)
            throw error
        }
    }

    // MARK: Completion

    /// Makes an object of the parts of an upload, in one transaction: rows move, bytes do not.
    ///
    /// - Parameters:
    ///   - check: looks at what would become the object, and may refuse it.
    ///   - announcement: what is told of the object, if anybody wants to know.
    /// - Throws: `NoSuchUpload`, `PreconditionFailed`; as ``MultipartCompletion``; what `check` throws.
    func complete(
        _ upload: MultipartUpload, _ listed: [MultipartCompletion.ListedPart], modified: Timestamp,
        conditions: WriteConditions, check: @escaping @Sendable (MultipartCompletion) throws -> Void,
        announcement: @escaping @Sendable (ObjectRecord) -> Announcement?
    ) async throws -> (ObjectRecord, Announcement?) {
        let (record, announcement, files) = try await database.write { database in
            _ = try Self.upload(upload.id, of: upload.key, in: upload.bucketID, database)
            let uploaded = try Self.parts(ofUpload: upload.id, after: 0, limit: -1, database)
            let completion = try MultipartCompletion(listed, of: uploaded, upload)
            try check(completion)
            var files = try Self.releaseObject(upload.key, in: upload.bucketID, conditions, database).files
            let record = ObjectRecord(
                bucketID: upload.bucketID, key: upload.key, size: completion.size, etag: completion.etag,
                modified: modified, storageClass: upload.storageClass, checksum: completion.checksum,
                partCount: completion.parts.count, storedHeaders: upload.storedHeaders, storedTags: upload.storedTags)
            try Self.insert(record, into: database)
            try Self.insertParts(completion.parts, of: record, database)
            // Parts that the caller does not list are not part of the object, and go with the upload.
            let used = Set(completion.parts.map(\.number))
            files += try Self.release(uploaded.filter { !used.contains($0.number) }.map(\.content), in: database)
            try database.execute(sql: "DELETE FROM uploadParts WHERE upload = ?", arguments: [upload.id])
            try database.execute(
                sql: "DELETE FROM uploads WHERE bucket = ? AND key = ? AND id = ?",
                arguments: [upload.bucketID, upload.key, upload.id])
            try Self.remember(upload, completed: record, in: database)
            let announcement = announcement(record)
            try announcement?.insert(into: database)
            return (record, announcement, files)
        }
        contents.remove(files)
        return (record, announcement)
    }

    private static func insertParts(_ parts: [UploadedPart], of record: ObjectRecord, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO objectParts (bucket, key, number, size, checksum, contentFile, contentRow)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """)
        for part in parts {
            try statement.execute(arguments: [
                record.bucketID, record.key, part.number, part.size, part.checksum, part.content.file,
                part.content.row,
            ])
        }
    }
}
