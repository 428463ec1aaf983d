import CloudCore
import Foundation
import GRDB
import NIOCore
import Synchronization

/// What the service keeps: rows in its database, larger contents in files.
///
/// Every change is one transaction, committed after the files that it names are complete. Files that are no longer named
/// are removed after the commit.
final class S3Storage: Sendable {
    let database: StoreDatabase
    let contents: ContentFolder
    let catalog: BucketCatalog

    init(store: Store, session: String) throws {
        contents = try ContentFolder(root: store.folder("s3"), durability: store.durability, session: session)
        database = try store.database("s3", migrator: S3Schema.migrator)
        catalog = BucketCatalog(try database.read(Bucket.fetchAll))
    }

    /// Removes the files that a crash left without a row. Answers how many.
    @discardableResult
    func sweep() throws -> Int {
        let candidates = contents.contentsOfEarlierSessions()
        guard !candidates.isEmpty else { return 0 }
        // Read after the folder: a file of an earlier session is never named anew, so that what no row names now is lost.
        let named = try database.read { database in
            try Set(
                String.fetchCursor(
                    database,
                    sql: """
                        SELECT contentFile FROM objects WHERE contentFile IS NOT NULL
                        UNION ALL SELECT contentFile FROM objectParts WHERE contentFile IS NOT NULL
                        UNION ALL SELECT contentFile FROM uploadParts WHERE contentFile IS NOT NULL
                        """))
        }
        let lost = candidates.filter { !named.contains($0) }
        contents.remove(lost)
        return lost.count
    }

    /// Throws away a content that no row came to name.
    func discard(_ content: StoredContent) {
        if case .file(let name) = content { contents.remove([name]) }
    }

    // MARK: Inside transactions

    /// Brings a content to where a row can name it.
    static func insert(_ content: StoredContent, into database: Database) throws -> ContentReference {
        switch content {
        case .file(let name): return ContentReference(file: name)
        case .inline(let bytes) where bytes.readableBytes == 0: return .none
        case .inline(let bytes):
            try database.cachedStatement(sql: "INSERT INTO smallContents (bytes) VALUES (?)")
                .execute(arguments: [Data(bytes.readableBytesView)])
            return ContentReference(row: database.lastInsertedRowID)
        }
    }

    /// Takes contents away from a row that is about to go. Answers the files to remove after the commit.
    static func release(_ contents: [ContentReference], in database: Database) throws -> [String] {
        for row in contents.compactMap(\.row) {
            try database.cachedStatement(sql: "DELETE FROM smallContents WHERE id = ?").execute(arguments: [row])
        }
        return contents.compactMap(\.file)
    }

    static func bytes(of content: ContentReference, in database: Database) throws -> ByteBuffer? {
        guard let id = content.row else { return content.file == nil ? ByteBuffer() : nil }
        let statement = try database.cachedStatement(sql: "SELECT bytes FROM smallContents WHERE id = ?")
        return try statement.firstRow([id]) { row in
            try row.withUnsafeData(atIndex: 0) { data in data.map { ByteBuffer(bytes: $0) } ?? ByteBuffer() }
        }
    }
}

extension S3Storage {
    /// Reads an error of the store as callers are told it.
    static func serviceError(for error: any Error) -> ServiceError {
        if let error = error as? ServiceError { return error }
        if let error = error as? IOError, [ENOSPC, EDQUOT, EIO, EROFS].contains(error.errnoCode) {
            return .s3(.internalError, UnexpectedFailure.message(for: DatabaseError(resultCode: .SQLITE_FULL)))
        }
        return .s3(.internalError, UnexpectedFailure.message(for: error))
    }
}
