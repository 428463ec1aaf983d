import CloudCore
import GRDB
import NIOCore

/// Where a content is.
struct ContentReference: Sendable, Equatable {
    var file: String?
    var row: Int64?

    static let none = ContentReference()
}

/// An object as its row tells it.
struct ObjectRecord: Sendable {
    var bucketID: Int64
    var key: ObjectKey
    var size: Int
    /// Without quotes.
    var etag: String
    var modified: Timestamp
    var storageClass = StorageClass.standard
    var checksum: ObjectChecksum?
    /// 0 where the object came in one piece.
    var partCount = 0
    var content = ContentReference.none
    /// As ``ObjectHeaders`` keeps them.
    var storedHeaders: String
    /// As ``TagSet`` keeps them.
    var storedTags: String?

    var headers: ObjectHeaders { ObjectHeaders(stored: storedHeaders) }
    var tags: TagSet { TagSet(stored: storedTags) }
    var quotedETag: String { "\"\(etag)\"" }
}

extension ObjectRecord {
    static let columns = """
        key, size, etag, modified, storageClass, checksumAlgorithm, checksumType, checksum, partCount, contentFile, \
        contentRow, headers, tags
        """

    init(row: Row, bucketID: Int64) {
        self.bucketID = bucketID
        key = row[0]
        size = row[1]
        etag = row[2]
        modified = Timestamp(milliseconds: row[3])
        storageClass = row[4]
        checksum = ObjectChecksum(algorithm: row[5], type: row[6], value: row[7])
        partCount = row[8]
        content = ContentReference(file: row[9], row: row[10])
        storedHeaders = row[11]
        storedTags = row[12]
    }
}

extension ObjectChecksum {
    init?(algorithm: String?, type: String?, value: String?) {
        guard let algorithm = algorithm.flatMap(ChecksumAlgorithm.init(rawValue:)),
            let type = type.flatMap(ChecksumType.init(rawValue:)), let value
        else { return nil }
        self.init(algorithm: algorithm, value: value, type: type)
    }
}

/// A piece of an object that was uploaded in parts.
struct PartRecord: Sendable, Equatable {
    var number: Int
    var size: Int
    var checksum: String?
    var content: ContentReference
}

/// An object and the pieces that its content is made of.
struct LocatedObject: Sendable {
    var record: ObjectRecord
    /// Empty where the object came in one piece.
    var parts: [PartRecord]
    /// The content, where it is in the row.
    var bytes: ByteBuffer?
}
