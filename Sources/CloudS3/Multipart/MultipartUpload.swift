import CloudCore

/// An upload in parts that is under way.
struct MultipartUpload: Sendable {
    static let partNumbers = 1...10_000
    /// The least bytes of every part but the last: 5 MiB.
    static let partSizeMinimum = 5 * 1024 * 1024
    /// The largest object: 5 TiB.
    static let objectSizeLimit = 5 * 1024 * 1024 * 1024 * 1024

    var bucketID: Int64
    var key: ObjectKey
    var id: String
    var initiated: Timestamp
    var storageClass: String
    var checksumAlgorithm: ChecksumAlgorithm
    var checksumType: ChecksumType
    /// Whether the caller chose the checksum; otherwise the service computes one of its own.
    var isChecksumExplicit: Bool
    var storedHeaders: String
    var storedTags: String?
}

/// A part that was uploaded.
struct UploadedPart: Sendable, Equatable {
    var number: Int
    var size: Int
    var etag: String
    var modified: Timestamp
    var checksum: String?
    var content: ContentReference
}
